import type { Random } from './random.ts'

/** Delays that grow by a factor, each a random part of its bound. */
export interface ExponentialBackoff {
  /** The bound of the first delay, in ms. */
  readonly baseMs: number
  /** The growth of the bound per retry. @default 2 */
  readonly factor?: number
  /** The largest bound, in ms. */
  readonly maxMs: number
}

/**
 * The delay before retry number `retry` (1 is the first), in ms: uniform between 0 and an exponentially growing bound.
 * Full jitter spreads a fleet that failed together; see Brooker, "Exponential Backoff And Jitter", AWS 2015.
 */
export function fullJitter(retry: number, backoff: ExponentialBackoff, random: Random): number {
  // The power may overflow to Infinity, and 0 times Infinity is NaN.
  const growth = Math.min((backoff.factor ?? 2) ** (retry - 1), Number.MAX_VALUE)
  const bound = Math.min(backoff.maxMs, backoff.baseMs * growth)
  return random.float() * bound
}
