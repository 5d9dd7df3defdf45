import type { Clock } from '@s3sched/kernel'
import type { StoreRequest } from './diagnostics.ts'

/** The outcomes of a request that the store did not answer clearly. */
const FAILURES: ReadonlySet<string> = new Set(['thrown', 'unknown'])

/** Requests of one kind that the store has failed, with no success in between. */
interface Trouble {
  readonly since: number
  readonly latest: number
}

/** Requests that the store has failed for a while. */
export interface StoreTrouble {
  readonly requests: 'reads' | 'writes' | 'requests'
  /** The time since the first failure, in ms. */
  readonly forMs: number
}

/**
 * Tells by the outcomes of the scheduler's own requests whether the store answers. Reads and writes count apart: with
 * a bucket that refuses writes alone, a scheduler claims nothing, however well its reads go. LIST and DELETE do not
 * count, since jobs run without them.
 */
export class StoreContact {
  readonly #clock: Clock
  readonly #troubles: { reads: Trouble | undefined; writes: Trouble | undefined } = {
    reads: undefined,
    writes: undefined,
  }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  heard(operation: StoreRequest['operation'], outcome: string): void {
    if (operation === 'list' || operation === 'delete') return
    const requests = operation === 'get' ? 'reads' : 'writes'
    const latest = this.#clock.monotonic()
    const { since } = this.#troubles[requests] ?? { since: latest }
    this.#troubles[requests] = FAILURES.has(outcome) ? { since, latest } : undefined
  }

  /**
   * The reads or writes, or both, that have failed again and again for more than `patienceMs`. A single failure proves
   * nothing, since a process with nothing to write does not repeat every write.
   */
  trouble(patienceMs: number): StoreTrouble | undefined {
    const { reads, writes } = this.#troubles
    const troubles = [reads, writes].filter((trouble) => trouble !== undefined)
    if (!troubles.some(({ latest, since }) => latest - since > patienceMs)) return undefined
    const since = Math.min(...troubles.map((trouble) => trouble.since))
    const requests = troubles.length > 1 ? 'requests' : reads === undefined ? 'writes' : 'reads'
    return { requests, forMs: this.#clock.monotonic() - since }
  }
}
