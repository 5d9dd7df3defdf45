import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import { toDate, type Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { OpenRun } from '@s3sched/jobs'
import { describeRun } from './run-report.ts'

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
  const sums = { duration: outcome.durationMs, attempts: outcome.attempts.length }
  if (outcome.status === 'success') {
    if (!events.isHeard('jobCompleted', jobName)) return
    events.announce('jobCompleted', { ...describeRun(jobName, run), ...sums, result: outcome.returned })
    return
  }
  const event = describeRun(jobName, run)
  const attempts = sums.attempts === 1 ? '1 attempt' : `${sums.attempts} attempts`
  logger.error(`job '${jobName}' ended as ${outcome.status} after ${attempts}`, { error: outcome.thrown })
  events.announce('jobFailed', { ...event, ...sums, error: outcome.thrown, status: outcome.status })
}
