import type { Clock } from '@s3sched/kernel'
import { Turns } from './turns.ts'

/** A longer gap than this between two starts means two instants, in ms. */
const APART_MS = 20

/**
 * Lets the first few runs due at one instant start at once, and the others a few per turn of the event loop: a thousand
 * starts in one turn would keep all other work waiting, renewals of the lease included.
 */
export class StartsPerTurn {
  readonly #clock: Clock
  readonly #perTurn: number
  readonly #later: Turns
  #left: number
  #lastAt = -Infinity

  constructor(clock: Clock, perTurn: number) {
    this.#clock = clock
    this.#perTurn = perTurn
    this.#left = perTurn
    this.#later = new Turns(clock, perTurn)
  }

  /** Resolves when the caller may start. */
  async next(): Promise<void> {
    const now = this.#clock.monotonic()
    if (now - this.#lastAt > APART_MS) this.#left = this.#perTurn
    this.#lastAt = now
    if (this.#left === 0) return this.#later.next()
    this.#left--
  }
}
