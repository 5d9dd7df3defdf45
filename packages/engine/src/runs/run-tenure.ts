import { CancelledError } from '@s3sched/executor'
import { addAbortListener, LazyAbort, removeAbortListener } from '@s3sched/kernel'
import type { MemberHeartbeat, Presence } from '../leader/member-heartbeat.ts'
import { ActionGuard } from './action-guard.ts'
import type { Authority } from './authority.ts'
import { limitedAuthority } from './limited-authority.ts'
import type { RunLease, RunLeases } from './run-leases.ts'
import { endOf } from './run-policy.ts'
import type { DueRunStart } from './run-start.ts'

export interface RunTenureDeps {
  readonly presence: Pick<MemberHeartbeat, 'enter'>
  readonly leases: Pick<RunLeases, 'enter'> | undefined
  /** True while an attempt of the run is executing. */
  readonly isWorking: (runId: string) => boolean
}

/**
 * The right to work on a run, from the start of the run in the process to the end.
 *
 * The run depends on the authority of the claim: a leader's lease, or the presence of the member. A run lease limits
 * the run further. When the authority ends, the run is told to end. A **kept** run depends on the presence instead, so
 * that an executing attempt goes on after its shard was handed over.
 */
export class RunTenure {
  /** The authority of the claim, limited to this run. */
  readonly authority: Authority
  /** The run lease, if the claim has a run lease and the process can keep the lease. */
  readonly lease: RunLease | undefined
  readonly #deps: RunTenureDeps
  readonly #runId: string
  readonly #ending = new LazyAbort()
  readonly #guard = new ActionGuard()
  readonly #leaveAuthority: () => void
  #presence: Presence | undefined
  #isKept = false

  constructor(deps: RunTenureDeps, start: DueRunStart) {
    this.#deps = deps
    this.#runId = start.run.runId
    this.#presence = start.authority.role === 'member' ? deps.presence.enter() : undefined
    this.lease = this.#enterLease(start)
    const { authority, leave } = limitedAuthority(start.authority, this.#presence, this.lease)
    this.authority = authority
    this.#leaveAuthority = leave
    if (authority.signal.aborted) this.#onLost()
    else addAbortListener(authority.signal, this.#onLost)
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
  call(action: () => unknown): Promise<unknown> {
    return this.#guard.call(this.authority, this.#ending, action)
  }

  /** Called once the job's record ties the run to this member. */
  keepBy(presence: Presence): void {
    this.#isKept = true
    this.#presence = presence
    this.lease?.outlive()
    if (presence.signal.aborted) this.#onGone()
    else addAbortListener(presence.signal, this.#onGone)
  }

  leave(): void {
    this.lease?.leave()
    removeAbortListener(this.authority.signal, this.#onLost)
    this.#leaveAuthority()
    if (this.#presence === undefined) return
    removeAbortListener(this.#presence.signal, this.#onGone)
    this.#presence.leave()
  }

  #enterLease({ job, run }: DueRunStart): RunLease | undefined {
    const { leaseMs } = run
    if (leaseMs === undefined) return undefined
    const end = (): void => this.#ending.abort(new CancelledError('lease-lost'))
    const isActing = (): boolean => this.#guard.isActing
    return this.#deps.leases?.enter({ jobName: job.name, run, leaseMs, isActing, end })
  }

  readonly #onLost = (): void => {
    if (!this.#isKept || !this.#deps.isWorking(this.#runId)) this.#ending.abort(endOf(this.authority))
  }

  readonly #onGone = (): void => this.#ending.abort(this.#presence?.signal.reason)
}
