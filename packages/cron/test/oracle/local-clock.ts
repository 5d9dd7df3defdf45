/** The reading of a zone's wall clock, in the parts of an expression. */
export interface Reading {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Reads the clock of a zone at an instant through the parts that `Intl` formats, one call per reading. */
export function readClock(zone: string, ms: number): Reading {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = format
    .format(ms)
    .split(/[^0-9]+/)
    .map(Number)
  return { year, month, day, hour, minute, second }
}

/** A reading as if in UTC, in ms: local times become countable numbers. */
export function readingMs({ year, month, day, hour, minute, second }: Reading): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The reverse of {@link readingMs}. */
export function readingOf(ms: number): Reading {
  const date = new Date(ms)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  }
}
