import type { Clock } from '@s3sched/kernel'

interface Sighting {
  readonly etag: string
  /** By the monotonic clock. */
  readonly since: number
}

/**
 * Since when this instance knows of the version of a job's record that is in the bucket. What that version promises for a time
 * from its writing on has been promised for at least as long.
 */
export class RecordSightings {
  readonly #clock: Clock
  readonly #seen = new Map<string, Sighting>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns whether this very version was seen before */
  see(jobName: string, etag: string): boolean {
    if (this.#seen.get(jobName)?.etag === etag) return true
    this.#seen.set(jobName, { etag, since: this.#clock.monotonic() })
    return false
  }

  /** For how long this version is known of, in ms; from now on, if it was not. */
  ageMs(jobName: string, etag: string): number {
    this.see(jobName, etag)
    return this.#clock.monotonic() - (this.#seen.get(jobName)?.since ?? Infinity)
  }
}
