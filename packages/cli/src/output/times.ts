import { toDate } from '@s3sched/kernel'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The latest instant of a `Date`, epoch ms. */
const LATEST = 8.64e15

/**
 * An instant for people, in a zone, to the second. An invalid instant in a record is shown as invalid.
 * @param zone - IANA name; `UTC` is marked by a Z
 */
export function formatInstant(instant: number, zone: string): string {
  if (!Number.isFinite(instant) || Math.abs(instant) > LATEST) return `? (${instant})`
  if (zone === 'UTC') return `${toDate(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = parts as Record<string, string>
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${formatOffset(offsetAt(instant, zone))}`
}

/** Local time minus UTC at an instant, in minutes. */
export function offsetAt(instant: number, zone: string): number {
  const name =
    zoneNameOf(zone)
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const parts = /^GMT(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)/.exec(name)?.groups
  if (parts === undefined) return 0
  const { hours, minutes, sign } = parts
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** @param minutes - local time minus UTC */
export function formatOffset(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A duration in at most two units: `850ms`, `1.2s`, `3m 20s`, `2h 5m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms < SECOND) return `${Math.round(ms)}ms`
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`
  if (ms < HOUR) return twoUnits(ms, [MINUTE, 'm'], [SECOND, 's'])
  if (ms < DAY) return twoUnits(ms, [HOUR, 'h'], [MINUTE, 'm'])
  return twoUnits(ms, [DAY, 'd'], [HOUR, 'h'])
}

type Unit = readonly [ms: number, name: string]

function twoUnits(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)}${largeName}${rest === 0 ? '' : ` ${rest}${smallName}`}`
}

/** The distance of an instant from now: `3m 20s ago`, `in 2h`, `now`. */
export function formatDistance(instant: number, now: number): string {
  const ms = instant - now
  if (Math.abs(ms) < SECOND) return 'now'
  const whole = Math.round(Math.abs(ms) / SECOND) * SECOND
  const text = whole < MINUTE ? `${whole / SECOND}s` : formatDuration(whole)
  return ms < 0 ? `${text} ago` : `in ${text}`
}

const formats = new Map<string, Intl.DateTimeFormat>()
const zoneNames = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  return remembered(formats, zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
}

function zoneNameOf(zone: string): Intl.DateTimeFormat {
  return remembered(zoneNames, zone, { timeZoneName: 'longOffset' })
}

function remembered(
  known: Map<string, Intl.DateTimeFormat>,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  let format = known.get(zone)
  if (format === undefined) known.set(zone, (format = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone })))
  return format
}
