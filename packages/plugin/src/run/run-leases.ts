/**
 * Holds this leader to the leases that it gave its runs: see {@link leaseOfRun}.
 *
 * A run that ends in time is only forgotten here. One that does not is hung on the leader's lease, by compare-and-swap on its
 * job's record (1 PUT); once that is written nobody takes it for dead by its own lease any more. One for which that can't be
 * written in time is told to end, before anybody else may begin. A run of which no action goes on has nothing to end: it holds
 * its job, begins nothing on a lease that has run out, and goes on once that write succeeds, or is over when it is refused.
 */
import { messageOf, type Clock, type Logger } from '@s3sched/kernel'
import { elapsedAtMost, takeReading, type Reading } from '@s3sched/lock'
import { hangOnLeader } from '../job/job-changes.ts'
import type { JobBook } from '../job/job-book.ts'
import type { OpenRun } from '../job/job-record.ts'
import type { Authority } from './authority.ts'
import { outlivesAfterMs, trustedRunMs } from './run-lease.ts'
import { whileHeld } from './while-held.ts'

export interface RunLeasesDeps {
  readonly book: Pick<JobBook, 'update'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A run on a lease of its own. */
export interface LeasedRun {
  readonly jobName: string
  readonly run: OpenRun
  /** As its claim says it. */
  readonly leaseMs: number
  /** When the claim was sent. */
  readonly sentAt: Reading
  readonly startAt: number
  /** Whether an action of it goes on now. */
  readonly isActing: () => boolean
  /** Tells it to end. */
  readonly end: () => void
}

/** From the moment in which its process has the run in hand to the end of its action. */
export interface RunLease {
  isTrusted(): boolean
  /** The record says that the run hangs on something else now. */
  outlive(): void
  leave(): void
}

/** An authority that ends for a run with the lease that it was claimed with. */
export function whileLeased(authority: Authority, lease: RunLease): Authority {
  return { ...authority, isTrusted: () => authority.isTrusted() && lease.isTrusted() }
}

interface Held extends LeasedRun {
  state: 'leased' | 'being hung on the leader' | 'outlived'
  /** When it is to be hung on the leader, by the monotonic clock. */
  readonly outlivesAt: number
}

/** A sleep does not notice that the machine was suspended, so it is none in one piece, in ms. */
const LONGEST_SLEEP_MS = 500
const RETRY_MS = 100
const WOKEN = 'woken early, on purpose'

export class RunLeases {
  readonly #deps: RunLeasesDeps
  readonly #held = new Map<string, Held>()
  #wake: AbortController | undefined
  #wakesAt = Infinity

  constructor(deps: RunLeasesDeps) {
    this.#deps = deps
  }

  /** A run is in hand whose claim said how long it may go on. */
  enter(leased: LeasedRun): RunLease {
    const { leaseMs, run, sentAt, startAt } = leased
    const { runId } = run
    const outlivesAt = sentAt.monotonic + outlivesAfterMs(leaseMs, Math.max(0, startAt - sentAt.wall))
    const held: Held = { ...leased, state: 'leased', outlivesAt }
    this.#held.set(runId, held)
    if (this.#wake === undefined) void this.#watch()
    else if (outlivesAt < this.#wakesAt) this.#wake.abort(WOKEN)
    return {
      isTrusted: () => held.state === 'outlived' || this.#leftMs(held) > 0,
      outlive: () => this.#outlived(held),
      leave: () => void this.#held.delete(runId),
    }
  }

  #outlived(held: Held): void {
    held.state = 'outlived'
    this.#held.delete(held.run.runId)
  }

  #leftMs({ leaseMs, sentAt }: Held): number {
    return trustedRunMs(leaseMs) - elapsedAtMost(sentAt, takeReading(this.#deps.clock))
  }

  /** Goes on for as long as something is in hand. */
  async #watch(): Promise<void> {
    const { clock } = this.#deps
    while (this.#held.size > 0) {
      this.#wake = new AbortController()
      this.#wakesAt = clock.monotonic() + LONGEST_SLEEP_MS
      for (const held of this.#held.values()) this.#wakesAt = Math.min(this.#wakesAt, this.#lookAt(held))
      await clock.sleep(this.#wakesAt - clock.monotonic(), this.#wake.signal).catch(() => undefined) // woken early, on purpose
      for (const held of this.#held.values()) this.#look(held)
    }
    this.#wake = undefined
  }

  /** By the monotonic clock. */
  #lookAt(held: Held): number {
    if (held.state === 'leased') return held.outlivesAt
    const leftMs = this.#leftMs(held)
    // What has run out, and is not ended by that, waits for an answer of the store.
    return this.#deps.clock.monotonic() + (leftMs > 0 ? Math.max(1, leftMs) : LONGEST_SLEEP_MS)
  }

  #look(held: Held): void {
    if (this.#leftMs(held) <= 0 && held.isActing()) this.#end(held, 'the store did not hear in time that it goes on')
    else if (held.state === 'leased' && held.outlivesAt <= this.#deps.clock.monotonic()) void this.#hangOnLeader(held)
  }

  #end(held: Held, why: string): void {
    const { jobName, run } = held
    this.#deps.logger.warn(`run '${run.runId}' of job '${jobName}' ends: ${why}`)
    this.#held.delete(run.runId)
    held.end()
  }

  async #hangOnLeader(held: Held): Promise<void> {
    const { book, clock, logger } = this.#deps
    const { jobName, run } = held
    held.state = 'being hung on the leader'
    while (this.#held.has(run.runId)) {
      try {
        const hung = await book.update(
          jobName,
          whileHeld(run, (record) => hangOnLeader(record, run.runId)),
        )
        if (!this.#held.has(run.runId)) return
        if (hung.outcome === 'written') this.#outlived(held)
        else this.#end(held, 'another instance took it for dead by its lease')
        return
      } catch (error) {
        logger.warn(`could not write yet that run '${run.runId}' of job '${jobName}' goes on: ${messageOf(error)}`, {
          error,
        })
        await clock.sleep(RETRY_MS)
      }
    }
  }
}
