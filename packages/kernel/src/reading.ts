import type { Clock } from './clock.ts'

/** Both clocks of one process at one moment, in ms. */
export interface Reading {
  readonly monotonic: number
  readonly wall: number
}

/** Reads both times of a clock at once. */
export function takeReading(clock: Clock): Reading {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/**
 * The longest time that may have passed between two readings, ms: the larger of the differences of the two clocks.
 *
 * The monotonic clock stands still while a machine is suspended, and the wall clock jumps when a person sets it. A
 * holder must not overrate the time it has left, and takes the larger difference; a contender that waits for the end of
 * another holder's time takes the monotonic clock alone.
 */
export function elapsedAtMost(from: Reading, to: Reading): number {
  return Math.max(to.monotonic - from.monotonic, to.wall - from.wall)
}
