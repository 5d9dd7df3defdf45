import { UsageError } from '../ending.ts'

/** The bounds of a count. */
export interface CountBounds {
  /** The count of an option that is not given. */
  readonly fallback: number
  readonly most: number
  /** @default 1 */
  readonly least?: number
}

/** A whole number within bounds. @throws UsageError */
export function parseCount(option: string, text: string | undefined, bounds: CountBounds): number {
  const { fallback, least = 1, most } = bounds
  if (text === undefined) return fallback
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new UsageError(`expected ${option} to be a whole number from ${least} to ${most}, got '${text}'`)
}
