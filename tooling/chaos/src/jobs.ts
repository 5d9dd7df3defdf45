import { setTimeout as wait } from 'node:timers/promises'

/** How long the end of a run may wait for other writes. */
export const RECORD_WITHIN_MS = 2000

/** The input of an action of the fleet. */
export interface Work {
  readonly tick: number
  readonly attempt: number
  readonly signal: AbortSignal
}

/** A job of the fleet: definition and action. */
export interface ChaosJob {
  readonly name: string
  /** The ticks are the multiples of this period; `undefined` for a job that only other jobs start. Ms. */
  readonly periodMs?: number
  readonly overlap: 'skip' | 'queue' | 'allow' | 'cancel'
  readonly catchUp?: 'latest' | 'all' | 'none'
  readonly onLost?: 'retry'
  readonly retries?: number
  readonly after?: string
  /** The job's schedule changes during the run, and the job is paused and resumed. */
  readonly isChanged?: boolean
  readonly work: (work: Work) => Promise<unknown>
}

const forMs =
  (ms: number) =>
  ({ signal }: Work): Promise<unknown> =>
    wait(ms, undefined, { signal })

/** Fails in the first attempt at every second tick, and in the first two attempts at every fourth. */
async function fail({ attempt, signal, tick }: Work): Promise<void> {
  await wait(20, undefined, { signal })
  const turn = Math.round(tick / 2000) % 4
  if (attempt <= (turn === 0 ? 2 : turn === 2 ? 1 : 0)) throw new Error('the API answered 503')
}

/** Every kind of overlap, catching up, retry and loss, as often as seconds allow. */
export const JOBS: readonly ChaosJob[] = [
  { name: 'each-second', periodMs: 1000, overlap: 'skip', work: forMs(10) },
  { name: 'catches-up', periodMs: 2000, overlap: 'queue', catchUp: 'all', work: forMs(30) },
  { name: 'never-late', periodMs: 2000, overlap: 'skip', catchUp: 'none', work: forMs(30) },
  { name: 'long-skip', periodMs: 2000, overlap: 'skip', work: forMs(2700) },
  { name: 'long-queue', periodMs: 3000, overlap: 'queue', work: forMs(2000) },
  { name: 'long-allow', periodMs: 1000, overlap: 'allow', work: forMs(2500) },
  { name: 'long-cancel', periodMs: 3000, overlap: 'cancel', work: forMs(4000) },
  { name: 'flaky', periodMs: 2000, overlap: 'skip', retries: 3, work: fail },
  { name: 'again-when-lost', periodMs: 2000, overlap: 'skip', onLost: 'retry', work: forMs(1200) },
  { name: 'changed', periodMs: 1000, overlap: 'skip', isChanged: true, work: forMs(10) },
  { name: 'chained', overlap: 'skip', after: 'flaky', work: forMs(100) },
  { name: 'by-hand', overlap: 'skip', work: forMs(300) },
]

/** The period as a cron expression in seconds; the periods divide a minute. */
export function scheduleOf({ periodMs }: ChaosJob): string | null {
  return periodMs === undefined ? null : `*/${periodMs / 1000} * * * * *`
}
