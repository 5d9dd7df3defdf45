import type { Clock } from '@s3sched/kernel'

/** S3 says its time in whole seconds, cut off. */
const GRANULARITY_MS = 1000
/** For how long an answer that came just after a full second says more than later ones, in ms: clocks go at different rates. */
const BEST_FOR_MS = 10_000

/** For how long a quick answer tells more than a slow one, in ms. */
const QUICK_FOR_MS = 60_000

interface Observation {
  readonly serverTime: number
  /** How long it took, from when the request was sent. */
  readonly tookMs: number
  readonly wall: number
  readonly monotonic: number
}

/**
 * What the answers of the store tell about its clock, which all instances share.
 *
 * It is never used to decide who may act; it bounds how long ago something happened, and shows that this machine's own
 * clock is off.
 */
export class ServerClock {
  readonly #clock: Clock
  #last: Observation | undefined
  /** The one of the last seconds that puts the server's clock furthest, and the one of as many before these. */
  #best: Observation | undefined
  #bestBefore: Observation | undefined
  #bestFrom = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param serverTime - as the answer says it, epoch ms; `undefined` is ignored
   * @param sentAt - the monotonic clock before the request was sent; a slow answer tells less, and counts where no quick one is known
   */
  observe(serverTime: number | undefined, sentAt: number): void {
    const monotonic = this.#clock.monotonic()
    if (serverTime === undefined) return
    const tookMs = monotonic - sentAt
    const isQuick = tookMs <= GRANULARITY_MS
    const before = this.#last
    if (!isQuick && before !== undefined && before.tookMs < tookMs && monotonic - before.monotonic < QUICK_FOR_MS)
      return
    const last = (this.#last = { serverTime, tookMs, wall: this.#clock.now(), monotonic })
    const best = this.#best
    if (best === undefined || monotonic - this.#bestFrom > BEST_FOR_MS) {
      this.#bestBefore = best
      this.#best = last
      this.#bestFrom = monotonic
    } else if (this.#since(last) >= this.#since(best)) this.#best = last
  }

  /** The server's clock is at least here now, epoch ms; `undefined` before the first answer. */
  lowerBound(): number | undefined {
    return this.#last && this.#since(this.#last)
  }

  /**
   * The wall clock of this machine, but not ahead of what the server's is known to be: never early, and up to a second late where
   * there were few answers. Whole ms.
   */
  provenNow(): number {
    const { monotonic = 0 } = this.#best ?? {}
    const isRecent = (seen: Observation | undefined): seen is Observation =>
      seen !== undefined && monotonic - seen.monotonic <= 2 * BEST_FOR_MS
    const bounds = [this.#best, this.#bestBefore].filter(isRecent).map((seen) => this.#since(seen))
    return Math.min(this.#clock.now(), bounds.length === 0 ? Infinity : Math.floor(Math.max(...bounds)))
  }

  #since({ monotonic, serverTime }: Observation): number {
    return serverTime + (this.#clock.monotonic() - monotonic)
  }

  /** A clock that goes by {@link provenNow}. */
  proven(): Clock {
    return {
      now: () => this.provenNow(),
      monotonic: () => this.#clock.monotonic(),
      sleep: (ms, signal) => this.#clock.sleep(ms, signal),
    }
  }

  /**
   * By how much this machine's wall clock is ahead of the server's (behind, when negative), in ms: the least that the last
   * answer proves, so 0 as long as the difference could come from its whole seconds and its way.
   */
  skewMs(): number {
    if (this.#last === undefined) return 0
    const ahead = this.#clock.now() - this.#clock.monotonic() - (this.#last.serverTime - this.#last.monotonic)
    const slack = GRANULARITY_MS + Math.max(GRANULARITY_MS, this.#last.tookMs)
    if (ahead > slack) return ahead - slack
    return ahead < -GRANULARITY_MS ? ahead + GRANULARITY_MS : 0
  }

  /** By how much the wall clock moved against the monotonic one since the last answer, in ms. */
  jumpMs(): number {
    if (this.#last === undefined) return 0
    return this.#clock.now() - this.#last.wall - (this.#clock.monotonic() - this.#last.monotonic)
  }
}
