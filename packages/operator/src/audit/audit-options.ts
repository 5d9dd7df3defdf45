import type { HistoryProblem } from '@s3sched/history'
import type { Clock } from '@s3sched/kernel'
import type { AuditedJob } from './audit-job.ts'

/** The period and the jobs of an audit. */
export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the definitions and the run records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default now, by the store's clock */
  readonly until?: Date | number
  /** Same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** The name of a single job to audit. @default all */
  readonly job?: string
  /** Gives up at once, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called after each job. Must not throw. */
  readonly onJob?: (progress: AuditProgress) => void
  /**
   * Called for each object of the history that is not ours, or can't be read whole. Its runs are not counted, so that
   * their ticks may be unaccounted for. Must not throw.
   */
  readonly onProblem?: (problem: HistoryProblem) => void
  /** Measures the time since an answer of the store told the store's time. @default the system's */
  readonly clock?: Clock
}

/** The progress of an audit, told after each job. */
export interface AuditProgress {
  /** The row of the job; `undefined` for a job without a row. */
  readonly audited: AuditedJob | undefined
  /** The number of jobs audited so far, and the number of all jobs; an unreadable page counts as one job. */
  readonly done: number
  readonly total: number
}
