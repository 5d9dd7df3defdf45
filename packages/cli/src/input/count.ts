import { UsageError } from '../ending.ts'

/** A whole number within bounds. @throws UsageError */
export function parseCount(
  option: string,
  text: string | undefined,
  fallback: number,
  most: number,
  least: number = 1,
): number {
  if (text === undefined) return fallback
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new UsageError(`expected ${option} to be a whole number from ${least} to ${most}, got '${text}'`)
}
