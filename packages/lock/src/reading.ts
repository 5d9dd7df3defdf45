import type { Clock } from '@s3sched/kernel'

/** Both clocks of one process at one moment, in ms. */
export interface Reading {
  readonly monotonic: number
  readonly wall: number
}

export function takeReading(clock: Clock): Reading {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/**
 * How much time may have passed between two readings, in ms: the larger of the two clocks' differences.
 *
 * The monotonic clock stands still while a machine is suspended, and the wall clock jumps when somebody sets it. Who
 * must not overrate the time that is left to him takes the larger; who waits for somebody else's time to be over takes
 * the monotonic one alone.
 */
export function elapsedAtMost(from: Reading, to: Reading): number {
  return Math.max(to.monotonic - from.monotonic, to.wall - from.wall)
}
