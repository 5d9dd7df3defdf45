import { readClock, readingMs } from './local-clock.ts'

/** Difficult clock changes of the past, as instants near the change. */
export const AWKWARD_CHANGES: readonly (readonly [zone: string, near: string, why: string])[] = [
  ['America/New_York', '2024-03-10T07:00Z', 'an hour forward'],
  ['America/New_York', '2024-11-03T06:00Z', 'an hour back'],
  ['Europe/Berlin', '2026-03-29T01:00Z', 'an hour forward'],
  ['Europe/Berlin', '2026-10-25T01:00Z', 'an hour back'],
  ['Europe/Dublin', '2026-10-25T01:00Z', 'negative daylight saving'],
  ['Australia/Lord_Howe', '2024-04-06T15:00Z', 'half an hour back'],
  ['Australia/Lord_Howe', '2024-10-05T15:30Z', 'half an hour forward'],
  ['Antarctica/Troll', '2024-03-31T01:00Z', 'two hours forward'],
  ['Antarctica/Troll', '2024-10-27T01:00Z', 'two hours back'],
  ['America/Havana', '2024-03-10T05:00Z', 'midnight is skipped'],
  ['America/Havana', '2024-11-03T05:00Z', 'back to midnight'],
  ['Asia/Beirut', '2024-03-30T22:00Z', 'midnight is skipped'],
  ['Asia/Beirut', '2024-10-26T21:00Z', 'back over midnight'],
  ['Africa/Cairo', '2024-04-25T22:00Z', 'midnight is skipped'],
  ['Africa/Cairo', '2024-10-31T21:00Z', 'back over midnight'],
  ['America/Asuncion', '2023-10-01T04:00Z', 'midnight is skipped'],
  ['America/Asuncion', '2024-03-24T03:00Z', 'back over midnight'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z', 'midnight is skipped'],
  ['America/Santiago', '2024-04-07T03:00Z', 'back over midnight'],
  ['Pacific/Apia', '2011-12-30T10:00Z', 'a whole day is skipped'],
  ['Pacific/Fakaofo', '2011-12-30T11:00Z', 'a whole day is skipped'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z', 'a whole day is skipped'],
  ['Pacific/Kiritimati', '1994-12-31T10:40Z', 'a whole day is skipped'],
  ['Africa/Casablanca', '2024-03-10T02:00Z', 'back for Ramadan'],
  ['Africa/Casablanca', '2024-04-14T02:00Z', 'forward after Ramadan'],
  ['Africa/Cairo', '2010-08-10T21:00Z', 'back for Ramadan'],
  ['Asia/Gaza', '2011-08-01T00:00Z', 'back for Ramadan'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z', 'fifteen minutes forward at the new year'],
  ['America/St_Johns', '2006-04-02T03:31Z', 'forward at 00:01'],
  ['America/St_Johns', '2006-10-29T02:31Z', 'back at 00:01, over midnight'],
  ['America/St_Johns', '1988-04-03T03:31Z', 'two hours forward'],
  ['America/Nuuk', '2024-03-31T01:00Z', 'a gap that ends on the next day'],
  ['America/Nuuk', '2024-10-27T01:00Z', 'back over midnight'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z', 'half an hour forward at midnight'],
  ['America/Caracas', '2007-12-09T07:00Z', 'half an hour back for good'],
  ['Antarctica/Casey', '2010-03-04T15:00Z', 'three hours back'],
  ['America/Cambridge_Bay', '2000-10-29T08:00Z', 'two changes in one week'],
  ['America/Cambridge_Bay', '2000-11-05T06:00Z', 'two changes in one week'],
  ['Europe/Lisbon', '1992-09-27T01:00Z', 'a change of zone without a change of the clock'],
  ['Africa/Monrovia', '1972-01-07T00:44:30Z', 'an offset with seconds ends'],
  ['Europe/Amsterdam', '1977-04-03T01:00Z', 'the first year'],
  ['Europe/London', '1971-10-31T02:00Z', 'the end of three years of summer'],
  ['America/New_York', '2099-03-08T07:00Z', 'far ahead'],
  ['Europe/Berlin', '2100-10-31T01:00Z', 'far ahead'],
]

/**
 * The instant, to the minute or half minute, of a zone's first clock change after `near - 36 h`; without a change,
 * `near`.
 */
export function changeNear(zone: string, near: number): number {
  const offset = (at: number): number => readingMs(readClock(zone, at)) - at
  const STEP = 30_000
  const from = near - 36 * 3_600_000
  const before = offset(from)
  let low = 0
  let high = (72 * 3_600_000) / STEP
  if (offset(from + high * STEP) === before) return near
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(from + middle * STEP) === before) low = middle
    else high = middle
  }
  return from + high * STEP
}
