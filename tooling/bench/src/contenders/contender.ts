/** The work of every contender: a number of jobs, each due every second. */
export interface Work {
  readonly jobs: number
  /** The most actions at a time in this process. */
  readonly concurrency: number
  /**
   * The action. A contender without the tick's instant gives the nearest tick.
   * @param job - 0 to `jobs` - 1
   * @param tick - epoch ms
   */
  readonly action: (job: number, tick: number) => unknown
}

/** Begins to schedule in this process. @returns a function that stops cleanly, after the end of running actions */
export type Begin = (work: Work) => Promise<() => Promise<unknown>>

/** The scheduler of a process, in serializable form. */
export type Contender =
  | { readonly name: 'croner' | 'node-cron' | 'node-schedule' }
  | { readonly name: 's3sched'; readonly store: string; readonly settings?: S3schedSettings }
  | { readonly name: 'bullmq'; readonly redis: string }
  | { readonly name: 'graphile-worker'; readonly postgres: string }
  | { readonly name: 'pg-boss'; readonly postgres: string; readonly queuedAt: 'ahead' | 'tick' }

export interface S3schedSettings {
  readonly overlap?: 'skip' | 'allow'
  readonly standby?: 'hot' | 'cold'
  readonly workerId?: string
}

export const EVERY_SECOND = '* * * * * *'

export function jobsOf({ jobs }: Work): readonly number[] {
  return Array.from({ length: jobs }, (_, job) => job)
}

export function nearestTick(at: number = Date.now()): number {
  return Math.round(at / 1000) * 1000
}
