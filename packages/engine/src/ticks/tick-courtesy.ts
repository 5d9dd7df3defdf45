import { jitterOf, type JobRecord } from '@s3sched/jobs'
import type { EngineSelf } from '../engine-env.ts'
import type { SignSightings } from '../runs/sign-sightings.ts'

/**
 * Least and greatest delay after its instant of a look at a tick by an instance that did not claim the last tick, in
 * ms.
 */
const LEAST_LOOK_MS = 300
const MOST_LOOK_MS = 800

/**
 * The order among several members that may all claim the ticks of a job, without any messages between the members.
 *
 * The claimant of the last tick claims the next tick ahead of the instant. The others look for the claim a moment after
 * the instant, 1 GET each, and claim an unclaimed tick. Before the first claim all members are first: one claim is
 * accepted, and the other members are second from then on. The claim alone decides; the order saves refused claims.
 */
export class TickCourtesy {
  readonly #instance: string
  readonly #sightings: SignSightings
  readonly #lookAfterMs: number
  readonly #second = new Set<string>()

  constructor({ instance, workerId }: EngineSelf, sightings: SignSightings) {
    this.#instance = instance
    this.#sightings = sightings
    this.#lookAfterMs = LEAST_LOOK_MS + jitterOf(workerId, 0, MOST_LOOK_MS - LEAST_LOOK_MS)
  }

  /** True when another instance claimed the job's last tick, as far as known. */
  isSecond(jobName: string): boolean {
    return this.#second.has(jobName)
  }

  /** Learns from a record after a read or a write. */
  see(jobName: string, { claimant, running }: JobRecord): void {
    if (claimant === this.#instance) this.#second.delete(jobName)
    else if (claimant !== undefined) this.#second.add(jobName)
    if (this.isSecond(jobName)) this.#sightings.see(jobName, running)
  }

  /** Time before its instant at which a tick is decided, in ms; negative for a time after the instant. */
  leadMs(jobName: string, claimAheadMs: number): number {
    return this.isSecond(jobName) ? -this.#lookAfterMs : claimAheadMs
  }
}
