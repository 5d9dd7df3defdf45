import { parseSchedule, type Schedule } from '@s3sched/cron'
import { utcDay, weekdayOf } from './utc-day.ts'

/** A day of a zone's calendar, and how often a schedule fires on it. */
export interface DayPlan {
  /** `2026-03-29` */
  readonly date: string
  /** 0 is January. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
  /** 0 is Monday. */
  readonly weekday: number
  /** Its first instant and that of the next day, epoch ms. */
  readonly start: number
  readonly end: number
  /** How many ticks; {@link MANY} for that many or more. */
  readonly count: number
}

/** What is counted as one of more, so that a schedule of each second costs no more than one of each hour. */
export const MANY = 25

const DAY_MS = 86_400_000

/** Each day of a year in the zone of the schedule. Days that the zone left out are not there. */
export function planYear(schedule: Schedule, year: number): DayPlan[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: schedule.timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  // Local midnights, or the first instant after a gap that swallowed one: that is what this schedule means.
  const midnights = parseSchedule('0 0 * * *', { timezone: schedule.timezone })
  const starts = midnights.upcoming(utcDay(`${year}-01-01`) - 2 * DAY_MS, 370)
  return starts.flatMap((start, index) => {
    const end = starts[index + 1]
    const date = format.format(start)
    if (end === undefined || !date.startsWith(`${year}-`)) return []
    const [, month = 1, day = 1] = date.split('-').map(Number)
    const ticks = schedule.upcoming(start - 1, MANY)
    const count = ticks.filter((tick) => tick < end).length
    return [{ date, month: month - 1, day, weekday: weekdayOf(date), start, end, count }]
  })
}
