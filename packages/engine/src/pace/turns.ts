import type { Clock } from '@s3sched/kernel'

interface Turn {
  readonly begun: Promise<void>
  left: number
}

/**
 * Lets a few pieces of work begin per turn of the event loop, in order of arrival, and never in the turn of their
 * arrival: runs due at the same instant go first, and no other work waits for hundreds of requests to be signed.
 */
export class Turns {
  readonly #clock: Clock
  readonly #perTurn: number
  #last: Turn = { begun: Promise.resolve(), left: 0 }

  constructor(clock: Clock, perTurn: number) {
    this.#clock = clock
    this.#perTurn = perTurn
  }

  /** Resolves when the caller's work may begin. */
  next(): Promise<void> {
    if (this.#last.left === 0) this.#last = this.#after(this.#last)
    this.#last.left--
    return this.#last.begun
  }

  #after(previous: Turn): Turn {
    const begin = async (): Promise<void> => {
      await previous.begun
      await this.#clock.sleep(0)
      turn.left = 0
    }
    const turn: Turn = { left: this.#perTurn, begun: begin() }
    return turn
  }
}
