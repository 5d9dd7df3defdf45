import type { RunRecord, RunSample } from '@s3sched/history'

/**
 * A run whose record is in the history, reduced to the fields that the job's record needs. The result, the log and the
 * attempts are left out: a leader keeps one `RecordedRun` for each job until the job's next claim, and results are up
 * to 64 KiB each.
 */
export interface RecordedRun extends RunSample {
  readonly startedAt?: number | undefined
  readonly endedAt: number
  /** The record was written by the current process. */
  readonly isOwn?: boolean
  /** The run was declared lost before it ended, and the history also has the record of that verdict. */
  readonly isAfterVerdict?: boolean
}

/** The longest error message kept, in characters. */
const MAX_MESSAGE = 2000

export function recordedRunOf(run: RunRecord, isOwn: boolean): RecordedRun {
  const { count, durationMs, endedAt, error, reason, runId, scheduledTime, startedAt, status } = run
  return {
    runId,
    status,
    scheduledTime,
    startedAt,
    endedAt,
    durationMs,
    error: error === undefined ? undefined : { message: error.message.slice(0, MAX_MESSAGE) },
    reason,
    count,
    isOwn,
  }
}
