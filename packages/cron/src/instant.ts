import { types } from 'node:util'
import { describe, S3SchedError } from '@s3sched/kernel'

/** The last instant that a `Date` can name, in ms; the first is its negative. Nothing ticks outside. */
export const MAX_INSTANT_MS = 8.64e15

/**
 * Epoch milliseconds of an instant that a caller gave.
 *
 * @throws S3SchedError `INVALID_INSTANT` when it is neither a number of at most 8.64e15 nor a valid `Date`.
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
  return types.isDate(value) ? value.getTime() : Number.NaN
}

/** Epoch milliseconds of a tick that a caller names: whole ones, or a valid `Date`. `NaN` for anything else. */
export function wholeMs(value: unknown): number {
  const ms = typeof value === 'number' ? value : dateMs(value)
  return Number.isSafeInteger(ms) && Math.abs(ms) <= MAX_INSTANT_MS ? ms : Number.NaN
}
