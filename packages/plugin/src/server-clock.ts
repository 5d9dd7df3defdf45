import type { Clock } from '@s3sched/kernel'

/** S3 says its time in whole seconds, cut off. */
const GRANULARITY_MS = 1000
/** For how long the answers of a stretch are taken together, in ms: clocks go at different rates. */
const STRETCH_MS = 10_000
/** By how much two clocks may drift apart, in ms per ms: what an NTP client slews a clock by at most. */
const DRIFT = 0.0005

/** The store's clock minus this machine's monotonic one lies between these, in ms. */
interface Bounds {
  readonly lower: number
  readonly upper: number
}

/** The answers of up to {@link STRETCH_MS}, together. */
interface Stretch extends Bounds {
  /** By the monotonic clock. */
  readonly from: number
}

/**
 * What the answers of the store prove of its clock, which all instances share.
 *
 * **Bounds.** When an answer came, the store's clock was at its `Date` or later. When its request was sent, the store's clock was less
 * than a second after that `Date`. A slow answer gives bounds that are far apart, and they are as true as others. The bounds of the answers
 * of the last ten to twenty seconds hold together, so the answer that came soonest after a full second and the one that came last before
 * one say the most. An answer that contradicts the ones before it shows that the store's clock was set, or that this machine slept:
 * what was known before is then forgotten.
 *
 * **What others rely on is written by {@link sharedNow}**: an instant from which ticks count, the moment of a request, a verdict. The wall
 * clock of one machine may be a day off, and its mistake would hold for the whole fleet.
 *
 * The store's clock is never used to decide who may act.
 */
export class ServerClock {
  readonly #clock: Clock
  #stretch: Stretch | undefined
  #before: Stretch | undefined
  /** The monotonic clock at the last answer, and the wall clock minus it. */
  #last: { readonly monotonic: number; readonly wallOffset: number } | undefined
  #setBackMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param serverTime - as the answer says it, epoch ms; `undefined` is ignored
   * @param sentAt - the monotonic clock before the request was sent
   */
  observe(serverTime: number | undefined, sentAt: number): void {
    if (serverTime === undefined) return
    const monotonic = this.#clock.monotonic()
    const seen = { lower: serverTime - monotonic, upper: serverTime + GRANULARITY_MS - sentAt, from: monotonic }
    const known = this.#bounds()
    this.#last = { monotonic, wallOffset: this.#clock.now() - monotonic }
    if (known !== undefined && (seen.lower > known.upper || seen.upper < known.lower)) {
      this.#setBackMs += Math.max(0, known.lower - seen.upper)
      this.#before = undefined
      this.#stretch = seen
    } else if (this.#stretch === undefined || monotonic - this.#stretch.from > STRETCH_MS) {
      this.#before = monotonic - (this.#stretch?.from ?? -Infinity) <= 2 * STRETCH_MS ? this.#stretch : undefined
      this.#stretch = seen
    } else this.#stretch = { ...both(this.#stretch, seen), from: this.#stretch.from }
  }

  /** The store's clock is at least here now, epoch ms; `undefined` before the first answer. */
  lowerBound(): number | undefined {
    const bounds = this.#bounds()
    return bounds && bounds.lower + this.#clock.monotonic() - this.#driftMs()
  }

  /** The store's clock is at most here now, epoch ms; `undefined` before the first answer. */
  upperBound(): number | undefined {
    const bounds = this.#bounds()
    return bounds && bounds.upper + this.#clock.monotonic() + this.#driftMs()
  }

  /** The wall clock of this machine, as far as the store's answers allow: what others may rely on. Epoch ms, whole. */
  sharedNow(): number {
    const now = this.#clock.now()
    const lower = Math.ceil(this.lowerBound() ?? -Infinity)
    return Math.max(lower, Math.min(now, Math.floor(this.upperBound() ?? Infinity)))
  }

  /** A clock that says {@link sharedNow}. */
  shared(): Clock {
    return { ...this.#sleeping(), now: () => this.sharedNow() }
  }

  /**
   * The clock by which ticks start: the wall clock of this machine, but not ahead of where the store's can be. So a tick comes too early by
   * neither of the two, and a machine that is ahead finds no tick late that is not due. Whole ms.
   */
  tickNow(): number {
    return Math.min(this.#clock.now(), Math.floor(this.upperBound() ?? Infinity))
  }

  /** A clock that says {@link tickNow}. */
  ticking(): Clock {
    return { ...this.#sleeping(), now: () => this.tickNow() }
  }

  /**
   * The wall clock of this machine, but not ahead of what the store's is known to be: never early, and up to a second late where
   * there were few answers. Whole ms.
   */
  provenNow(): number {
    return Math.min(this.#clock.now(), Math.floor(this.lowerBound() ?? Infinity))
  }

  /** A clock that goes by {@link provenNow}. */
  proven(): Clock {
    return { ...this.#sleeping(), now: () => this.provenNow() }
  }

  /**
   * By how much this machine's wall clock is ahead of the store's (behind, when negative), in ms: the least that the answers
   * prove, so 0 as long as the difference could come from whole seconds and from the way of an answer.
   */
  skewMs(): number {
    const now = this.#clock.now()
    return Math.max(0, now - (this.upperBound() ?? Infinity)) + Math.min(0, now - (this.lowerBound() ?? -Infinity))
  }

  /** By how much the wall clock moved against the monotonic one since the last answer, in ms. */
  jumpMs(): number {
    return this.#last === undefined ? 0 : this.#clock.now() - this.#clock.monotonic() - this.#last.wallOffset
  }

  /** By how much the store's clock was set back in all since the first answer, at least, in ms. */
  setBackMs(): number {
    return this.#setBackMs
  }

  #bounds(): Bounds | undefined {
    if (this.#stretch === undefined || this.#before === undefined) return this.#stretch
    return both(this.#stretch, this.#before)
  }

  #driftMs(): number {
    return DRIFT * (this.#clock.monotonic() - (this.#last?.monotonic ?? 0))
  }

  #sleeping(): Pick<Clock, 'monotonic' | 'sleep'> {
    return { monotonic: () => this.#clock.monotonic(), sleep: (ms, signal) => this.#clock.sleep(ms, signal) }
  }
}

function both(a: Bounds, b: Bounds): Bounds {
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) }
}
