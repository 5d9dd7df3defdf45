import type { RunStatus } from '@s3sched/history'

/** The run of a predecessor that started a run, for `after`. */
export interface PredecessorRun {
  /** The id of the run. */
  readonly runId: string
  /** The end of the run. */
  readonly status: RunStatus
  /** Epoch ms. */
  readonly scheduledTime: number
  /**
   * The return value of the action as the history keeps it. Absent for none, without a history, and where the results of
   * all predecessors together are more than 64 KiB of JSON.
   */
  readonly result?: unknown
  /** The message of the last error; `null` for none. */
  readonly error: string | null
}
