import { toDate } from '@s3sched/kernel'
import type { AttemptRecord, LogEntry, RunRecord, RunStatus, Trigger } from '@s3sched/history'

/** A run, or a range of ticks that did not run, as `getJobHistory` returns it. */
export interface JobHistoryEntry {
  /** The id of the run. */
  readonly id: string
  /** The name of the job. */
  readonly jobName: string
  /** The end of the run, or the reason why the ticks did not run. */
  readonly status: RunStatus
  /** The cause of the run. */
  readonly trigger: Trigger
  /** The tick; for a run started by hand, the moment of the request. */
  readonly scheduledTime: Date
  /** `null` when no action was called. */
  readonly startTime: Date | null
  /** The end of the run; for ticks that did not run, the moment of the decision. */
  readonly endTime: Date
  /** ms. */
  readonly duration: number
  /** The number of calls of the action. */
  readonly attempts: number
  /** Each call of the action. */
  readonly attemptDetails: readonly AttemptRecord[]
  /** The number of attempts after the first. */
  readonly retryCount: number
  /** The value that the action returned, as JSON; `undefined` where none was kept. */
  readonly result: unknown
  /** The message of the last error, or the reason why the tick did not run. */
  readonly error: string | null
  /** The newest lines of `context.log`: at most 200, and 32 KiB. */
  readonly log: readonly LogEntry[]
  /** The instance that ran the job, or decided on the ticks. */
  readonly workerId: string
  /** The epoch of the leader at the claim; `null` without a coordinator. */
  readonly epoch: number | null
  /** For missed ticks: the first, the last and the number of ticks. */
  readonly from: Date | null
  readonly to: Date | null
  readonly count: number
}

/** A run of the history, as an application gets it. Pure. */
export function historyEntry(run: RunRecord): JobHistoryEntry {
  const attempts = run.attempts.at(-1)?.attempt ?? 0
  return {
    id: run.runId,
    jobName: run.job,
    status: run.status,
    trigger: run.trigger,
    scheduledTime: toDate(run.scheduledTime),
    startTime: dateOf(run.startedAt),
    endTime: toDate(run.endedAt),
    duration: run.durationMs,
    attempts,
    attemptDetails: run.attempts,
    retryCount: Math.max(0, attempts - 1),
    result: run.result,
    error: run.error?.message ?? run.reason ?? null,
    log: run.log ?? [],
    workerId: run.workerId,
    epoch: run.epoch ?? null,
    from: dateOf(run.from),
    to: dateOf(run.to),
    count: run.count ?? 1,
  }
}

function dateOf(instant: number | undefined): Date | null {
  return instant === undefined ? null : toDate(instant)
}
