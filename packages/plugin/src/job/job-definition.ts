import type { Backoff } from '@s3sched/executor'
import type { JobContext } from './job-context.ts'

/**
 * What a job does. Its return value (or what its promise resolves with) is kept in the history as JSON.
 * @param database - what the scheduler is installed in; `undefined` when it runs alone
 * @param context - this run: its tick, attempt, fence and the signal that asks it to end
 * @param scheduler - the scheduler that runs it
 */
export type JobAction<DB, S> = (database: DB, context: JobContext, scheduler: S) => unknown

/** `{ every: '15m' }`, `{ every: 900_000 }`: equal steps from an anchor, so that a restart does not shift them. */
export interface EverySchedule {
  /** `'90s'`, `'1h30m'`, or ms. */
  readonly every: string | number
  /** The instant that the steps are counted from. @default the Unix epoch */
  readonly anchor?: number | Date
}

/** A job as the code defines it. All times are ms. */
export interface JobDefinition<DB = unknown, S = unknown> {
  /** A cron expression or alias, `{ every }`, a `Date` for once, or `null` for a job that only others start. */
  readonly schedule: string | EverySchedule | Date | null
  readonly action: JobAction<DB, S>
  readonly description?: string
  /** `false`: it is known, and can be run by hand, but its ticks pass. @default true */
  readonly enabled?: boolean
  /** IANA name. @default the scheduler's */
  readonly timezone?: string
  /** How often it is tried again after the first attempt, 0 to 100. @default the scheduler's `defaultRetries` */
  readonly retries?: number
  /** How long to wait before a retry. @default exponential from 1 s, at most 5 min, full jitter */
  readonly backoff?: Backoff
  /** Bound of one attempt, in ms; 0 for none. @default the scheduler's `defaultTimeout` */
  readonly timeout?: number
  /** Also run it once when the fleet starts, not at every start of an instance. @default false */
  readonly runOnStart?: boolean
  /** Fields of its own that its actions find in their context. */
  readonly context?: Readonly<Record<string, unknown>>
  /** What happens to a tick whose predecessor still runs. @default 'skip' */
  readonly overlap?: 'skip' | 'queue' | 'allow' | 'cancel'
  /** Which ticks that nobody claimed in time are run late: none, the latest one, or all. @default 'latest' */
  readonly catchUp?: 'none' | 'latest' | 'all'
  /** Ticks older than this are recorded as missed, in ms. @default 86400000 (24 h) */
  readonly catchUpWindowMs?: number
  /** Each tick starts up to this many ms late, and before the next tick, by a share that follows from job and tick. @default 0 */
  readonly jitterMs?: number
  /** The job or jobs whose success starts this one. */
  readonly after?: string | readonly string[]
  /** What happens when the process of a run dies: it is only recorded, or also run once more. @default 'record' */
  readonly onLost?: 'record' | 'retry'
}
