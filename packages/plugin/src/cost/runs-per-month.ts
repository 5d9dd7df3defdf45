import { checkIntervalFields, compileSchedule, storeSchedule } from '../job/compile-schedule.ts'
import type { EverySchedule } from '../job/job-definition.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { describe } from '@s3sched/kernel'

const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS
/** The year 2025, which is over: the estimate of a schedule is the same on every day. */
const FROM = 1_735_689_600_000
const YEAR_MS = 365 * DAY_MS
/** Ticks that are looked at; a schedule with more in a year is so regular that these tell. */
const MOST_TICKS = 20_000

/** How often a schedule fires in 30 days, on average over a year. @throws SchedulerError `INVALID_SCHEDULE` */
export function runsPerMonth(schedule: string | EverySchedule, timezone: string): number {
  checkIntervalFields('estimate', schedule)
  const stored = storeSchedule(schedule)
  const compiled = stored == null ? null : compileSchedule('estimate', { schedule: stored, timezone })
  if (compiled === null) {
    throw new SchedulerError(`expected a cron expression or { every }, got ${describe(schedule)}`, {
      code: 'INVALID_SCHEDULE',
    })
  }
  let ticks = 0
  let last = FROM
  for (let tick = compiled.next(FROM); tick !== null && tick < FROM + YEAR_MS; tick = compiled.next(tick)) {
    last = tick
    if (++ticks === MOST_TICKS) return (ticks / (last - FROM)) * MONTH_MS
  }
  return (ticks / YEAR_MS) * MONTH_MS
}
