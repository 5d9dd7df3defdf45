import type { JobRecord } from '../job/job-record.ts'
import { claimLead } from './claim-lead.ts'
import { jitterOf } from './jitter.ts'

/** How long after its instant a tick is looked at by an instance that did not claim the last one, at least and at most, in ms. */
const LEAST_LOOK_MS = 300
const MOST_LOOK_MS = 800

/**
 * Which of several members goes first that may all claim the ticks of a job, without a word between them.
 *
 * The instance that claimed the last tick claims the next one ahead of its instant. The others look a moment after the instant
 * whether that was done, 1 GET each, and claim what was not. Before anybody has claimed one, all are first: one of their claims
 * is accepted, and the others are second from then on. The claim alone decides; this saves refused ones.
 */
export class TickCourtesy {
  readonly #instance: string
  readonly #lookAfterMs: number
  readonly #second = new Set<string>()

  constructor({ instance, workerId }: { readonly instance: string; readonly workerId: string }) {
    this.#instance = instance
    this.#lookAfterMs = LEAST_LOOK_MS + jitterOf(workerId, 0, MOST_LOOK_MS - LEAST_LOOK_MS)
  }

  /** Whether another instance claimed the job's last tick, as far as known. */
  isSecond(jobName: string): boolean {
    return this.#second.has(jobName)
  }

  /** Learns from a record that was read or written. */
  see(jobName: string, { running }: JobRecord): void {
    const last = running.findLast(({ trigger }) => trigger === 'schedule')
    if (last === undefined) return
    if (last.instance === this.#instance) this.#second.delete(jobName)
    else this.#second.add(jobName)
  }

  /** How long before its instant a tick is decided, in ms; negative for after it. */
  leadMs(jobName: string, claimAheadMs: number): number {
    return this.isSecond(jobName) ? -this.#lookAfterMs : claimLead(jobName, claimAheadMs)
  }
}
