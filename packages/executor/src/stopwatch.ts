import type { Clock } from '@s3sched/kernel'

/** A start by both clocks: the wall clock tells the instant, the monotonic clock the time since. */
export class Stopwatch {
  /** Epoch ms. */
  readonly startedAt: number
  readonly #clock: Clock
  readonly #start: number

  /** Starts. */
  constructor(clock: Clock) {
    this.#clock = clock
    this.startedAt = clock.now()
    this.#start = clock.monotonic()
  }

  /** The time since the start, in ms. */
  elapsedMs(): number {
    return this.#clock.monotonic() - this.#start
  }
}
