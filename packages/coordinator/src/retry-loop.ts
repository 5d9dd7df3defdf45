import { fullJitter, pause, S3SchedError, WakeableLoops, type Clock, type Random } from '@s3sched/kernel'

export interface RetryLoopDeps {
  readonly clock: Clock
  readonly random: Random
  /** Receives every failure. Must not throw. */
  readonly problem: (error: unknown) => void
}

/** Work that continues after failures, each with a jittered pause, which no {@link RetryLoop.wake} ends. */
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

  /** Ends the sleep of each loop, or its next sleep while the loop works or pauses after a failure. */
  wake(): void {
    this.#loops.wake()
  }

  /**
   * Repeats `work` until `stop` aborts. The result of `work` is the sleep before the next call, ms; after `Infinity` the
   * next call follows a {@link wake}.
   */
  forever(stop: AbortSignal, work: () => Promise<number>): Promise<void> {
    return this.#loops.run(async (naps) => {
      for (let failures = 0; !stop.aborted;) {
        try {
          const sleepMs = await work()
          failures = 0
          if (sleepMs > 0) await naps.sleep(sleepMs, stop)
        } catch (error) {
          this.#deps.problem(error)
          await this.#pause(++failures, stop)
        }
      }
    })
  }

  /** Does `work` once. Retriable failures are retried until `stop` aborts. @throws errors that are not retriable */
  async untilDone(stop: AbortSignal, work: () => Promise<void>): Promise<void> {
    for (let failures = 1; !stop.aborted; failures++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof S3SchedError) || !error.retriable) throw error
        this.#deps.problem(error)
        await this.#pause(failures, stop)
      }
    }
  }

  #pause(failures: number, stop: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps
    return pause(clock, 50 + fullJitter(failures, { baseMs: 200, maxMs: this.#longestMs }, random), stop)
  }
}
