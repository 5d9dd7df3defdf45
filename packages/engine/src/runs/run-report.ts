import { toDate } from '@s3sched/kernel'
import type { RunOutcome, SkipReason } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import type { CoreEvents, RunEvent } from '../events.ts'
import type { OpenRun, Verdict } from '@s3sched/jobs'
import { dueAt } from './due-at.ts'

/** The common fields of all events of a run. */
export function describeRun(jobName: string, run: OpenRun): RunEvent {
  return {
    jobName,
    runId: run.runId,
    scheduledTime: toDate(run.tick),
    trigger: run.trigger,
    workerId: run.workerId,
    epoch: run.epoch ?? undefined,
  }
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  overlap: 'the previous run was still going on',
  'no-slot': 'the previous run was still waiting for a slot (maxConcurrentJobs) or for its group (groupLimit)',
  abandoned: "the previous run was told to end and goes on regardless (onHang: 'wait')",
  'queue-full': 'too many runs of the job were waiting',
}

/** The history's record of a run that the executor ended. */
export function recordOf(outcome: RunOutcome, jobName: string, run: OpenRun): RunRecord {
  // Earlier attempts, before a release or a takeover, belong to the same run.
  const before = run.retry?.made ?? []
  const attempts = before.length > 0 ? [...before, ...outcome.attempts] : outcome.attempts
  const startedAt = before[0]?.startedAt ?? outcome.startedAt
  const { durationMs, endedAt, log, queuedMs, status } = outcome
  const record: Writable<RunRecord> = {
    ...identityOf(jobName, run),
    status,
    endedAt,
    durationMs: before.length > 0 ? Math.max(durationMs, endedAt - startedAt) : durationMs,
    attempts,
    queuedMs,
  }
  if (attempts.length > 0) {
    record.startedAt = startedAt
    record.lagMs = Math.max(0, startedAt - dueAt(run))
  }
  if (log.length > 0) record.log = log
  if (status === 'success') record.result = outcome.result
  if ('error' in outcome) record.error = outcome.error
  if (status === 'cancelled') record.reason = outcome.reason
  if (status === 'skipped') record.reason = SKIPPED[outcome.reason]
  return record
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** The history's record of ticks that did not run, or of a run whose process died. */
export function recordOfVerdict(verdict: Verdict, jobName: string, run: JudgedRun): RunRecord {
  const range = verdict.count > 1 ? { from: verdict.from, to: verdict.to, count: verdict.count } : {}
  return {
    ...identityOf(jobName, run),
    ...range,
    status: verdict.status,
    reason: verdict.reason,
    endedAt: verdict.decidedAt,
    durationMs: 0,
    attempts: run.retry?.made ?? [],
  }
}

/** A run, or ticks that do not run. */
export type JudgedRun = Pick<OpenRun, 'runId' | 'tick' | 'trigger' | 'workerId' | 'fence' | 'epoch'> &
  Partial<Pick<OpenRun, 'retry' | 'fields'>>

function identityOf(
  jobName: string,
  run: JudgedRun,
): Pick<RunRecord, 'runId' | 'job' | 'scheduledTime' | 'trigger' | 'workerId' | 'epoch' | 'fence' | 'context'> {
  const { epoch, fence, fields, runId, tick, trigger, workerId } = run
  const known = { runId, job: jobName, scheduledTime: tick, trigger, workerId, fence }
  if (epoch === null) return fields === undefined ? known : { ...known, context: fields }
  return fields === undefined ? { ...known, epoch } : { ...known, epoch, context: fields }
}

/** For the event of a run that was declared lost, and is not. @param status - of its end; `null` for a run that goes on */
export function describeFound(
  jobName: string,
  { runId, tick }: Pick<OpenRun, 'runId' | 'tick'>,
  status: RunRecord['status'] | null,
): CoreEvents['plg:scheduler:job-found'] {
  return { jobName, runId, scheduledTime: toDate(tick), status }
}
