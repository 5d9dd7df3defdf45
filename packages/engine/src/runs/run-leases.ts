/**
 * Makes this process keep its promises of run leases: see `run-lease.ts`.
 *
 * While runs with a lease are in hand, each of their pages is committed often enough: mostly by the claims and ends of
 * other runs, and otherwise by a commit that changes nothing (1 PUT for all runs of the page). If no commit lands in
 * time, the runs are told to end, before another instance may begin. A run without an executing action has nothing to
 * end: it holds its job, and begins no attempt while its lease is not trusted.
 */
import {
  elapsedAtMost,
  messageOf,
  RepeatedTroubles,
  takeReading,
  type Clock,
  type Logger,
  type Reading,
} from '@s3sched/kernel'
import type { OpenRun } from '@s3sched/jobs'
import type { PageSigns } from '@s3sched/jobs/bucket'
import type { Authority } from './authority.ts'
import { signAfterMs, trustedRunMs } from './run-lease.ts'

export interface RunLeasesDeps {
  readonly signs: Pick<PageSigns, 'sentAt' | 'sign'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A run with a lease of its own. */
export interface LeasedRun {
  readonly jobName: string
  readonly run: OpenRun
  readonly leaseMs: number
  /** True while an action of the run is executing. */
  readonly isActing: () => boolean
  /** Tells the run to end. @param wasBlocked - the time for the end is over already */
  readonly end: (wasBlocked: boolean) => void
}

/** Held from the moment when the process takes the run in hand until its end is ready for the page. */
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
  state: 'leased' | 'lost' | 'outlived'
  /** The last sign that came in time. */
  sign: Reading
}

/** A sleep does not notice a suspended machine, so long sleeps are split, in ms. */
const LONGEST_SLEEP_MS = 500
const SHORTEST_SLEEP_MS = 1
/** The pause before the next look while a sign is under way, in ms. */
const UNDER_WAY_MS = 50
/** The pause after a failed sign, in ms: a store that refuses all writes answers at once. */
const AGAIN_MS = 250
/** A wake-up that is late by more shows that the process was blocked, or stopped, in ms. */
const BLOCKED_MS = 200
const WOKEN = 'woken early, on purpose'

export class RunLeases {
  readonly #deps: RunLeasesDeps
  readonly #held = new Map<string, Held>()
  /** The jobs whose pages are being signed, or were refused a moment ago. */
  readonly #signing = new Set<string>()
  readonly #repeated: RepeatedTroubles
  #wake: AbortController | undefined
  #wakesAt = Infinity

  constructor(deps: RunLeasesDeps) {
    this.#deps = deps
    this.#repeated = new RepeatedTroubles(deps.clock)
  }

  /** Starts watching a run whose claim carries a run lease. */
  enter(leased: LeasedRun): RunLease {
    const { runId } = leased.run
    const { clock, signs } = this.#deps
    const held: Held = { ...leased, state: 'leased', sign: signs.sentAt(leased.jobName) ?? takeReading(clock) }
    this.#held.set(runId, held)
    if (this.#wake === undefined) void this.#watch()
    else if (this.#lookAt(held) < this.#wakesAt) this.#wake.abort(WOKEN)
    return {
      isTrusted: () => held.state === 'outlived' || this.#leftMs(held) > 0,
      outlive: () => {
        held.state = 'outlived'
        this.#held.delete(runId)
      },
      leave: () => void this.#held.delete(runId),
    }
  }

  /**
   * The age of the last sign, in ms; infinite once two signs were too far apart: other instances may have declared
   * the run over in between, and no later sign takes a verdict back.
   */
  #ageMs(held: Held): number {
    const { clock, signs } = this.#deps
    const sign = signs.sentAt(held.jobName) ?? held.sign
    if (elapsedAtMost(held.sign, sign) > trustedRunMs(held.leaseMs)) held.state = 'lost'
    else held.sign = sign
    return held.state === 'lost' ? Infinity : elapsedAtMost(held.sign, takeReading(clock))
  }

  #leftMs(held: Held): number {
    return trustedRunMs(held.leaseMs) - this.#ageMs(held)
  }

  /** Loops while any run is held. */
  async #watch(): Promise<void> {
    const { clock } = this.#deps
    while (this.#held.size > 0) {
      this.#wake = new AbortController()
      this.#wakesAt = clock.monotonic() + LONGEST_SLEEP_MS
      for (const held of this.#held.values()) this.#wakesAt = Math.min(this.#wakesAt, this.#lookAt(held))
      const sleepMs = Math.max(SHORTEST_SLEEP_MS, this.#wakesAt - clock.monotonic())
      await clock.sleep(sleepMs, this.#wake.signal).catch(() => undefined) // woken early, on purpose
      const wasBlocked = clock.monotonic() - this.#wakesAt > BLOCKED_MS
      for (const held of this.#held.values()) this.#look(held, wasBlocked)
    }
    this.#wake = undefined
  }

  /** The time of the next check of a run, by the monotonic clock. */
  #lookAt(held: Held): number {
    const { clock } = this.#deps
    const toSignMs = signAfterMs(held.leaseMs) - this.#ageMs(held)
    if (toSignMs > 0) return clock.monotonic() + toSignMs
    const leftMs = this.#leftMs(held)
    return clock.monotonic() + (leftMs > 0 ? Math.min(leftMs, UNDER_WAY_MS) : LONGEST_SLEEP_MS)
  }

  #look(held: Held, wasBlocked: boolean): void {
    if (this.#leftMs(held) <= 0 && held.isActing()) this.#end(held, wasBlocked)
    else if (held.state !== 'lost' && this.#ageMs(held) >= signAfterMs(held.leaseMs)) void this.#sign(held.jobName)
  }

  #end({ end, jobName, run }: Held, wasBlocked: boolean): void {
    this.#deps.logger.warn(`the store did not hear in time that run '${run.runId}' of job '${jobName}' goes on`)
    this.#held.delete(run.runId)
    end(wasBlocked)
  }

  /** All jobs of a page ask for the same commit. */
  async #sign(jobName: string): Promise<void> {
    if (this.#signing.has(jobName)) return
    this.#signing.add(jobName)
    const { clock, logger, signs } = this.#deps
    try {
      await signs.sign(jobName)
    } catch (error) {
      const others = this.#repeated.tell(error)
      if (others !== undefined) {
        logger.warn(`could not write yet that the runs of job '${jobName}' go on: ${messageOf(error)}${others}`, {
          error,
        })
      }
      await clock.sleep(AGAIN_MS)
    } finally {
      this.#signing.delete(jobName)
    }
  }
}
