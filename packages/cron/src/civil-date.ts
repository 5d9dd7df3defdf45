import { civilFromDays, daysFromCivil } from './civil.ts'

/** Reads `2027-12-25` as days since 1970-01-01. `NaN` for anything else, and for a date that no calendar has. */
export function parseDate(text: unknown): number {
  const matched = typeof text === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) : null
  if (matched === null) return Number.NaN
  const [year, month, day] = [Number(matched[1]), Number(matched[2]), Number(matched[3])]
  if (month < 1 || month > 12) return Number.NaN
  const days = daysFromCivil(year, month, day)
  return civilFromDays(days) === year * 512 + month * 32 + day ? days : Number.NaN
}
