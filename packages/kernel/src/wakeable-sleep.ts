import type { Clock } from './clock.ts'

/** Without a reason, every abort makes an exception with a stack trace. */
const WOKEN = 'woken'

/**
 * The sleeps of one loop, which end early when there is something to look at. A wake during the work of the loop is not
 * lost: it ends the next sleep at once. Several loops with a common wake take {@link WakeableLoops}: with a shared sleep,
 * a wake would be remembered for one of the loops, or for none.
 *
 * The class does not use `AbortSignal.any`: Node 20 keeps a trace of every combined signal in its source signals while
 * the sources live, and the sources here live as long as the process.
 */
export class WakeableSleep {
  readonly #clock: Clock
  #nap: AbortController | undefined
  #isWoken = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Resolves after `ms`, at {@link wake}, or when `stop` aborts.
   * @param ms - with `Infinity` there is no timer
   * @returns whether the whole time has passed
   * @throws Error during another sleep: two loops share this object
   */
  async sleep(ms: number, stop: AbortSignal): Promise<boolean> {
    if (this.#nap !== undefined) throw new Error('expected one loop to sleep here, got a second one')
    if (stop.aborted) return false
    const isWoken = this.#isWoken
    this.#isWoken = false
    if (isWoken) return false
    const nap = new AbortController()
    const end = (): void => nap.abort(WOKEN)
    this.#nap = nap
    stop.addEventListener('abort', end, { once: true })
    try {
      await (ms === Infinity ? untilAborted(nap.signal) : this.#clock.sleep(ms, nap.signal))
      return true
    } catch (error) {
      if (!nap.signal.aborted) throw error
      return false
    } finally {
      this.#nap = undefined
      stop.removeEventListener('abort', end)
    }
  }

  /** Ends the present sleep at once, or the next one while the loop works. */
  wake(): void {
    if (this.#nap === undefined) this.#isWoken = true
    else this.#nap.abort(WOKEN)
  }
}

/** Loops with a common wake. Each loop remembers a wake during its own work, whatever the other loops do. */
export class WakeableLoops {
  readonly #clock: Clock
  readonly #loops = new Set<WakeableSleep>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs a loop with sleeps of its own. */
  async run<T>(loop: (naps: WakeableSleep) => Promise<T>): Promise<T> {
    const naps = new WakeableSleep(this.#clock)
    this.#loops.add(naps)
    try {
      return await loop(naps)
    } finally {
      this.#loops.delete(naps)
    }
  }

  /** Wakes each loop: see {@link WakeableSleep.wake}. */
  wake(): void {
    for (const naps of this.#loops) naps.wake()
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
