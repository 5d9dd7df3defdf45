import type { PausedFor } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'

/** Announces that failures have paused a job, as an event and in the log. */
export function announcePause(
  { events, logger }: Pick<EngineEnv, 'events' | 'logger'>,
  jobName: string,
  { error, failures, runId }: PausedFor,
): void {
  const times = failures === 1 ? 'a failure' : `${failures} failures in a row`
  logger.error(`job '${jobName}' is paused after ${times}, until somebody resumes it`, { error, runId })
  events.announce('plg:scheduler:job-paused', { jobName, failures, runId, error })
}
