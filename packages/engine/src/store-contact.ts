import type { Clock } from '@s3sched/kernel'

/** The outcomes of a request that the store did not answer clearly. */
const FAILURES: ReadonlySet<string> = new Set(['thrown', 'unknown'])

/** Tells by the outcomes of the scheduler's own requests whether the store answers. */
export class StoreContact {
  readonly #clock: Clock
  #failingSince: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  heard(outcome: string): void {
    if (!FAILURES.has(outcome)) this.#failingSince = undefined
    else this.#failingSince ??= this.#clock.monotonic()
  }

  /** The time since the first failure without a later answer, in ms; 0 while the store answers. */
  failsMs(): number {
    return this.#failingSince === undefined ? 0 : this.#clock.monotonic() - this.#failingSince
  }
}
