import type { Clock } from '@s3sched/kernel'

/** The longest time of works in a turn of the event loop, in ms, apart from the last work of the turn. */
const TURN_MS = 8
/** The time that an SDK takes, in the same turn, for the request after each work, in ms. */
const REQUEST_MS = 1.5
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

  /** @param answers - the number of callers that the work answers; without callers a request follows the work */
  run<T>(work: () => T, answers?: number): Promise<T> {
    const followedByMs = answers === undefined ? REQUEST_MS : answers * ANSWER_MS
    const done = this.#last.then(async () => {
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
    })
    this.#last = done.catch(() => undefined) // the caller gets the error
    return done
  }
}
