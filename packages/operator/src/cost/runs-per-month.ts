import type { Schedule } from '@s3sched/cron'
import { MONTH_MS } from './requests.ts'

/** The year 2025, which is over: the estimate of a schedule is the same on every day. */
const FROM = 1_735_689_600_000
const YEAR_MS = 365 * 86_400_000
/** The most ticks in the count; a schedule with more ticks in a year is so regular that these suffice. */
const MOST_TICKS = 20_000

/**
 * Number of a schedule's ticks in 30 days, on average over a year. The year of a schedule with bounds begins with the
 * first tick, so that a season counts with its whole length.
 */
export function runsPerMonth(schedule: Pick<Schedule, 'next' | 'kind'>): number {
  const from = schedule.kind === 'composed' ? (schedule.next(FROM) ?? FROM) - 1 : FROM
  let ticks = 0
  let last = from
  for (let tick = schedule.next(from); tick !== null && tick < from + YEAR_MS; tick = schedule.next(tick)) {
    last = tick
    if (++ticks === MOST_TICKS) return (ticks / (last - from)) * MONTH_MS
  }
  return (ticks / YEAR_MS) * MONTH_MS
}
