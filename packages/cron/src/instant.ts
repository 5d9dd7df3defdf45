import { isDate } from 'node:util/types'
import { describe, S3SchedError } from '@s3sched/kernel'

/** The last instant of a `Date`, in ms; the first is its negative. There are no ticks outside. */
export const MAX_INSTANT_MS = 8.64e15

/**
 * Epoch milliseconds of a caller's instant.
 *
 * @throws S3SchedError `INVALID_INSTANT` for anything but a number of at most 8.64e15 or a valid `Date`.
 */
export function instantMs(name: string, value: number | Date): number {
  const ms = typeof value === 'number' ? value : dateMs(value)
  if (ms >= -MAX_INSTANT_MS && ms <= MAX_INSTANT_MS) return ms
  throw new S3SchedError(`expected ${name} to be epoch milliseconds or a Date, got ${describe(value)}`, {
    code: 'INVALID_INSTANT',
    context: { name, value },
  })
}

/** Epoch milliseconds of a `Date`, also of another realm; `NaN` for anything else. */
function dateMs(value: unknown): number {
  return isDate(value) ? value.getTime() : Number.NaN
}

/** Epoch milliseconds of a caller's tick: whole milliseconds, or a valid `Date`. `NaN` for anything else. */
export function wholeMs(value: unknown): number {
  const ms = typeof value === 'number' ? value : dateMs(value)
  return Number.isSafeInteger(ms) && Math.abs(ms) <= MAX_INSTANT_MS ? ms : Number.NaN
}
