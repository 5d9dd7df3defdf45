import type { Clock } from '@s3sched/kernel'

interface Turn {
  readonly begun: Promise<void>
  left: number
}

/**
 * Lets work begin a few pieces per turn of the event loop, in the order in which it came, and none of it in the turn in
 * which it came: what is due at the same instant goes first, and nothing waits until hundreds of requests are signed.
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
