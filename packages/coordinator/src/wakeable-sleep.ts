import type { Clock } from '@s3sched/kernel'

/** Sleeps that end early when something has happened that the sleepers should look at. */
export class WakeableSleep {
  readonly #clock: Clock
  #controller = new AbortController()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after `ms`, at {@link wake}, or when `stop` aborts. */
  async sleep(ms: number, stop: AbortSignal): Promise<void> {
    const { signal } = this.#controller
    try {
      await this.#clock.sleep(ms, AbortSignal.any([signal, stop]))
    } catch (error) {
      if (!signal.aborted && !stop.aborted) throw error
    }
  }

  wake(): void {
    const woken = this.#controller
    this.#controller = new AbortController()
    woken.abort()
  }
}
