import type { Clock } from '@s3sched/kernel'

/** The longest time of works in a turn of the event loop, in ms, apart from the last work of the turn. */
const TURN_MS = 8
/** The time that an SDK takes, in the same turn, for the request after each work, in ms. */
const REQUEST_MS = 1.5
/** The most callers that are answered before the next look at the time. */
const ANSWERS_AT_ONCE = 32
/** The time of a caller with its answer, in the same turn, in ms: the start of a run. */
const ANSWER_MS = 0.05

/**
 * Spreads the work of many pages over turns of the event loop. Very many pages may commit at the same instant. The work
 * of all pages in one turn would keep actions and leases of the application waiting.
 */
export class WorkTurns {
  readonly #clock: Clock
  #last: Promise<unknown> = Promise.resolve()
  #spentMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Does a work that a request follows. */
  run<T>(work: () => T): Promise<T> {
    return this.#afterOthers(() => this.#inTurn(work, REQUEST_MS))
  }

  /**
   * Answers the callers of a commit, in as many turns as it takes, and does no other work in between: so the next changes
   * of these callers, which are changes of the same page, come together and go into one commit.
   *
   * @param answerOne - called for each number below `count`; must not throw
   */
  answer(count: number, answerOne: (index: number) => void): Promise<void> {
    return this.#afterOthers(async () => {
      for (let from = 0; from < count; from += ANSWERS_AT_ONCE) {
        const to = Math.min(count, from + ANSWERS_AT_ONCE)
        const some = (): void => {
          for (let index = from; index < to; index++) answerOne(index)
        }
        await this.#inTurn(some, (to - from) * ANSWER_MS)
      }
    })
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined) // the caller gets the error
    return done
  }

  /** @param followedByMs - the time of what follows the work in the same turn */
  async #inTurn<T>(work: () => T, followedByMs: number): Promise<T> {
    if (this.#spentMs >= TURN_MS) {
      await this.#clock.sleep(0)
      this.#spentMs = 0
    }
    const from = this.#clock.monotonic()
    try {
      return work()
    } finally {
      this.#spentMs += this.#clock.monotonic() - from + followedByMs
    }
  }
}
