/**
 * Makes the leader keep its promises of run leases: see {@link leaseOfRun}.
 *
 * A run that ends in time is simply removed here. A run that takes longer is moved to the leader's lease, by
 * compare-and-swap on its job's record (1 PUT); after this write the run lease no longer counts for any instance. If
 * the write does not succeed in time, the run is told to end, before another instance may begin. A run without an
 * executing action has nothing to end: the run holds its job and begins no attempt on an expired run lease. The run
 * goes on once the write succeeds, and is over if the write is refused.
 */
import { messageOf, type Clock, type Logger, elapsedAtMost, takeReading, type Reading } from '@s3sched/kernel'
import { hangOnLeader, type RecordCache, type OpenRun } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import { outlivesAfterMs, trustedRunMs } from './run-lease.ts'
import { whileHeld } from './while-held.ts'

export interface RunLeasesDeps {
  readonly records: Pick<RecordCache, 'update'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A run with a lease of its own. */
export interface LeasedRun {
  readonly jobName: string
  readonly run: OpenRun
  /** From the claim. */
  readonly leaseMs: number
  /** When the claim was sent. */
  readonly sentAt: Reading
  readonly startAt: number
  /** True while an action of the run is executing. */
  readonly isActing: () => boolean
  /** Tells the run to end. */
  readonly end: () => void
}

/** Held from the moment when the process takes the run in hand to the end of the action. */
export interface RunLease {
  isTrusted(): boolean
  /** Called once the record ties the run to another lease, or to a member. */
  outlive(): void
  leave(): void
}

/** Limits an authority by a run lease. */
export function whileLeased(authority: Authority, lease: RunLease): Authority {
  return { ...authority, isTrusted: () => authority.isTrusted() && lease.isTrusted() }
}

interface Held extends LeasedRun {
  state: 'leased' | 'being hung on the leader' | 'outlived'
  /** The time to move the run to the leader's lease, by the monotonic clock. */
  readonly outlivesAt: number
}

/** A sleep does not notice a suspended machine, so long sleeps are split, in ms. */
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

  /** Starts watching a run whose claim carries a run lease. */
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

  /** Loops while any run is held. */
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

  /** The time of the next check of a run, by the monotonic clock. */
  #lookAt(held: Held): number {
    if (held.state === 'leased') return held.outlivesAt
    const leftMs = this.#leftMs(held)
    // A run without an executing action is not ended by its expired lease, and waits for the store's answer.
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
    const { records, clock, logger } = this.#deps
    const { jobName, run } = held
    held.state = 'being hung on the leader'
    while (this.#held.has(run.runId)) {
      try {
        const hung = await records.update(
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
