import type { Logger } from '@s3sched/kernel'
import type { LastRun } from './job-record.ts'

/** What an action is told about its run, besides the job's own `context` fields. */
export interface JobContext {
  readonly jobName: string
  readonly runId: string
  /** The tick: the instant it was due. For a run started by hand, the moment of the request. */
  readonly scheduledTime: Date
  /** 1 for the first. */
  readonly attempt: number
  /** Aborts on timeout, cancellation, stop and loss of leadership; its reason says which. */
  readonly signal: AbortSignal
  /** Grows with every run of the job. Store it with what you write, and refuse writes with a smaller one. */
  readonly fence: number
  /** The leader's epoch; `undefined` without a coordinator. */
  readonly epoch: number | undefined
  /** The last run that is known to have ended. */
  readonly lastRun: LastRun | null
  readonly database: unknown
  readonly logger: Logger
  /** Keeps a line with the run's record (bounded). */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Says how far it is, for status views. */
  readonly progress: (value: number, note?: string) => void
  readonly [field: string]: unknown
}
