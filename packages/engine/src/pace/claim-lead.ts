/** The least lead: the work of many claims must not delay the starts of their runs, in ms. */
const LEAST_MS = 50
/** Claims that the store takes this many times as long for are still in time. */
const TIMES = 3
/** The share of the slowest claim that is forgotten with each faster one. */
const FADING = 0.05

/**
 * The time by which claims are ahead of their ticks: about three times the time of a slow claim.
 *
 * All jobs have the same lead, so that the claims of one instant go into one write of each page. A short lead costs
 * little when a leader dies: what was claimed and not begun is lost.
 */
export class ClaimLead {
  readonly #mostMs: number
  /** The time of a slow claim, in ms; `undefined` before the first claim. */
  #slowMs: number | undefined

  /** @param mostMs - the option `claimAhead` */
  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  /** Notes the time from the request of a claim to its answer, in ms. */
  note(ms: number): void {
    const slow = this.#slowMs ?? ms
    this.#slowMs = Math.max(ms, slow - FADING * (slow - ms))
  }

  /** In ms; half of the longest lead before the first claim. */
  get ms(): number {
    const wanted = this.#slowMs === undefined ? this.#mostMs / 2 : Math.ceil(TIMES * this.#slowMs)
    return Math.min(this.#mostMs, Math.max(LEAST_MS, wanted))
  }
}
