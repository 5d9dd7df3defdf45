import type { Clock } from '@s3sched/kernel'

/** Some milliseconds, so that timers and answers of other work are late by no more. */
const TURN_MS = 10

/**
 * Divides long work into short turns of the event loop. The cache, a store in memory and the outcomes in pages answer at
 * once, so that a query would otherwise go on in a single turn for hundreds of milliseconds. All queries of a history
 * share the turns: many queries at once take no longer turns than one.
 */
export class ShortTurns {
  readonly #clock: Clock
  #began: number
  #next: Promise<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#began = clock.monotonic()
  }

  /** True when the work of this turn has taken long enough: await {@link next} then. */
  get isOver(): boolean {
    return this.#clock.monotonic() - this.#began >= TURN_MS
  }

  /** Resolves in a turn with time left. @throws the signal's reason */
  async next(signal: AbortSignal | undefined): Promise<void> {
    // Other waiting work may have used the whole new turn up.
    while (this.isOver) await (this.#next ??= this.#begin())
    signal?.throwIfAborted()
  }

  async #begin(): Promise<void> {
    await this.#clock.sleep(0)
    this.#next = undefined
    this.#began = this.#clock.monotonic()
  }
}
