/**
 * The changes of a job's record that concern a single run: a run that waits for its next attempt, changes hands, or is
 * given up. Past attempts stay with the run, so that its record lists the attempts of all processes.
 */
import type { AttemptRecord } from '@s3sched/history'
import { effectiveSpec, type JobRecord, type OpenRun, type PendingRetry } from './job-record.ts'

/** The longest error message kept for an attempt, in characters: a run may make a hundred attempts. */
const ATTEMPT_ERROR = 200

function changeRun(record: JobRecord, runId: string, change: (run: OpenRun) => OpenRun): JobRecord {
  return { ...record, running: record.running.map((run) => (run.runId === runId ? change(run) : run)) }
}

/** Notes a failed attempt before the retry: the next attempt then survives this process, and any lease of the run. */
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
 * Releases a run before its first or next attempt: another instance goes on at once.
 * @param last - the last attempt in this process; `undefined` for none
 */
export function releaseRun(
  record: JobRecord,
  runId: string,
  last: AttemptRecord | undefined,
  wait: Pick<PendingRetry, 'delayMs' | 'notedAt'>,
): JobRecord {
  return changeRun(record, runId, (run) => released(run, last, wait))
}

/**
 * Opens a run again that was declared lost, and releases it: its process stood still for too long, and has executed no
 * attempt meanwhile. The verdict stays in the history until the end of the run replaces it.
 * @param run - as claimed by its process
 * @returns `undefined` when the verdict stands: a further run makes up for the lost run, the job wants no late runs, or
 * nobody could go on with the run
 */
export function reopenRun(
  record: JobRecord,
  run: OpenRun,
  last: AttemptRecord | undefined,
  wait: Pick<PendingRetry, 'delayMs' | 'notedAt'>,
): JobRecord | undefined {
  const { catchUp, onLost } = effectiveSpec(record)
  const isOpen = record.running.some(({ runId }) => runId === run.runId)
  const isMadeUpFor = onLost === 'retry' && run.makesUpFor === undefined
  if (isOpen || isMadeUpFor || catchUp === 'none' || run.fields === null || !record.lost.includes(run.runId))
    return undefined
  const lost = record.lost.filter((runId) => runId !== run.runId)
  return { ...record, lost, running: [...record.running, { ...released(run, last, wait), wasLost: true }] }
}

function released(
  run: OpenRun,
  last: AttemptRecord | undefined,
  wait: Pick<PendingRetry, 'delayMs' | 'notedAt'>,
): OpenRun {
  const isNoted = run.retry !== null && run.retry.attempt >= (last?.attempt ?? 0)
  const noted = isNoted ? run.retry : { ...withAttempt(run.retry, last), ...wait }
  return { ...run, retry: { ...noted, released: true } }
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

/**
 * True if another process has the run by a later claim than the claim with this fence. An **earlier** claim in the record
 * takes nothing over: the page was deleted, and put back by a process that had not seen the later claim.
 */
export function isTakenOver(open: Pick<OpenRun, 'fence'>, fence: number): boolean {
  return open.fence > fence
}

/** Another instance goes on with a run between two attempts. The fence grows, which fences off the old process. */
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
 * A process keeps its executing run as a member, after a leader handed its shard over or after a time without a sign: from
 * now on the run depends on the member object instead of an epoch that ends. The run stays in the same process, so its
 * fence stays. The count tells the kept run from the judged run, also for the run of a member.
 */
export function keepRun(record: JobRecord, runId: string): JobRecord {
  return changeRun(record, runId, (run) => ({
    ...run,
    role: 'member',
    epoch: null,
    shards: undefined,
    leaseMs: undefined,
    kept: (run.kept ?? 0) + 1,
  }))
}
