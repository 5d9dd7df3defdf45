import { describe, expect, it } from 'vitest'
import { dueInstants } from './due-instants.ts'
import { groupJobs, type CostedJob } from './job-groups.ts'

const DAY = 86_400_000

const sampleOf = (...schedules: CostedJob['schedule'][]) =>
  dueInstants(
    groupJobs(
      schedules.map((schedule) => ({ schedule })),
      { timezone: 'UTC', failureRate: 0 },
    ).groups,
  )

describe('the sample of the due instants', () => {
  it.each([
    ['a day for jobs that are the same on every day', 1, ['* * * * *', '0 8,20 * * *', '*/7 * * * *']],
    ['an hour for jobs that are due each second or more often', 1 / 24, ['* * * * * *', { every: '1s' }]],
    ['a day where some job is due less often', 1, ['* * * * * *', '30 * * * * *']],
    ['a day where jobs are due each second of the days alone', 1, ['* * 9-17 * * *']],
    ['a week where some job has a weekend', 7, ['*/5 * * * *', '0 8 * * 1-5']],
    ['a year where some job is due on a day of the month', 364, ['*/5 * * * *', '0 0 1 * *']],
    ['a year where some job has a season', 364, ['0 * * 6-8 *']],
    ['as long as the number of ticks allows, where a year has too many', 28, ['*/2 * * * *', '0 0 1 * *']],
  ])('is %s', (_, days, schedules) => {
    const { instants, lengthMs } = sampleOf(...schedules)
    expect(lengthMs).toBe(days * DAY)
    expect(instants.length).toBeGreaterThan(0)
  })

  it('has each start once, with the jobs that start together', () => {
    const { instants } = sampleOf('0 * * * *', '0 */2 * * *')
    expect(instants).toHaveLength(24)
    expect(instants.map(({ jobs }) => jobs).reduce((a, b) => a + b)).toBe(36)
    expect(instants.map(({ groups, jobs }) => groups.length === jobs)).not.toContain(false)
  })
})
