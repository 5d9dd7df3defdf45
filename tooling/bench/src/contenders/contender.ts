/** What every contender is given to do: so many jobs, each of them every second. */
export interface Work {
  readonly jobs: number
  /** How many actions go on at a time in this process at most. */
  readonly concurrency: number
  /**
   * The action. Those who don't say which tick it is mean the one that is nearest.
   * @param job - 0 to `jobs` - 1
   * @param tick - epoch ms
   */
  readonly action: (job: number, tick: number) => unknown
}

/** Begins to schedule in this process. @returns what stops it cleanly, when what goes on has ended */
export type Begin = (work: Work) => Promise<() => Promise<unknown>>

/** Who schedules, as it is told to a process. */
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
