import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import { toDate, type Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { OpenRun } from '@s3sched/jobs'
import { describeRun } from './run-report.ts'
import { thrownBy } from './thrown-by.ts'

export interface AnnounceEndDeps {
  readonly events: SchedulerEmitter
  readonly logger: Logger
}

/** Announces the end of a run as an event, and logs every end that was no success. */
export function announceEnd(
  { events, logger }: AnnounceEndDeps,
  outcome: RunOutcome,
  ended: RunRecord,
  run: OpenRun,
): void {
  const jobName = ended.job
  if (outcome.status === 'skipped') {
    const scheduledTime = toDate(run.tick)
    events.announce('plg:scheduler:job-skipped', { jobName, scheduledTime, reason: ended.reason ?? outcome.reason })
    return
  }
  const { attempts: made, durationMs: duration } = outcome
  const attempts = made.length
  const facts = { executionId: run.runId, duration, attempts, retryCount: Math.max(0, attempts - 1) }
  if (outcome.status === 'success') {
    if (!events.isHeard('jobCompleted', jobName)) return
    const { returned, status } = outcome
    events.announce('jobCompleted', { ...describeRun(jobName, run), ...facts, result: returned, status })
    return
  }
  const { status, thrown } = outcome
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  logger.error(`job '${jobName}' ended as ${status} after ${times}`, { error: thrown })
  const error = thrownBy(jobName, thrown)
  events.announce('jobFailed', { ...describeRun(jobName, run), ...facts, error, status, attempt: attempts })
}
