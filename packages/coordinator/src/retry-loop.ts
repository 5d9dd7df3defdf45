import { fullJitter, S3SchedError, type Clock, type Random, WakeableLoops } from '@s3sched/kernel'

export interface RetryLoopDeps {
  readonly clock: Clock
  readonly random: Random
  /** Receives every failure. Must not throw. */
  readonly problem: (error: unknown) => void
}

/** Work that continues after failures, with jittered pauses that {@link RetryLoop.wake} ends. */
export class RetryLoop {
  readonly #deps: RetryLoopDeps
  readonly #longestMs: number
  readonly #loops: WakeableLoops

  /** @param longestMs - longest pause after a failure; 5 seconds at most */
  constructor(deps: RetryLoopDeps, longestMs: number) {
    this.#deps = deps
    this.#longestMs = Math.min(5000, longestMs)
    this.#loops = new WakeableLoops(deps.clock)
  }

  /** Ends the pause of each loop, or its next pause while the loop works. */
  wake(): void {
    this.#loops.wake()
  }

  /**
   * Repeats `work` until `stop` aborts. The result of `work` is the pause before the next call, ms; after `Infinity` the
   * next call follows a {@link wake}.
   */
  forever(stop: AbortSignal, work: () => Promise<number>): Promise<void> {
    return this.#loops.run(async (naps) => {
      for (let failures = 0; !stop.aborted;) {
        try {
          const pauseMs = await work()
          failures = 0
          if (pauseMs > 0) await naps.sleep(pauseMs, stop)
        } catch (error) {
          this.#deps.problem(error)
          await naps.sleep(this.#backoffMs(++failures), stop)
        }
      }
    })
  }

  /** Does `work` once. Retriable failures are retried until `stop` aborts. @throws errors that are not retriable */
  untilDone(stop: AbortSignal, work: () => Promise<void>): Promise<void> {
    return this.#loops.run(async (naps) => {
      for (let failures = 1; !stop.aborted; failures++) {
        try {
          return await work()
        } catch (error) {
          if (!(error instanceof S3SchedError) || !error.retriable) throw error
          this.#deps.problem(error)
          await naps.sleep(this.#backoffMs(failures), stop)
        }
      }
    })
  }

  #backoffMs(failures: number): number {
    return 50 + fullJitter(failures, { baseMs: 200, maxMs: this.#longestMs }, this.#deps.random)
  }
}
