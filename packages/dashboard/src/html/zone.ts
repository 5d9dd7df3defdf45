import { parseSchedule } from '@s3sched/cron'
import { utcDay } from '../plot/utc-day.ts'

/** The cookie with the zone of the shown times; the page's script writes it. */
const COOKIE = 's3sched_zone'
const HOUR_MS = 3_600_000

/** The zone that the reader chose, or whose clock the reader's browser has; UTC without the script. */
export function zoneOf(cookies: Readonly<Record<string, string | undefined>>): string {
  const given = cookies[COOKIE]
  return given !== undefined && given.length <= 64 && isZone(given) ? given : 'UTC'
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The first instant of a day in a zone, epoch ms; the next day's where the zone skipped the day. @param date - `2026-03-29` */
export function startOfDay(date: string, zone: string): number {
  const noonBefore = utcDay(date) - 15 * HOUR_MS
  const format = dayFormat(zone)
  // Local midnights, or the first instants after gaps over midnight.
  const starts = parseSchedule('0 0 * * *', { timezone: zone }).upcoming(noonBefore, 3)
  return starts.find((start) => format.format(start) >= date) ?? utcDay(date)
}

/** The offset of a zone from UTC at an instant, ms. */
export function offsetAt(at: number, zone: string): number {
  const parts = offsetFormat(zone).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** A format takes 0.2 ms to make, and an axis asks for a dozen offsets. */
const offsetFormats = new Map<string, Intl.DateTimeFormat>()
/** A browser may name any zone. */
const MOST_ZONES = 64

function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  const known = offsetFormats.get(timeZone)
  if (known !== undefined) return known
  if (offsetFormats.size >= MOST_ZONES) offsetFormats.clear()
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  offsetFormats.set(timeZone, made)
  return made
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
}
