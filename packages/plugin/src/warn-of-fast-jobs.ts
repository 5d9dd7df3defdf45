import type { Logger } from '@s3sched/kernel'
import { estimateCost } from '@s3sched/operator/reports'
import { intervalOf, type LocalJob } from '@s3sched/jobs'
import { FAST_MS } from '@s3sched/engine'

const MOST_NAMED = 5

/** Warns in one log line about the jobs that run more often than once a second, with the cost of their requests. */
export function warnOfFastJobs(jobs: readonly Pick<LocalJob, 'name' | 'schedule'>[], logger: Logger): void {
  const schedules = jobs.map(({ schedule }) => ({ every: intervalOf(schedule) ?? FAST_MS }))
  const dollars = Math.round(estimateCost({ schedules }).dollars - estimateCost().dollars)
  const names = jobs.slice(0, MOST_NAMED).map(({ name }) => `'${name}'`)
  const more = jobs.length > MOST_NAMED ? ` and ${jobs.length - MOST_NAMED} more` : ''
  const subject = jobs.length === 1 ? `job ${names.join()} runs` : `jobs ${names.join(', ')}${more} run`
  logger.warn(
    `${subject} more often than once a second: the requests cost about ${dollars} US$ a month at S3's list prices. Loop inside the action of a slower job`,
    { jobs: names.length, dollars },
  )
}
