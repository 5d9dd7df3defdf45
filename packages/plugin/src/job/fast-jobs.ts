import type { Logger } from '@s3sched/kernel'
import { estimateCost } from '../cost/estimate-cost.ts'
import { intervalOf } from './compile-schedule.ts'
import type { LocalJob } from './local-job.ts'

/** A shorter interval is warned about: each tick costs requests, and a claim takes as long as the store's answer. */
const FAST_MS = 1000
const MOST_NAMED = 5

export function isFast({ schedule }: Pick<LocalJob, 'schedule'>): boolean {
  return (intervalOf(schedule) ?? Infinity) < FAST_MS
}

/** Warns in one log line about the jobs that run more often than once a second, with the cost of their requests. */
export function warnOfFastJobs(jobs: readonly Pick<LocalJob, 'name' | 'schedule'>[], logger: Logger): void {
  if (jobs.length === 0) return
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
