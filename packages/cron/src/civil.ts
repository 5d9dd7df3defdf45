/**
 * The proleptic Gregorian calendar as integer arithmetic: days since 1970-01-01 to year, month and day, and back.
 *
 * The engine's `Date` would allocate an object per call and use the machine's zone; these functions need neither. After
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */

/** Days in 400 years; dates and weekdays repeat with this period. */
export const DAYS_PER_CYCLE = 146_097

/** Days from 1970-01-01 to a date. `month` is 1-12; `day` may be outside its month. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const cycle = Math.floor(shifted / 400)
  const yearOfCycle = shifted - cycle * 400
  const dayOfYear = Math.trunc((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const leapDays = Math.trunc(yearOfCycle / 4) - Math.trunc(yearOfCycle / 100)
  return cycle * DAYS_PER_CYCLE + yearOfCycle * 365 + leapDays + dayOfYear - 719_468
}

/** A date as `year * 512 + month * 32 + day`, so that a call allocates nothing. */
export function civilFromDays(days: number): number {
  const shifted = days + 719_468
  const cycle = Math.floor(shifted / DAYS_PER_CYCLE)
  const dayOfCycle = shifted - cycle * DAYS_PER_CYCLE
  const leapCorrected =
    dayOfCycle - Math.trunc(dayOfCycle / 1460) + Math.trunc(dayOfCycle / 36_524) - Math.trunc(dayOfCycle / 146_096)
  const yearOfCycle = Math.trunc(leapCorrected / 365)
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.trunc(yearOfCycle / 4) - Math.trunc(yearOfCycle / 100))
  const shiftedMonth = Math.trunc((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.trunc((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)) * 512 + month * 32 + day
}

/** The weekday of a day since 1970-01-01: 0 is Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}

/** The number of days of a month. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
