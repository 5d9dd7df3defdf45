import type { OpenRun, RecordCache } from '@s3sched/jobs'
import { hasOwnLease } from './run-lease.ts'

interface Sighting {
  readonly sign: string
  /** The read that showed the sign first, by the monotonic clock. */
  readonly since: number
}

/** The most processes and pages remembered; a forgotten sight is a longer wait. */
const MOST = 10_000

/**
 * Remembers which read of this instance first showed the last sign of each other instance on each page. The sign was
 * given before that read, and no other sign was given until the last read: the age is the time between the two reads.
 */
export class SignSightings {
  readonly #records: Pick<RecordCache, 'knownAt' | 'signOf'>
  readonly #seen = new Map<string, Sighting>()

  constructor(records: Pick<RecordCache, 'knownAt' | 'signOf'>) {
    this.#records = records
  }

  /** Called after a read of the job's page. */
  see(jobName: string, running: readonly OpenRun[]): void {
    for (const run of running) if (hasOwnLease(run)) this.ageMs(jobName, run.instance)
  }

  /** The proven age of the instance's last sign on the job's page, in ms. No request. */
  ageMs(jobName: string, instance: string): number {
    const sign = this.#records.signOf(jobName, instance)
    const key = `${instance} ${sign.slice(0, sign.indexOf(' '))}`
    const knownAt = this.#records.knownAt(jobName)
    const seen = this.#seen.get(key)
    if (seen?.sign === sign) return knownAt - seen.since
    this.#seen.delete(key)
    this.#seen.set(key, { sign, since: knownAt })
    if (this.#seen.size > MOST) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest)
        break
      }
    }
    return 0
  }
}
