import { describe } from '@s3sched/kernel'
import { blockDays, blockPattern, type BlockedTimes, type DayRange } from './blocked-times.ts'
import { parseDate } from './civil-date.ts'
import { DAY_OF_WEEK } from './field.ts'
import { findZone } from './find-zone.ts'
import { InvalidScheduleError, quoted, type ScheduleField } from './invalid-schedule-error.ts'
import { parsePattern } from './parse-pattern.ts'
import { readList } from './read-item.ts'
import type { Zone } from './zone.ts'

/** Days from `from` to `until`, both included: `{ from: '2027-12-24', until: '2028-01-06' }`. */
export interface DateRange {
  readonly from: string
  readonly until: string
}

/** Days without ticks, such as the holidays of a country. */
export interface Calendar {
  /** The zone of the days. @default the zone of the schedule */
  readonly timezone?: string | undefined
  /** Days such as `'2027-12-25'`, and ranges of days. */
  readonly dates: readonly (string | DateRange)[]
  /**
   * The weekend as a day-of-week field, such as `'fri,sat'`; `null` for none. Ticks of a weekend stay, and no tick moves
   * to a weekend. @default 'sat,sun'
   */
  readonly weekend?: string | null | undefined
}

/**
 * A day (`'2027-12-25'`), a range of days, a cron expression whose local times are excluded (`'* * 25 12 *'` for each
 * Christmas, `'* 12-13 * * *'` for each noon), or a calendar.
 */
export type Exclusion = string | DateRange | Calendar

export const USUAL_WEEKEND = 'sat,sun'

/** @throws InvalidScheduleError */
export function readExclusion(exclusion: Exclusion, zone: Zone, hashSeed: string | undefined): BlockedTimes {
  if (typeof exclusion === 'string') {
    return isCron(exclusion)
      ? blockExpression(exclusion, zone, hashSeed)
      : blockDays(zone, [readDay(exclusion, 'exclude')])
  }
  if (isRange(exclusion)) return blockDays(zone, [readRange(exclusion)])
  if (!isCalendar(exclusion)) throw wrongExclusion(exclusion)
  const { dates, timezone } = exclusion
  const own = timezone === undefined ? zone : findZone(timezone, timezone)
  return blockDays(
    own,
    dates.map((date) => (isRange(date) ? readRange(date) : readDay(date, 'exclude'))),
  )
}

/** The days of a weekend as bits, bit 0 for Sunday. @throws InvalidScheduleError */
export function readWeekend(weekend: string | null): number {
  if (weekend === null) return 0
  if (typeof weekend !== 'string') {
    throw wrong('exclude', weekend, "a weekend such as 'sat,sun', or null for none", "Leave it out for 'sat,sun'")
  }
  const mask = readList({ expression: weekend, field: DAY_OF_WEEK }, weekend, undefined).values.bits
  if (mask === 0b111_1111) {
    throw wrong('exclude', weekend, 'a weekend with fewer than seven days', 'No day would be a working day')
  }
  return mask
}

export function isCalendar(value: unknown): value is Calendar {
  return typeof value === 'object' && value !== null && Array.isArray((value as Partial<Calendar>).dates)
}

/** @returns days since 1970-01-01 @throws InvalidScheduleError */
export function readDate(text: unknown, field: ScheduleField): number {
  const day = parseDate(text)
  if (!Number.isNaN(day)) return day
  throw wrong(field, text, "a day such as '2027-12-25'", dayHint(text))
}

function readDay(text: unknown, field: ScheduleField): DayRange {
  const day = readDate(text, field)
  return { from: day, until: day }
}

function readRange({ from, until }: DateRange): DayRange {
  const range = { from: readDate(from, 'exclude'), until: readDate(until, 'exclude') }
  if (range.from <= range.until) return range
  throw wrong(
    'exclude',
    until,
    `a range whose until is not before its from, ${quoted(from)}`,
    'Exchange from and until',
  )
}

function blockExpression(expression: string, zone: Zone, hashSeed: string | undefined): BlockedTimes {
  const fields = expression.trim().split(/\s+/)
  return blockPattern(zone, parsePattern(expression, hashSeed), fields.length !== 6)
}

function isCron(text: string): boolean {
  return /\s/.test(text.trim()) || text.startsWith('@')
}

function isRange(value: unknown): value is DateRange {
  return typeof value === 'object' && value !== null && 'from' in value && 'until' in value
}

function dayHint(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) return 'Name a day of the calendar as text: a Date is an instant'
  return typeof value === 'string' && /^\d{4}-\d{1,2}-\d{1,2}$/.test(value)
    ? 'No calendar has this day, or it lacks a zero: write year, month and day as 2027-01-05'
    : undefined
}

function wrongExclusion(value: unknown): InvalidScheduleError {
  const expected =
    "a day such as '2027-12-25', a range of days { from, until }, a cron expression such as '* * 25 12 *', or a calendar"
  return wrong('exclude', value, expected, dayHint(value))
}

/** The refusal of a value of a rule. */
export function wrong(
  field: ScheduleField,
  value: unknown,
  expected: string,
  suggestion?: string,
): InvalidScheduleError {
  const text = describe(value)
  const reason = `expected ${field} to be ${expected}, got ${text}`
  const expression = typeof value === 'string' ? value : text
  return new InvalidScheduleError({ expression, field, value: text, expected, reason, suggestion })
}
