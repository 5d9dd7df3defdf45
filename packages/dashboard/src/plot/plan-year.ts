import { parseSchedule, type Schedule } from '@s3sched/cron'
import { utcDay, weekdayOf } from './utc-day.ts'

/** A day of a zone's calendar, with the number of a schedule's ticks. */
export interface DayPlan {
  /** `2026-03-29` */
  readonly date: string
  /** 0 is January. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
  /** 0 is Monday. */
  readonly weekday: number
  /** The first instant of the day and of the next day, epoch ms. */
  readonly start: number
  readonly end: number
  /** The number of ticks; {@link MANY} for that many or more. */
  readonly count: number
}

/** The limit for counting ticks, so that a schedule with a tick per second costs no more than a tick per hour. */
export const MANY = 25

const DAY_MS = 86_400_000

/** All days of a year in the zone of the schedule. Days that the zone skipped are missing. */
export function planYear(schedule: Schedule, year: number): DayPlan[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: schedule.timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  // Local midnights, or the first instant after a gap over midnight: this schedule has exactly these ticks.
  const midnights = parseSchedule('0 0 * * *', { timezone: schedule.timezone })
  const starts = midnights.upcoming(utcDay(`${year}-01-01`) - 2 * DAY_MS, 370)
  const countUntil = counterOf(schedule)
  return starts.flatMap((start, index) => {
    const end = starts[index + 1]
    const date = format.format(start)
    if (end === undefined || !date.startsWith(`${year}-`)) return []
    const [, month = 1, day = 1] = date.split('-').map(Number)
    return [{ date, month: month - 1, day, weekday: weekdayOf(date), start, end, count: countUntil(start, end) }]
  })
}

/** Counts the ticks of days in ascending order, each tick found once: a rare tick is not searched for on each day. */
function counterOf(schedule: Schedule): (start: number, end: number) => number {
  let next: number | null = -Infinity
  return (start, end) => {
    let count = 0
    if (next !== null && next < start) next = schedule.next(start - 1)
    for (; next !== null && next < end && count < MANY; count++) next = schedule.next(next)
    return count
  }
}
