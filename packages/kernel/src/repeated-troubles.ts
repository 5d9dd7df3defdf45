import type { Clock } from './clock.ts'
import { messageOf } from './error.ts'

/** Messages to remember; a message may name a job or a key. */
const MOST = 1000

interface Told {
  readonly at: number
  leftOut: number
}

/**
 * Keeps the log short while a store refuses all requests: expired credentials or a full disk fail the work for each of
 * thousands of jobs again and again, with the same message.
 */
export class RepeatedTroubles {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #quietMs: number
  readonly #told = new Map<string, Told>()

  /** @param quietMs - after a told trouble, troubles with the same message are only counted for this time */
  constructor(clock: Pick<Clock, 'monotonic'>, quietMs: number = 10_000) {
    this.#clock = clock
    this.#quietMs = quietMs
  }

  /**
   * @returns an addition to the text of the log, which tells of troubles that were left out; `undefined` to leave this
   * trouble out
   */
  tell(error: unknown): string | undefined {
    const message = messageOf(error)
    const now = this.#clock.monotonic()
    const last = this.#told.get(message)
    if (last !== undefined && now - last.at < this.#quietMs) {
      last.leftOut++
      return undefined
    }
    const leftOut = last?.leftOut ?? 0
    if (this.#told.size >= MOST) this.#told.clear()
    this.#told.set(message, { at: now, leftOut: 0 })
    return leftOut === 0 ? '' : ` (${leftOut} more of this kind since the last message)`
  }
}
