import type { EndedRun } from '../runs/ended-run.ts'

const NOTHING = (): void => undefined

/** The runs of a `runDue()` pass, whose ends are seen one after the other. */
export class BegunRuns {
  readonly #runs: Promise<EndedRun>[] = []
  #openCount = 0
  #hasEnded = false
  #wake: () => void = NOTHING

  add(run: Promise<EndedRun>): void {
    this.#runs.push(run)
    this.#openCount++
    const over = (): void => {
      this.#openCount--
      this.#hasEnded = true
      this.#wake()
    }
    run.then(over, over)
  }

  /** True while a run is open, and when one has ended since the last `nextEnd()`. */
  get hasMore(): boolean {
    return this.#hasEnded || this.#openCount > 0
  }

  /** Resolves when a run has ended since the last call, and at once when none is open. */
  async nextEnd(): Promise<void> {
    if (!this.#hasEnded && this.#openCount > 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#hasEnded = false
  }

  /** All runs, in the order of their starts, when all have ended. @throws the error of a run without an end */
  ended(): Promise<EndedRun[]> {
    return Promise.all(this.#runs)
  }
}
