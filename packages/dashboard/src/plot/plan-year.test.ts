import { expect, it } from 'vitest'
import { parseSchedule, type Schedule } from '@s3sched/cron'
import { MANY, planYear } from './plan-year.ts'

const counts = (schedule: Schedule): Map<string, number> =>
  new Map(planYear(schedule, 2026).flatMap(({ count, date }) => (count > 0 ? [[date, count] as const] : [])))

it('counts the ticks of each day of the zone, up to the limit', () => {
  const hourly = counts(parseSchedule('0 * * * *', { timezone: 'Europe/Berlin' }))
  expect(hourly.size).toBe(365)
  expect([hourly.get('2026-03-28'), hourly.get('2026-03-29'), hourly.get('2026-10-25')]).toEqual([24, 23, 25])
  expect(new Set(counts(parseSchedule('* * * * * *')).values())).toEqual(new Set([MANY]))
})

it('searches once for a tick that is far away', () => {
  let searches = 0
  const yearly = parseSchedule('0 9 24 12 *')
  const counting: Schedule = {
    ...yearly,
    timezone: 'UTC',
    next: (after) => {
      searches++
      return yearly.next(after)
    },
  }
  expect([...counts(counting)]).toEqual([['2026-12-24', 1]])
  expect(searches).toBeLessThanOrEqual(3)
})
