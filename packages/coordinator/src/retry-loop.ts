import { fullJitter, S3SchedError, type Clock, type Random } from '@s3sched/kernel'
import { WakeableSleep } from './wakeable-sleep.ts'

export interface RetryLoopDeps {
  readonly clock: Clock
  readonly random: Random
  /** Is told about each failure. Must not throw. */
  readonly problem: (error: unknown) => void
}

/** Work that goes on in spite of failures, with jittered pauses that {@link RetryLoop.wake} ends. */
export class RetryLoop {
  readonly #deps: RetryLoopDeps
  readonly #longestMs: number
  readonly #naps: WakeableSleep

  /** @param longestMs - of the pauses after failures; 5 seconds at most */
  constructor(deps: RetryLoopDeps, longestMs: number) {
    this.#deps = deps
    this.#longestMs = Math.min(5000, longestMs)
    this.#naps = new WakeableSleep(deps.clock)
  }

  wake(): void {
    this.#naps.wake()
  }

  /** Does `work` until `stop` aborts, each time as many ms after the last as that returned. */
  async forever(stop: AbortSignal, work: () => Promise<number>): Promise<void> {
    for (let failures = 0; !stop.aborted;) {
      try {
        const pauseMs = await work()
        failures = 0
        if (pauseMs > 0) await this.#naps.sleep(pauseMs, stop)
      } catch (error) {
        this.#deps.problem(error)
        await this.#naps.sleep(this.#backoffMs(++failures), stop)
      }
    }
  }

  /** Does `work` once; failures that may pass are waited out until `stop` aborts. @throws what will not pass */
  async untilDone(stop: AbortSignal, work: () => Promise<void>): Promise<void> {
    for (let failures = 1; !stop.aborted; failures++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof S3SchedError) || !error.retriable) throw error
        this.#deps.problem(error)
        await this.#naps.sleep(this.#backoffMs(failures), stop)
      }
    }
  }

  #backoffMs(failures: number): number {
    return 50 + fullJitter(failures, { baseMs: 200, maxMs: this.#longestMs }, this.#deps.random)
  }
}
