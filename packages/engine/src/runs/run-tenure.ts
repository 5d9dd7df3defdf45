import { CancelledError } from '@s3sched/executor'
import { addAbortListener, LazyAbort, removeAbortListener } from '@s3sched/kernel'
import { LockError } from '@s3sched/lock'
import type { MemberHeartbeat, Presence } from '../presence/member-heartbeat.ts'
import { ActionGuard } from './action-guard.ts'
import type { Authority } from './authority.ts'
import { limitedAuthority } from './limited-authority.ts'
import type { RunLease, RunLeases } from './run-leases.ts'
import { endOf } from './end-of-authority.ts'
import type { DueRunStart } from './run-start.ts'

export interface RunTenureDeps {
  readonly presence: Pick<MemberHeartbeat, 'enter'>
  readonly leases: Pick<RunLeases, 'enter'> | undefined
  /** True while an attempt of the run is executing. */
  readonly isWorking: (start: DueRunStart) => boolean
  /** Ties a run without an authority to this member; `undefined` where others have decided, or no answer came in time. */
  readonly keepOn: (start: DueRunStart) => Promise<Presence | undefined>
}

/**
 * The right to work on a run, from the start of the run in the process to the end.
 *
 * The run depends on the authority of the claim: a leader's lease, or the presence of the member. A run lease limits
 * the run further. When the authority ends, the run is told to end. A **kept** run depends on the presence instead, so
 * that an executing attempt goes on after its shard was handed over.
 *
 * **A lost authority is no lost run.** The process was blocked, or the store was out of reach, and others may decide
 * about the run from now on; but a decision is a write of the job's record. So an executing attempt goes on if this
 * process ties the run to its member in the record before others have decided, and ends otherwise (`keepOn`).
 */
export class RunTenure {
  /** The authority of the claim, limited to this run. */
  readonly authority: Authority
  /** The run lease, if the claim has a run lease and the process can keep the lease. */
  readonly lease: RunLease | undefined
  readonly #deps: RunTenureDeps
  readonly #start: DueRunStart
  readonly #ending = new LazyAbort()
  readonly #guard = new ActionGuard()
  readonly #leaveAuthority: (() => void) | undefined
  #presence: Presence | undefined
  #isKept = false
  #isAsking = false
  #hasLeft = false

  constructor(deps: RunTenureDeps, start: DueRunStart) {
    this.#deps = deps
    this.#start = start
    this.#presence = start.authority.role === 'member' ? deps.presence.enter() : undefined
    this.lease = this.#enterLease(start)
    const isLimited = this.#presence !== undefined || this.lease !== undefined
    const limited = isLimited ? limitedAuthority(start.authority, this.#presence, this.lease) : undefined
    this.authority = limited?.authority ?? start.authority
    this.#leaveAuthority = limited?.leave
    const { signal } = this.authority
    if (signal.aborted) this.#onLost()
    else addAbortListener(signal, this.#onLost)
  }

  /** Aborts when the run has to end, in any phase. */
  get ending(): LazyAbort {
    return this.#ending
  }

  /** True if the run depends on the member, after a hand-over of the shard. */
  get isKept(): boolean {
    return this.#isKept
  }

  /** True if the action of the most recent attempt was called. */
  get hasBegun(): boolean {
    return this.#guard.hasBegun
  }

  /** Calls the action, if the authority is still trusted. */
  call(action: () => unknown): unknown {
    return this.#guard.call(this.authority, this.#ending, action)
  }

  /** Called once the job's record ties the run to this member. */
  keepBy(presence: Presence): void {
    this.#isKept = true
    this.#leavePresence()
    this.#presence = presence
    this.lease?.outlive()
    if (presence.signal.aborted) this.#onGone()
    else addAbortListener(presence.signal, this.#onGone)
  }

  leave(): void {
    this.#hasLeft = true
    this.lease?.leave()
    removeAbortListener(this.authority.signal, this.#onLost)
    this.#leaveAuthority?.()
    this.#leavePresence()
  }

  #leavePresence(): void {
    if (this.#presence === undefined) return
    removeAbortListener(this.#presence.signal, this.#onGone)
    this.#presence.leave()
  }

  #enterLease({ job, run }: DueRunStart): RunLease | undefined {
    const { leaseMs } = run
    if (leaseMs === undefined) return undefined
    const end = (wasBlocked: boolean): void => {
      const reason = new CancelledError('lease-lost')
      if (wasBlocked) this.#endUnlessKept(reason)
      else this.#ending.abort(reason)
    }
    const isActing = (): boolean => this.#guard.isActing
    return this.#deps.leases?.enter({ jobName: job.name, run, leaseMs, isActing, end })
  }

  readonly #onLost = (): void => {
    if (this.#isKept && this.#isWorking) return
    const end = endOf(this.authority)
    // A released lease, or a stop, is this process's own decision.
    const isLost = end.reason === 'lease-lost' && !isReleased(this.authority.signal.reason)
    if (isLost) this.#endUnlessKept(end)
    else this.#ending.abort(end)
  }

  readonly #onGone = (): void => this.#endUnlessKept(CancelledError.from(this.#presence?.signal.reason))

  get #isWorking(): boolean {
    return this.#deps.isWorking(this.#start)
  }

  #endUnlessKept(reason: CancelledError): void {
    if (this.#isAsking) return
    if (reason.reason === 'lease-lost' && this.#isWorking) void this.#keepOn(reason)
    else this.#ending.abort(reason)
  }

  async #keepOn(reason: CancelledError): Promise<void> {
    this.#isAsking = true
    const presence = await this.#deps.keepOn(this.#start)
    this.#isAsking = false
    if (presence === undefined) this.#ending.abort(reason)
    else if (this.#hasLeft) presence.leave()
    else this.keepBy(presence)
  }
}

function isReleased(reason: unknown): boolean {
  return reason instanceof LockError && reason.code === 'RELEASED'
}
