import type { Clock } from './clock.ts'

interface Timer {
  /** By the monotonic clock. */
  readonly dueAt: number
  readonly act: () => void
}

interface Nap {
  readonly wakesAt: number
  readonly end: AbortController
}

/** Without a reason, every abort makes an exception with a stack trace. */
const WOKEN = 'woken'

/**
 * Many timers with a single sleep of the clock. Nearly all timers are cancelled: the timeout of an action that ends, the
 * grace of one that obeys. So a timer costs the place in a set, and the clock sleeps until the earliest.
 *
 * The sleep ends a turn of the event loop after the last timer, so that timers that follow each other share it.
 */
export class Timers {
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #nap: Nap | undefined
  #isEnding = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param act - called after `ms`; must not throw. @returns cancels the timer */
  start(ms: number, act: () => void): () => void {
    const timer = { dueAt: this.#clock.monotonic() + ms, act }
    this.#timers.add(timer)
    if (this.#nap === undefined) void this.#run()
    else if (timer.dueAt < this.#nap.wakesAt) this.#nap.end.abort(WOKEN)
    return () => {
      if (this.#timers.delete(timer) && this.#timers.size === 0) void this.#endSoon()
    }
  }

  async #run(): Promise<void> {
    while (this.#timers.size > 0) {
      const nap = { wakesAt: this.#earliest(), end: new AbortController() }
      this.#nap = nap
      const hasSlept = await this.#clock.sleep(nap.wakesAt - this.#clock.monotonic(), nap.end.signal).then(
        () => true,
        () => false, // woken early
      )
      // A timer started in this turn acts in a later turn, as `setTimeout` does: its caller goes on first.
      if (!hasSlept) continue
      // A sum of fractions may be a trifle more than the clock shows after the sleep.
      const now = Math.max(this.#clock.monotonic(), nap.wakesAt)
      for (const timer of this.#timers) {
        if (timer.dueAt > now) continue
        this.#timers.delete(timer)
        timer.act()
      }
    }
    this.#nap = undefined
  }

  #earliest(): number {
    let dueAt = Infinity
    for (const timer of this.#timers) dueAt = Math.min(dueAt, timer.dueAt)
    return dueAt
  }

  async #endSoon(): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    await this.#clock.sleep(0)
    this.#isEnding = false
    if (this.#timers.size === 0) this.#nap?.end.abort(WOKEN)
  }
}
