/**
 * The steps forward of the store's clock, as `ServerClock` finds them.
 *
 * The clock may go back after a step: by a correction of some seconds, by the whole step, or because the next answer
 * comes from another node of the store with a clock of its own. So a step is kept with the setting of the clock before
 * it, and its size is that of the present setting. A step that is undone for the present setting does not count, and
 * counts again once a node answers that is still ahead.
 */
import type { ClockStep } from './age-of.ts'

/** A smaller step is not noted, in ms: from a heartbeat of 3 s on, the margins of all waits cover such a step. */
const STEP_MS = 2000
/**
 * After this time, in ms, a step is forgotten. Most living writers have written again by then; a heartbeat above an hour
 * gives each wait a margin of two hours.
 */
const STEP_MATTERS_MS = 3_600_000

/** The store's clock minus this machine's monotonic clock is between these bounds, in ms. */
export interface Bounds {
  readonly lower: number
  readonly upper: number
}

interface Step {
  readonly before: Bounds
  /** The monotonic clock at the first answer after the step. */
  readonly monotonic: number
}

/** The steps of the last hour. */
export class ClockSteps {
  /** Oldest first; each began at a higher setting of the clock than the step before. */
  #steps: readonly Step[] = []

  /** Notes a step between the answers so far, `known`, and an answer at `monotonic`. */
  note(known: Bounds, seen: Bounds, monotonic: number): void {
    if (seen.lower - known.upper <= STEP_MS) return
    this.#steps = [...this.#lasting(known, monotonic), { before: known, monotonic }]
  }

  /** What the steps mean for a clock within `now`; `undefined` where no step counts. */
  present(now: Bounds, monotonic: number): ClockStep | undefined {
    const steps = this.#lasting(now, monotonic)
    const [first, last] = [steps[0], steps.at(-1)]
    if (first === undefined || last === undefined) return undefined
    return { at: last.monotonic + now.lower, byMs: now.upper - first.before.lower }
  }

  /** The steps of the last hour that a clock within `now` has not undone. */
  #lasting(now: Bounds, monotonic: number): readonly Step[] {
    if (this.#steps.length === 0) return this.#steps
    return this.#steps.filter(
      ({ before, monotonic: at }) => monotonic - at <= STEP_MATTERS_MS && now.lower - before.upper > STEP_MS,
    )
  }
}
