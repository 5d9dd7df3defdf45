import { messageOf, orLate, type Clock, type Logger, type Random } from '@s3sched/kernel'
import {
  createLeaseContender,
  type HeldLease,
  type HostProbe,
  type LeaseContender,
  type LeaseEnd,
  type LeasePayload,
} from '@s3sched/lock'
import type { ObjectStore } from '@s3sched/store'
import { Campaign, type Electorate } from './campaign.ts'
import { checkArgument } from './check-argument.ts'
import { CoordinatorError } from './coordinator-error.ts'
import type { LeaderWait } from './leader-wait.ts'
import type { DemotionReason, Leader, PreviousLeadership } from './coordinator-events.ts'
import type { ElectionLimits, Phase, Turn } from './election.ts'
import { LeaderRuns, lostLeadership, type Leadership, type LeaderRun } from './leadership.ts'

export interface CandidacyDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly host: HostProbe
  readonly electorate: Electorate
}

export interface CandidacyOptions extends ElectionLimits {
  /** Key of the lease object. */
  readonly key: string
  readonly ttlMs: number
  readonly fenceAbove: (() => number) | undefined
  readonly payload: (() => LeasePayload) | undefined
  readonly drain: ((signal: AbortSignal) => Promise<void>) | undefined
}

/** Receives the events of a candidacy. Must not throw. */
export interface CandidacyListener {
  phase(phase: Phase, durationMs: number): void
  elected(leader: Leader): void
  /** This instance has looked at the lease, or claimed it. */
  seen(): void
  waits(wait: LeaderWait): void
  promoted(leader: Leader, signal: AbortSignal, previous: PreviousLeadership | undefined): void
  demoted(leader: Leader, reason: DemotionReason): void
  renewed(epoch: number): void
  /** This instance holds the lease, and its event loop was blocked for a third of the ttl or longer. */
  blocked(blockedMs: number): void
  problem(error: unknown): void
}

type GivenUp = Extract<DemotionReason, 'stopped' | 'stepped-down' | 'handed-over'>

/** An instance and a lease: campaigns for the lease, leads while the lease is trusted, and releases the lease. */
export class Candidacy {
  readonly #deps: CandidacyDeps
  readonly #limits: CandidacyOptions
  readonly #listener: CandidacyListener
  readonly #campaign: Campaign
  readonly #runs = new LeaderRuns()
  #lease: HeldLease | undefined
  #givesUp: GivenUp = 'stopped'
  #handingOver: Promise<void> | undefined

  constructor(deps: CandidacyDeps, limits: CandidacyOptions, listener: CandidacyListener) {
    this.#deps = deps
    this.#limits = limits
    this.#listener = listener
    const { clock, electorate } = deps
    const restMs = limits.ttlMs
    this.#campaign = new Campaign({ clock, contender: this.#contend(), electorate, restMs }, limits, {
      phase: (phase, durationMs) => listener.phase(phase, durationMs),
      elected: (leader) => this.#elected(leader, `'${leader.workerId}' leads`),
      seen: () => listener.seen(),
      waits: (wait) => listener.waits(wait),
      acquired: (lease) => this.#promote(lease),
      problem: (error) => listener.problem(error),
    })
  }

  get phase(): Phase | undefined {
    return this.#campaign.phase
  }

  get signal(): AbortSignal | undefined {
    return this.isLeader() ? this.#lease?.signal : undefined
  }

  isLeader(): boolean {
    return this.#lease?.isTrusted() ?? false
  }

  leader(): Leader | undefined {
    return this.#campaign.leader()
  }

  payload(): LeasePayload | undefined {
    return this.#campaign.payload()
  }

  epoch(): number | undefined {
    return this.#campaign.epoch()
  }

  /** The last holder of the lease, when nobody holds the lease now. */
  gone(): string | undefined {
    return this.#campaign.gone()
  }

  /** Back to the state before the first look, for a new start. */
  reset(): void {
    this.#campaign.reset()
  }

  /** Looks at the lease: 1 GET. */
  look(): Promise<void> {
    return this.#campaign.look()
  }

  /** Makes a look the next move of a follower. */
  hurry(): void {
    if (!this.isLeader()) this.#campaign.hurry()
  }

  /**
   * Makes the next move. @returns the time until the next move is due, ms; `Infinity` until the end of this instance's
   * lead, which {@link CandidacyListener.demoted} tells
   */
  async move(turn: Turn): Promise<number> {
    return this.isLeader() ? Infinity : this.#campaign.move(turn)
  }

  async runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    checkArgument(typeof fn === 'function', 'the argument of runAsLeader to be a function', fn)
    if (this.#lease?.isTrusted() === true) return this.#runs.run(this.#lease, fn)
    return { outcome: 'not-leader', leader: this.leader() }
  }

  async renewNow(): Promise<void> {
    const lease = this.#lease
    if (lease === undefined || !lease.isTrusted()) {
      throw new CoordinatorError(`'${this.#limits.workerId}' does not lead`, { code: 'NOT_LEADER' })
    }
    if (!(await lease.renew())) throw lostLeadership(lease.fence, undefined)
  }

  async stepDown(reason: string): Promise<void> {
    checkArgument(typeof reason === 'string' && reason !== '', 'the reason of stepDown to be a text', reason)
    const lease = this.#lease
    if (lease === undefined || !lease.isTrusted()) return
    this.#deps.logger.info(`coordinator: this instance steps down, epoch ${lease.fence}: ${reason}`, {
      reason,
      epoch: lease.fence,
    })
    this.#campaign.rest(this.#limits.ttlMs)
    await this.#release(lease, 'stepped-down')
  }

  /** Leaves the lease to the other instances for a ttl, unless this instance leads. */
  rest(): void {
    if (!this.isLeader()) this.#campaign.rest(this.#limits.ttlMs)
  }

  /**
   * Releases the lease for an instance that waits for it, after a drain of up to `withinMs`. Never rejects.
   * @param stop - ends the wait; the caller that aborts `stop` calls {@link end}
   */
  handOver(withinMs: number, stop: AbortSignal): Promise<void> {
    this.#handingOver ??= this.#handOver(withinMs, stop).finally(() => (this.#handingOver = undefined))
    return this.#handingOver
  }

  /**
   * Drains and releases, if this instance leads. Never rejects.
   * @param releaseWithinMs - longest time for the release, ms. @default 10 seconds
   */
  async end(releaseWithinMs?: number): Promise<void> {
    await this.#handingOver
    const lease = this.#lease
    if (lease?.isTrusted() === true) await this.#drain(lease)
    if (lease !== undefined) await this.#release(lease, 'stopped', releaseWithinMs)
  }

  async #handOver(withinMs: number, stop: AbortSignal): Promise<void> {
    const lease = this.#lease
    if (lease === undefined || !lease.isTrusted()) return
    await orLate(this.#deps.clock, withinMs, this.#drain(lease), stop)
    if (stop.aborted) return
    this.#campaign.rest(this.#limits.ttlMs)
    await this.#release(lease, 'handed-over')
  }

  async #release(lease: HeldLease, why: GivenUp, withinMs?: number): Promise<void> {
    this.#givesUp = why
    const released = lease.release(withinMs) // the lease ends at once, before the first request
    this.#givesUp = 'stopped'
    await released
  }

  async #drain(lease: HeldLease): Promise<void> {
    try {
      await this.#limits.drain?.(lease.signal)
    } catch (error) {
      const message = `the drain failed: ${messageOf(error)}`
      this.#listener.problem(new CoordinatorError(message, { code: 'DRAIN_FAILED', cause: error }))
    }
    await this.#runs.ended()
  }

  #contend(): LeaseContender {
    const { clock, host, random, store } = this.#deps
    const { fenceAbove, heartbeatMs: renewEveryMs, key, payload, ttlMs, workerId: holder } = this.#limits
    const listener = {
      renewed: (epoch: number) => this.#listener.renewed(epoch),
      ended: (epoch: number, why: LeaseEnd) => this.#demote(epoch, why),
      blocked: (_: number, blockedMs: number) => this.#listener.blocked(blockedMs),
      problem: (error: unknown) => this.#listener.problem(error),
    }
    // Two clocks of one server may differ by some seconds, and have a resolution of a second.
    const serverClockMarginMs = Math.max(10_000, ttlMs / 3)
    return createLeaseContender(
      { store, clock, random, host },
      { key, holder, ttlMs, renewEveryMs, serverClockMarginMs, payload, fenceAbove, listener },
    )
  }

  #promote(lease: HeldLease): void {
    if (!lease.isTrusted()) return
    this.#lease = lease
    const leader = { workerId: this.#limits.workerId, epoch: lease.fence }
    const { previous } = lease
    const before = previous && {
      epoch: previous.fence,
      holder: previous.holder,
      payload: previous.payload,
      lastModified: previous.lastModified,
      triedAt: previous.triedAt,
      ttlMs: previous.ttlMs,
      state: previous.state,
    }
    this.#elected(leader, 'this instance leads')
    this.#listener.promoted(leader, lease.signal, before)
  }

  #elected(leader: Leader, told: string): void {
    this.#deps.logger.info(`coordinator: ${told}, epoch ${leader.epoch}`, { ...leader })
    this.#listener.elected(leader)
  }

  #demote(epoch: number, why: LeaseEnd): void {
    if (this.#lease?.fence !== epoch) return
    this.#lease = undefined
    const reason = why === 'released' ? this.#givesUp : why
    this.#deps.logger.info(`coordinator: this instance leads no longer, epoch ${epoch}: ${reason}`, { epoch, reason })
    this.#listener.demoted({ workerId: this.#limits.workerId, epoch }, reason)
  }
}
