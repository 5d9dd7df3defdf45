/**
 * The changes of a job's record that tell of one run of it: a run that waits for its next attempt, that changes hands, or that
 * nobody is to have. The attempts that were made stay with the run, so that its record tells all of them, whoever made them.
 */
import type { AttemptRecord } from '@s3sched/history'
import type { JobRecord, OpenRun, PendingRetry } from './job-record.ts'

/** What a record keeps of the error of an attempt, in characters: a run may make a hundred attempts. */
const ATTEMPT_ERROR = 200

export function changeRun(record: JobRecord, runId: string, change: (run: OpenRun) => OpenRun): JobRecord {
  return { ...record, running: record.running.map((run) => (run.runId === runId ? change(run) : run)) }
}

/** Notes a failed attempt that will be tried again, so that the next attempt survives this process, and any lease of the run. */
export function noteRetry(
  record: JobRecord,
  runId: string,
  failed: AttemptRecord,
  wait: Pick<PendingRetry, 'delayMs' | 'notedAt'>,
): JobRecord {
  const noted = (run: OpenRun): PendingRetry => ({ ...withAttempt(run.retry, failed), ...wait, released: false })
  return changeRun(record, runId, (run) => ({ ...run, leaseMs: undefined, retry: noted(run) }))
}

/**
 * A process that ends lets go of a run before its first or its next attempt, so that another goes on with it at once.
 * @param last - the last attempt that it made; `undefined` for none
 */
export function releaseRun(
  record: JobRecord,
  runId: string,
  last: AttemptRecord | undefined,
  notedAt: number,
): JobRecord {
  const released = (run: OpenRun): PendingRetry => {
    const isNoted = run.retry !== null && run.retry.attempt >= (last?.attempt ?? 0)
    const noted = isNoted ? run.retry : { ...withAttempt(run.retry, last), delayMs: 0, notedAt }
    return { ...noted, released: true }
  }
  return changeRun(record, runId, (run) => ({ ...run, retry: released(run) }))
}

function withAttempt(
  before: PendingRetry | null,
  last: AttemptRecord | undefined,
): Pick<PendingRetry, 'attempt' | 'error' | 'made'> {
  if (last === undefined) return { attempt: before?.attempt ?? 0, error: before?.error ?? '', made: before?.made }
  const { error } = last
  const cut = error && { name: error.name.slice(0, ATTEMPT_ERROR), message: error.message.slice(0, ATTEMPT_ERROR) }
  const made = [...(before?.made ?? []), { ...last, ...(cut === undefined ? {} : { error: cut }) }]
  return { attempt: last.attempt, error: error?.message ?? last.status, made }
}

/** Another instance goes on with a run between two attempts. Its fence grows: the old process is fenced off. */
export function takeOver(
  record: JobRecord,
  runId: string,
  by: Pick<OpenRun, 'workerId' | 'instance' | 'role' | 'epoch' | 'shards' | 'claimedAt'>,
): JobRecord {
  const fence = record.fence + 1
  return changeRun({ ...record, fence }, runId, (run) => ({
    ...run,
    ...by,
    fence,
    leaseMs: undefined,
    retry: run.retry === null ? null : { ...run.retry, released: false },
  }))
}

/**
 * A leader hands its shard over and goes on with what it runs, as a member: from now on the run hangs on its member object, and
 * not on an epoch that ends. It is the same run of the same process, so that its fence stays.
 */
export function keepRun(record: JobRecord, runId: string): JobRecord {
  return changeRun(record, runId, (run) => ({
    ...run,
    role: 'member',
    epoch: null,
    shards: undefined,
    leaseMs: undefined,
  }))
}
