import type { Clock } from './clock.ts'

/** Without a reason, every abort makes an exception with a stack trace. */
const WOKEN = 'woken'

/**
 * Sleeps of a loop that end early when there is something to look at. A wake during the work of the loop is not lost: it
 * ends the next sleep at once.
 *
 * The class does not use `AbortSignal.any`: Node 20 keeps a trace of every combined signal in its source signals while
 * the sources live, and the sources here live as long as the process.
 */
export class WakeableSleep {
  readonly #clock: Clock
  readonly #naps = new Set<AbortController>()
  #isWoken = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Resolves after `ms`, at {@link wake}, or when `stop` aborts.
   * @param ms - with `Infinity` there is no timer
   * @returns whether the whole time has passed
   */
  async sleep(ms: number, stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false
    const isWoken = this.#isWoken
    this.#isWoken = false
    if (isWoken) return false
    const nap = new AbortController()
    const end = (): void => nap.abort(WOKEN)
    this.#naps.add(nap)
    stop.addEventListener('abort', end, { once: true })
    try {
      await (ms === Infinity ? untilAborted(nap.signal) : this.#clock.sleep(ms, nap.signal))
      return true
    } catch (error) {
      if (!nap.signal.aborted) throw error
      return false
    } finally {
      this.#naps.delete(nap)
      stop.removeEventListener('abort', end)
    }
  }

  /** Ends the present sleep at once, or the next one where nobody sleeps. */
  wake(): void {
    if (this.#naps.size === 0) this.#isWoken = true
    for (const nap of this.#naps) nap.abort(WOKEN)
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
