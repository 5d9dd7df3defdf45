import type { Clock } from '@s3sched/kernel'
import type { ClockStep } from './age-of.ts'
import { ClockSteps, type Bounds } from './clock-steps.ts'

/** S3 tells its time in whole seconds, rounded down. */
const GRANULARITY_MS = 1000
/** Answers within such a stretch are combined, in ms: over a longer time the clocks' different rates matter. */
const STRETCH_MS = 10_000
/** The most that two clocks drift apart, in ms per ms: the fastest correction by an NTP client. */
const DRIFT = 0.0005

/** The combined answers of up to {@link STRETCH_MS}. */
interface Stretch extends Bounds {
  /** By the monotonic clock. */
  readonly from: number
}

/**
 * The bounds that the store's answers prove for the store's clock, which all instances share.
 *
 * **Bounds.** At the arrival of an answer, the store's clock was at its `Date` or later. At the sending of its request,
 * the store's clock was less than a second after that `Date`. A slow answer gives distant bounds, but true ones. The
 * bounds of the answers of the last ten to twenty seconds hold together, so the answers soonest after a full second and
 * latest before a full second say the most. An answer that contradicts earlier answers shows that the store's clock was
 * set, or that this machine was suspended: earlier answers are then forgotten.
 *
 * **Instants for other instances are written by {@link sharedNow}**: an instant from which ticks count, the moment of a
 * request, a verdict. The wall clock of a machine may be a day off, and the error would affect the whole fleet.
 *
 * The store's clock is never used to decide which instance may act. Only the age of an object counts, as far as the age
 * proves that the writer is gone. A step of the store's clock makes all objects look old at once: see {@link step}.
 */
export class ServerClock {
  readonly #clock: Clock
  #stretch: Stretch | undefined
  #before: Stretch | undefined
  /** By both stretches: asked for many times between two answers. */
  #bounds: Bounds | undefined
  /** The monotonic clock at the last answer, and the wall clock minus it. */
  #last: { readonly monotonic: number; readonly wallOffset: number } | undefined
  #setBackMs = 0
  readonly #steps = new ClockSteps()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Learns from an answer of the server.
   * @param serverTime - the time in the answer, epoch ms; `undefined` is ignored
   * @param sentAt - the monotonic clock before the request was sent
   */
  observe(serverTime: number | undefined, sentAt: number): void {
    if (serverTime === undefined) return
    const monotonic = this.#clock.monotonic()
    const seen = { lower: serverTime - monotonic, upper: serverTime + GRANULARITY_MS - sentAt, from: monotonic }
    const known = this.#bounds
    this.#last = { monotonic, wallOffset: this.#clock.now() - monotonic }
    if (known !== undefined) this.#steps.note(known, seen, monotonic)
    if (known !== undefined && (seen.lower > known.upper || seen.upper < known.lower)) {
      this.#setBackMs += Math.max(0, known.lower - seen.upper)
      this.#before = undefined
      this.#stretch = seen
    } else if (this.#stretch === undefined || monotonic - this.#stretch.from > STRETCH_MS) {
      this.#before = monotonic - (this.#stretch?.from ?? -Infinity) <= 2 * STRETCH_MS ? this.#stretch : undefined
      this.#stretch = seen
    } else this.#stretch = { ...both(this.#stretch, seen), from: this.#stretch.from }
    this.#bounds = this.#before === undefined ? this.#stretch : both(this.#stretch, this.#before)
  }

  /**
   * The last step forward of the store's clock within the last hour; `undefined` for none. An earlier write may look
   * older by the step than it is: see {@link ageOf}.
   */
  step(): ClockStep | undefined {
    return this.#bounds && this.#steps.present(this.#bounds, this.#clock.monotonic())
  }

  /** A lower bound of the store's clock now, epoch ms; `undefined` before the first answer. */
  lowerBound(): number | undefined {
    return this.#bounds && this.#lowerAt(this.#bounds, this.#clock.monotonic())
  }

  /** An upper bound of the store's clock now, epoch ms; `undefined` before the first answer. */
  upperBound(): number | undefined {
    return this.#bounds && this.#upperAt(this.#bounds, this.#clock.monotonic())
  }

  /**
   * This machine's wall clock, limited to the bounds of the store's clock: other instances may rely on such times.
   * Epoch ms, whole.
   */
  sharedNow(): number {
    const now = this.#clock.now()
    const bounds = this.#bounds
    if (bounds === undefined) return now
    const monotonic = this.#clock.monotonic()
    const upper = Math.floor(this.#upperAt(bounds, monotonic))
    return Math.max(Math.ceil(this.#lowerAt(bounds, monotonic)), Math.min(now, upper))
  }

  /** A clock by {@link sharedNow}. */
  shared(): Clock {
    return { ...this.#sleeping(), now: () => this.sharedNow() }
  }

  /**
   * The clock for the starts of ticks: this machine's wall clock, but not ahead of the upper bound of the store's
   * clock. So no tick starts early by either clock, and a machine whose clock is ahead takes no tick for late before
   * the tick is due. Whole ms.
   */
  tickNow(): number {
    return Math.min(this.#clock.now(), Math.floor(this.upperBound() ?? Infinity))
  }

  /** A clock by {@link tickNow}. */
  ticking(): Clock {
    return { ...this.#sleeping(), now: () => this.tickNow() }
  }

  /**
   * This machine's wall clock, but not ahead of the lower bound of the store's clock: never early, and up to a second
   * late after few answers. Whole ms.
   */
  provenNow(): number {
    return Math.min(this.#clock.now(), Math.floor(this.lowerBound() ?? Infinity))
  }

  /** A clock by {@link provenNow}. */
  proven(): Clock {
    return { ...this.#sleeping(), now: () => this.provenNow() }
  }

  /**
   * The difference by which this machine's wall clock is ahead of the store's (negative: behind), in ms: the least
   * difference proven by the answers, so 0 as long as rounding to whole seconds and the answers' delay could explain
   * the difference.
   */
  skewMs(): number {
    const now = this.#clock.now()
    const bounds = this.#bounds
    if (bounds === undefined) return 0
    const monotonic = this.#clock.monotonic()
    const ahead = Math.max(0, now - this.#upperAt(bounds, monotonic))
    return ahead + Math.min(0, now - this.#lowerAt(bounds, monotonic))
  }

  /** The movement of the wall clock against the monotonic clock since the last answer, in ms. */
  jumpMs(): number {
    return this.#last === undefined ? 0 : this.#clock.now() - this.#clock.monotonic() - this.#last.wallOffset
  }

  /** The least total by which the store's clock was set back since the first answer, in ms. */
  setBackMs(): number {
    return this.#setBackMs
  }

  /** These are asked many times for each run, and a reading of the clock is not free. */
  #lowerAt({ lower }: Bounds, monotonic: number): number {
    return lower + monotonic - this.#driftMs(monotonic)
  }

  #upperAt({ upper }: Bounds, monotonic: number): number {
    return upper + monotonic + this.#driftMs(monotonic)
  }

  #driftMs(monotonic: number): number {
    return DRIFT * (monotonic - (this.#last?.monotonic ?? 0))
  }

  #sleeping(): Pick<Clock, 'monotonic' | 'sleep'> {
    return { monotonic: () => this.#clock.monotonic(), sleep: (ms, signal) => this.#clock.sleep(ms, signal) }
  }
}

function both(a: Bounds, b: Bounds): Bounds {
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) }
}
