import type { Clock, Logger } from '@s3sched/kernel'

/** Slow claims in a row before a warning: a single one may be a hiccup of the store. */
const IN_A_ROW = 3
/** The least time between two warnings, in ms. */
const EVERY_MS = 10 * 60_000
/** Quicker claims make nothing late enough for a warning, however short the lead may be, in ms. */
const LEAST_MS = 1000
/** The longest `claimAhead`, in ms. */
const MOST_AHEAD_MS = 60_000

/** Warns where the store takes longer for a claim than claims may be ahead of their ticks. */
export class SlowClaims {
  readonly #env: { readonly clock: Clock; readonly logger: Logger }
  readonly #mostMs: number
  #inARow = 0
  #warnedAt = -Infinity

  /** @param mostMs - the option `claimAhead` */
  constructor(env: { readonly clock: Clock; readonly logger: Logger }, mostMs: number) {
    this.#env = env
    this.#mostMs = mostMs
  }

  /** Notes the time from the request of a claim to its answer, in ms. */
  note(ms: number): void {
    this.#inARow = ms > Math.max(LEAST_MS, this.#mostMs) ? this.#inARow + 1 : 0
    const { clock, logger } = this.#env
    if (this.#inARow < IN_A_ROW || clock.monotonic() - this.#warnedAt < EVERY_MS) return
    this.#warnedAt = clock.monotonic()
    const tookMs = Math.round(ms)
    const wantedMs = Math.min(MOST_AHEAD_MS, Math.ceil((3 * ms) / 1000) * 1000)
    const advice = wantedMs > this.#mostMs ? `Set claimAhead to ${wantedMs}, or run` : 'Run'
    logger.warn(
      `the store takes ${tookMs} ms for a claim, longer than claimAhead (${this.#mostMs} ms): ticks start late, and jobs due more often than that miss ticks. ${advice} the instances nearer to the store`,
      { tookMs, claimAhead: this.#mostMs },
    )
  }
}
