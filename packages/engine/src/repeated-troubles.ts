import { messageOf, type Clock } from '@s3sched/kernel'

/** After a told trouble, troubles with the same message are only counted for this time, in ms. */
const QUIET_MS = 10_000
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
  readonly #told = new Map<string, Told>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /**
   * @returns an addition to the text of the log, which tells of troubles that were left out; `undefined` to leave this
   * trouble out
   */
  tell(error: unknown): string | undefined {
    const message = messageOf(error)
    const now = this.#clock.monotonic()
    const last = this.#told.get(message)
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.leftOut++
      return undefined
    }
    const leftOut = last?.leftOut ?? 0
    if (this.#told.size >= MOST) this.#told.clear()
    this.#told.set(message, { at: now, leftOut: 0 })
    return leftOut === 0 ? '' : ` (${leftOut} more of this kind since the last message)`
  }
}
