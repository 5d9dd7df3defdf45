import type { Logger } from '@s3sched/kernel'
import type { LastRun } from '../record/job-record.ts'
import type { PredecessorRun } from './predecessor-run.ts'

/** The fields of a context of the application's own. */
export type OwnFields = Readonly<Record<string, unknown>>

/** The facts of a run for its action. */
export interface RunFacts {
  /** The name of the job. */
  readonly jobName: string
  /** The id of the run, the same for all attempts. */
  readonly runId: string
  /** The same as `runId`, by the name that s3db.js has. */
  readonly executionId: string
  /**
   * The key for systems that take the same request once: the run id, and in a run that makes up for a lost run the id of
   * the lost run. All attempts at the work of a tick have the same key.
   */
  readonly idempotencyKey: string
  /** The tick: the instant at which the run was due. For a run started by hand, the moment of the request. */
  readonly scheduledTime: Date
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The longest time of an attempt, in ms; `undefined` without a bound. */
  readonly timeoutMs: number | undefined
  /** Aborts on timeout, cancellation, stop and loss of leadership; the signal's reason tells the cause. */
  readonly signal: AbortSignal
  /** Grows with every run of the job. Store the fence with your writes, and refuse writes with a smaller fence. */
  readonly fence: number
  /** The leader's epoch; `undefined` without a coordinator. */
  readonly epoch: number | undefined
  /** The last run known to have ended. */
  readonly lastRun: LastRun | null
  /** By job, the runs that started this run, for a run after other jobs; absent for any other run. */
  readonly predecessors?: Readonly<Record<string, PredecessorRun>>
  /** The logger of the scheduler. */
  readonly logger: Logger
  /** Keeps a line with the run's record (bounded). */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Reports the action's progress, for status views. */
  readonly progress: (value: number, note?: string) => void
}

/** The context of an action: the facts of the run, and beside them the job's own `context` fields. */
export type JobContext<Fields = OwnFields> = RunFacts & Readonly<Fields>
