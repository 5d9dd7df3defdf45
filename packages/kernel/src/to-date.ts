/** An instant as a `Date`. The function reads no clock. @param instant - epoch ms */
export function toDate(instant: number): Date {
  // oxlint-disable-next-line no-restricted-globals -- converts; reads no clock
  return new Date(instant)
}

/** True if a value from a user is a `Date`. */
export function isDate(value: unknown): value is Date {
  // oxlint-disable-next-line no-restricted-globals -- recognises; reads no clock
  return value instanceof Date
}
