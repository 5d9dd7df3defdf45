/** The beginning of a day in UTC, epoch ms; NaN for a date outside the calendar. @param date - `2026-03-29` */
export function utcDay(date: string): number {
  // oxlint-disable-next-line no-restricted-globals -- reads a calendar, not a clock
  return Date.parse(`${date}T00:00:00Z`)
}

/** 0 is Monday. */
export function weekdayOf(date: string): number {
  // The epoch began on a Thursday.
  return (Math.floor(utcDay(date) / 86_400_000) + 3) % 7
}
