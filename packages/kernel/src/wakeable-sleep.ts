import type { Clock } from './clock.ts'

/** Without a reason, every abort makes an exception with a stack trace. */
const WOKEN = 'woken'

/**
 * Sleeps that end early when there is something for the sleepers to look at.
 *
 * The class does not use `AbortSignal.any`: Node 20 keeps a trace of every combined signal in its source signals while
 * the sources live, and the sources here live as long as the process.
 */
export class WakeableSleep {
  readonly #clock: Clock
  readonly #naps = new Set<AbortController>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after `ms`, at {@link wake}, or when `stop` aborts. */
  async sleep(ms: number, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return
    const nap = new AbortController()
    const end = (): void => nap.abort(WOKEN)
    this.#naps.add(nap)
    stop.addEventListener('abort', end, { once: true })
    try {
      await this.#clock.sleep(ms, nap.signal)
    } catch (error) {
      if (!nap.signal.aborted) throw error
    } finally {
      this.#naps.delete(nap)
      stop.removeEventListener('abort', end)
    }
  }

  /** Ends the present sleep at once. */
  wake(): void {
    for (const nap of this.#naps) nap.abort(WOKEN)
  }
}
