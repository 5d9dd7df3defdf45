/**
 * Holds this leader to the leases that it gave its runs: see {@link leaseOfRun}.
 *
 * A run that ends in time is only forgotten here. One that does not is hung on the leader's lease, by compare-and-swap on its
 * job's record (1 PUT); once that is written nobody takes it for dead by its own lease any more. One for which that can't be
 * written in time is told to end, before anybody else may begin.
 */
import { messageOf, type Clock, type Logger } from '@s3sched/kernel'
import { elapsedAtMost, takeReading, type Reading } from '@s3sched/lock'
import { hangOnLeader } from '../job/job-changes.ts'
import type { JobBook } from '../job/job-book.ts'
import type { OpenRun } from '../job/job-record.ts'
import { TickHeap } from '../tick/tick-heap.ts'
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
  /** Tells it to end. */
  readonly end: () => void
}

/** From the moment in which its process has the run in hand to its end. */
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
}

/** A sleep does not notice that the machine was suspended, so it is none in one piece, in ms. */
const LONGEST_SLEEP_MS = 500
const RETRY_MS = 100
const WOKEN = 'woken early, on purpose'

export class RunLeases {
  readonly #deps: RunLeasesDeps
  readonly #held = new Map<string, Held>()
  /** When each is to be looked at, by the monotonic clock. */
  readonly #due = new TickHeap()
  #wake: AbortController | undefined
  #wakesAt = Infinity

  constructor(deps: RunLeasesDeps) {
    this.#deps = deps
  }

  /** A run is in hand whose claim said how long it may go on. */
  enter(leased: LeasedRun): RunLease {
    const { leaseMs, run, sentAt, startAt } = leased
    const { runId } = run
    const held: Held = { ...leased, state: 'leased' }
    this.#held.set(runId, held)
    this.#lookAt(runId, sentAt.monotonic + outlivesAfterMs(leaseMs, Math.max(0, startAt - sentAt.wall)))
    return {
      isTrusted: () => held.state === 'outlived' || this.#leftMs(held) > 0,
      outlive: () => this.#outlived(held),
      leave: () => this.#forget(runId),
    }
  }

  #forget(runId: string): void {
    this.#held.delete(runId)
    this.#due.delete(runId)
  }

  #outlived(held: Held): void {
    held.state = 'outlived'
    this.#forget(held.run.runId)
  }

  #leftMs({ leaseMs, sentAt }: Held): number {
    return trustedRunMs(leaseMs) - elapsedAtMost(sentAt, takeReading(this.#deps.clock))
  }

  #lookAt(runId: string, at: number): void {
    this.#due.set(runId, at)
    if (at >= this.#wakesAt) return
    if (this.#wake === undefined) void this.#watch()
    else this.#wake.abort(WOKEN)
  }

  /** Goes on for as long as something is in hand. */
  async #watch(): Promise<void> {
    const { clock } = this.#deps
    while (this.#due.earliest !== undefined) {
      this.#wake = new AbortController()
      this.#wakesAt = Math.min(this.#due.earliest, clock.monotonic() + LONGEST_SLEEP_MS)
      await clock.sleep(this.#wakesAt - clock.monotonic(), this.#wake.signal).catch(() => undefined) // woken early, on purpose
      for (const runId of this.#due.takeDue(clock.monotonic())) this.#look(runId)
      for (const held of this.#held.values()) if (this.#leftMs(held) <= 0) this.#end(held)
    }
    this.#wake = undefined
    this.#wakesAt = Infinity
  }

  #look(runId: string): void {
    const held = this.#held.get(runId)
    // What has no time left is told to end next.
    if (held === undefined || this.#leftMs(held) <= 0) return
    if (held.state === 'leased') void this.#hangOnLeader(held)
    this.#due.set(runId, this.#deps.clock.monotonic() + Math.max(1, this.#leftMs(held)))
  }

  #end(held: Held): void {
    const { jobName, run } = held
    this.#deps.logger.warn(
      `run '${run.runId}' of job '${jobName}' ends: the store did not hear in time that it goes on`,
    )
    this.#forget(run.runId)
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
        if (hung.outcome === 'written' && this.#held.has(run.runId)) this.#outlived(held)
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
