import type { Clock } from '@s3sched/kernel'

interface Sighting {
  readonly etag: string
  /** By the monotonic clock. */
  readonly since: number
}

/**
 * Remembers when the instance first saw the current versions of job records. A promise in the record that counts from
 * the record's write has been running for at least that long.
 */
export class RecordSightings {
  readonly #clock: Clock
  readonly #seen = new Map<string, Sighting>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns whether this version was seen before */
  see(jobName: string, etag: string): boolean {
    if (this.#seen.get(jobName)?.etag === etag) return true
    this.#seen.set(jobName, { etag, since: this.#clock.monotonic() })
    return false
  }

  /** The time since the first sight of the version, in ms; 0 for a new version. */
  ageMs(jobName: string, etag: string): number {
    this.see(jobName, etag)
    return this.#clock.monotonic() - (this.#seen.get(jobName)?.since ?? Infinity)
  }
}
