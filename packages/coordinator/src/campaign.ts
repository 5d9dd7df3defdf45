import { type Clock, takeReading, type Reading } from '@s3sched/kernel'
import { type HeldLease, type LeaseContender, type LeasePayload } from '@s3sched/lock'
import type { Leader } from './coordinator-events.ts'
import { CoordinatorError } from './coordinator-error.ts'
import { isOverdue, type LeaderWait } from './leader-wait.ts'
import {
  decided,
  enter,
  graceMs,
  hurried,
  initialElection,
  listed,
  looked,
  nextMove,
  type ElectionState,
  type ElectionLimits,
  type LeaseView,
  type Phase,
  type Turn,
} from './election.ts'

/** Margin on top of the length of a cold start, ms. A member with an older last write is no candidate. */
const CANDIDATE_MARGIN_MS = 30_000
/** Margin on top of the length of an election, ms. A member with a longer uptime has seen the election end. */
const ELDER_MARGIN_MS = 5000

/** The members, as an election asks for them. */
export interface Electorate {
  /** Ids of the members with a write within the last `withinMs`. */
  readonly recentIds: (withinMs: number) => Promise<string[]>
  /**
   * True when a leader may exist although the lease object is missing: a different member has been up for longer than
   * `ageMs`.
   */
  readonly mayBeLed: (ageMs: number) => Promise<boolean>
}

export interface CampaignDeps {
  readonly clock: Clock
  readonly contender: LeaseContender
  readonly electorate: Electorate
  /** Time for which a missing lease is left to its possible holder, ms. */
  readonly restMs: number
}

/** Receives the findings of the campaign. Must not throw. */
export interface CampaignListener {
  phase(phase: Phase, durationMs: number): void
  /** A new leader is known, and is a different instance. */
  elected(leader: Leader): void
  /** The lease was looked at or claimed. Follows `elected` and `acquired`. */
  seen(): void
  /** A different instance holds the lease. Called at the start, and once more when a renewal is overdue. */
  waits(wait: LeaderWait): void
  acquired(lease: HeldLease): void
  problem(error: unknown): void
}

/** An instance that does not lead. Makes the moves that `election.ts` decides, and remembers the last leader. */
export class Campaign {
  readonly #deps: CampaignDeps
  readonly #listener: CampaignListener
  #state: ElectionState
  /** Interval between looks, ms. */
  #pollMs: number
  /** Time for which a silent holder's lease is left to the holder and to the others, ms. */
  #yieldMs = 0
  #known: Leader | undefined
  #problemTold: string | undefined
  /** The epoch whose leader was reported as overdue. */
  #overdueTold: number | undefined
  /** True once the members were checked and the missing lease was found to belong to nobody. */
  #isVacant = false

  constructor(deps: CampaignDeps, limits: ElectionLimits, listener: CampaignListener) {
    this.#deps = deps
    this.#listener = listener
    this.#pollMs = limits.heartbeatMs
    this.#state = initialElection(limits, this.#now())
  }

  get phase(): Phase | undefined {
    return this.#state.phase
  }

  /** The holder of the lease; `undefined` when the lease is free or its holder is known to be dead. */
  leader(): Leader | undefined {
    const sight = this.#deps.contender.sight()
    if (sight.kind !== 'record' || sight.record.state === 'free') return undefined
    const isOver = this.#deps.contender.held() === undefined && this.#deps.contender.claimableInMs() <= 0
    if (isOver && (sight.ours || this.#hasLooked())) return undefined
    return { workerId: sight.record.holder, epoch: sight.record.fence }
  }

  /**
   * True when a look has seen the lease open, or when the next look is overdue. With a long poll interval an unchanged
   * ETag proves nothing: nobody looked in between.
   */
  #hasLooked(): boolean {
    const { lookedAt, openSince } = this.#state
    return openSince !== undefined || this.#now().monotonic - lookedAt.monotonic > this.#pollMs
  }

  payload(): LeasePayload | undefined {
    const sight = this.#deps.contender.sight()
    return sight.kind === 'record' ? sight.record.payload : undefined
  }

  epoch(): number | undefined {
    const sight = this.#deps.contender.sight()
    return sight.kind === 'record' ? sight.record.fence : this.#known?.epoch
  }

  /** Back to the state before the first look, for a new start. */
  reset(): void {
    this.#isVacant = false
    this.#state = initialElection(this.#state.limits, this.#now())
  }

  /** Leaves the lease to the other instances for `ms`. */
  rest(ms: number): void {
    this.#state = { ...this.#state, restUntil: this.#now().monotonic + ms }
  }

  /** Makes a look the next move of a follower. */
  hurry(): void {
    this.#state = hurried(this.#state)
  }

  /** Looks at the lease: 1 GET. */
  async look(): Promise<void> {
    await this.#deps.contender.look()
    const isFirst = this.#state.phase === undefined
    this.#become(looked(this.#state, this.#view(), this.#now()))
    this.#notice()
    this.#listener.seen()
    this.#tellOfWait(isFirst)
  }

  #tellOfWait(isFirst: boolean): void {
    const { contender } = this.#deps
    const sight = contender.sight()
    const claimableInMs = contender.claimableInMs()
    if (sight.kind !== 'record' || sight.ours || claimableInMs <= 0) return
    const leadsInMs = claimableInMs + this.#yieldMs
    const { fence: epoch, holder, process, ttlMs } = sight.record
    const { ageMs = 0, since } = sight
    const silentMs = Math.max(0, ageMs) + this.#now().monotonic - since.monotonic
    const isNews = isOverdue({ silentMs, ttlMs }) && this.#overdueTold !== epoch
    if (!isFirst && !isNews) return
    if (isNews) this.#overdueTold = epoch
    const liveness = contender.holderLiveness()
    this.#listener.waits({ holder, epoch, process, liveness, ttlMs, silentMs, leadsInMs })
  }

  /** The last holder seen by the instance, when the holder has released the lease or is known to be dead. */
  gone(): string | undefined {
    const sight = this.#deps.contender.sight()
    if (sight.kind !== 'record' || this.leader() !== undefined) return undefined
    return sight.record.holder
  }

  /** Makes the next move. @returns the time until the next move is due, ms */
  async move(turn: Turn): Promise<number> {
    this.#pollMs = turn.pollMs
    this.#yieldMs = turn.yieldMs ?? 0
    const move = nextMove(this.#state, this.#view(), turn, this.#now())
    if (move.do === 'wait') return move.ms
    if (move.do === 'look') await this.look()
    else if (move.do === 'list') await this.#list()
    else return this.#campaign()
    return 0
  }

  async #list(): Promise<void> {
    if (this.#state.phase === 'observing') this.#become(enter(this.#state, 'election', this.#now()))
    const { limits } = this.#state
    const withinMs = limits.windowMs + 2 * graceMs(limits) + CANDIDATE_MARGIN_MS
    this.#state = listed(this.#state, await this.#deps.electorate.recentIds(withinMs), this.#now())
  }

  /** @returns the time until the next move is due, ms */
  async #campaign(): Promise<number> {
    if (await this.#isDeleted()) return 0
    try {
      return await this.#claim()
    } finally {
      this.#listener.seen() // also after an error: a claim may have read the lease before its failed write
    }
  }

  async #claim(): Promise<number> {
    const claimed = await this.#deps.contender.claim()
    this.#become(decided(this.#state, this.#now()))
    if (claimed.outcome === 'held') {
      this.#notice()
      // The lease belongs to this process, and to a different contender: the answer took no request, and stays the same
      // until the lease runs out.
      return claimed.self ? Math.min(claimed.retryAfterMs, this.#state.limits.heartbeatMs) : 0
    }
    this.#known = { workerId: claimed.lease.holder, epoch: claimed.lease.fence }
    this.#listener.acquired(claimed.lease)
    this.#ended()
    return 0
  }

  /**
   * True when a leader may exist although the lease object is missing. The lease is then left alone for a while, so
   * that its holder can write the object again.
   */
  async #isDeleted(): Promise<boolean> {
    const { contender, electorate, restMs } = this.#deps
    const { limits } = this.#state
    if (this.#isVacant || this.#known !== undefined || contender.sight().kind !== 'missing') return false
    const isLed = await electorate.mayBeLed(limits.windowMs + 2 * graceMs(limits) + ELDER_MARGIN_MS)
    this.#isVacant = true
    if (!isLed) return false
    this.#become(enter(this.#state, 'preparation', this.#now()))
    this.rest(restMs)
    this.#ended()
    return true
  }

  /** Reports a new leader, and a lease object that only a person can repair. */
  #notice(): void {
    const sight = this.#deps.contender.sight()
    if (sight.kind === 'unreadable' && this.#problemTold !== sight.etag) {
      this.#problemTold = sight.etag
      this.#listener.problem(
        new CoordinatorError(`the leader's lease is unreadable (${sight.problem}); nobody can lead`, {
          code: 'UNREADABLE_LEASE',
          suggestion: 'Write it anew by breakLock of a lock on this key, with a fence above every epoch so far',
        }),
      )
    }
    const leader = this.leader()
    if (leader !== undefined && (leader.epoch !== this.#known?.epoch || leader.workerId !== this.#known.workerId)) {
      this.#known = leader
      this.#listener.elected(leader)
    }
    this.#ended()
  }

  #ended(): void {
    if (this.#state.phase === 'preparation') this.#become(enter(this.#state, 'ready', this.#now()))
  }

  #become(next: ElectionState): void {
    const before = this.#state
    this.#state = next
    if (next.phase === undefined || next.phase === before.phase) return
    this.#listener.phase(next.phase, next.phaseSince.monotonic - before.phaseSince.monotonic)
  }

  #view(): LeaseView {
    const sight = this.#deps.contender.sight()
    const claimableInMs = this.#deps.contender.claimableInMs()
    const liveness = this.#deps.contender.holderLiveness()
    if (sight.kind === 'record') return { kind: sight.record.state, claimableInMs, liveness, isOwn: sight.ours }
    return { kind: sight.kind === 'unknown' ? 'missing' : sight.kind, claimableInMs, liveness }
  }

  #now(): Reading {
    return takeReading(this.#deps.clock)
  }
}
