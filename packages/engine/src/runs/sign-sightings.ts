import type { OpenRun } from '@s3sched/jobs'
import type { PageSigns } from '@s3sched/jobs/bucket'
import type { Clock } from '@s3sched/kernel'
import { hasOwnLease } from './run-lease.ts'

interface Sighting {
  readonly sign: string
  /** By the monotonic clock. */
  readonly since: number
}

/** The most processes and pages remembered; a forgotten sight is a longer wait. */
const MOST = 10_000

/**
 * Remembers when this instance first saw the last sign of each other instance on each page: the age of the sign is at
 * least that long.
 */
export class SignSightings {
  readonly #clock: Clock
  readonly #signs: Pick<PageSigns, 'of'>
  readonly #seen = new Map<string, Sighting>()

  constructor(clock: Clock, signs: Pick<PageSigns, 'of'>) {
    this.#clock = clock
    this.#signs = signs
  }

  /** Called after a read of the job's page. */
  see(jobName: string, running: readonly OpenRun[]): void {
    for (const run of running) if (hasOwnLease(run)) this.ageMs(jobName, run.instance)
  }

  /** The time since the first sight of the instance's last sign on the job's page, in ms. No request. */
  ageMs(jobName: string, instance: string): number {
    const sign = this.#signs.of(jobName, instance)
    const key = keyOf(instance, sign)
    const now = this.#clock.monotonic()
    const seen = this.#seen.get(key)
    if (seen?.sign === sign) return now - seen.since
    this.#seen.delete(key)
    this.#seen.set(key, { sign, since: now })
    if (this.#seen.size > MOST) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest)
        break
      }
    }
    return 0
  }

  /** The time since the first sight of this very sign of the instance, in ms; 0 for any other sign. */
  ageOf(instance: string, sign: string): number {
    const seen = this.#seen.get(keyOf(instance, sign))
    return seen?.sign === sign ? this.#clock.monotonic() - seen.since : 0
  }
}

/** The page of a sign stands before the space. */
function keyOf(instance: string, sign: string): string {
  return `${instance} ${sign.slice(0, sign.indexOf(' '))}`
}
