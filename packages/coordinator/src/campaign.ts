import type { Clock } from '@s3sched/kernel'
import { takeReading, type HeldLease, type LeaseContender, type LeasePayload, type Reading } from '@s3sched/lock'
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
  type ElectionTerms,
  type LeaseView,
  type Phase,
  type Turn,
} from './election.ts'

/** Members that wrote this much longer ago than the cold start takes are no candidates, ms. */
const CANDIDATE_MARGIN_MS = 30_000
/** Members that have been there for this much longer than an election takes have seen its end, ms. */
const ELDER_MARGIN_MS = 5000

export interface CampaignDeps {
  readonly clock: Clock
  readonly contender: LeaseContender
  /** The ids of those who joined within the last so many ms. */
  readonly recentIds: (withinMs: number) => Promise<string[]>
  /** Whether the lease may be another's although its object is missing: some member has been there for longer than this, in ms. */
  readonly mayBeLed: (ageMs: number) => Promise<boolean>
  /** For how long the lease is left to its holder then, in ms. */
  readonly restMs: number
}

/** Is told what the campaign finds out. Must not throw. */
export interface CampaignListener {
  phase(phase: Phase, durationMs: number): void
  /** Somebody else leads, who didn't when it was looked at before. */
  elected(leader: Leader): void
  /** Somebody else holds the lease: said at the start, and again when a renewal is overdue. */
  waits(wait: LeaderWait): void
  acquired(lease: HeldLease): void
  problem(error: unknown): void
}

/** An instance that does not lead: makes the moves that `election.ts` decides, and knows who does. */
export class Campaign {
  readonly #deps: CampaignDeps
  readonly #terms: ElectionTerms
  readonly #listener: CampaignListener
  #state: ElectionState
  /** How often it looks. */
  #pollMs: number
  #known: Leader | undefined
  #problemTold: string | undefined
  /** The epoch whose leader was said to be overdue. */
  #overdueTold: number | undefined
  /** The missing lease is nobody's: this was looked into. */
  #isVacant = false

  constructor(deps: CampaignDeps, terms: ElectionTerms, listener: CampaignListener) {
    this.#deps = deps
    this.#terms = terms
    this.#listener = listener
    this.#pollMs = terms.heartbeatMs
    this.#state = initialElection(this.#now())
  }

  get phase(): Phase | undefined {
    return this.#state.phase
  }

  /** Who holds the lease, unless it is known to be dead. */
  leader(): Leader | undefined {
    const sight = this.#deps.contender.sight()
    if (sight.kind !== 'record' || sight.record.state === 'free') return undefined
    const isOver = this.#deps.contender.held() === undefined && this.#deps.contender.claimableInMs() <= 0
    if (isOver && (sight.ours || this.#hasLooked())) return undefined
    return { workerId: sight.record.holder, epoch: sight.record.fence }
  }

  /** Who looks seldom has not seen a lease unchanged for long, but only not seen it. */
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

  /** Forgets where the start was; a new one begins. */
  reset(): void {
    this.#isVacant = false
    this.#state = initialElection(this.#now())
  }

  /** Leaves the lease to others for so long. */
  rest(ms: number): void {
    this.#state = { ...this.#state, restUntil: this.#now().monotonic + ms }
  }

  /** Makes a look the next move of one who follows. */
  hurry(): void {
    this.#state = hurried(this.#state)
  }

  /** Looks at the lease: 1 GET. */
  async look(): Promise<void> {
    await this.#deps.contender.look()
    const isFirst = this.#state.phase === undefined
    this.#become(looked(this.#state, this.#view(), this.#terms, this.#now()))
    this.#notice()
    this.#tellOfWait(isFirst)
  }

  #tellOfWait(isFirst: boolean): void {
    const { contender } = this.#deps
    const sight = contender.sight()
    const leadsInMs = contender.claimableInMs()
    if (sight.kind !== 'record' || sight.ours || leadsInMs <= 0) return
    const { fence: epoch, holder, process, ttlMs } = sight.record
    const { lastModified, serverTime, since } = sight
    const isTimed = lastModified !== undefined && serverTime !== undefined
    const silentMs = isTimed ? Math.max(0, serverTime - lastModified) : this.#now().monotonic - since.monotonic
    const isNews = isOverdue({ silentMs, ttlMs }) && this.#overdueTold !== epoch
    if (!isFirst && !isNews) return
    if (isNews) this.#overdueTold = epoch
    const liveness = contender.holderLiveness()
    this.#listener.waits({ holder, epoch, process, liveness, ttlMs, silentMs, leadsInMs })
  }

  /** Whom this instance saw with the lease last, who has let go of it or is known to be dead. */
  gone(): string | undefined {
    const sight = this.#deps.contender.sight()
    if (sight.kind !== 'record' || this.leader() !== undefined) return undefined
    return sight.record.holder
  }

  /** Does the next thing. @returns how long there is nothing to do, ms */
  async move(turn: Turn): Promise<number> {
    this.#pollMs = turn.pollMs
    const move = nextMove(this.#state, this.#view(), this.#terms, turn, this.#now())
    if (move.do === 'wait') return move.ms
    if (move.do === 'look') await this.look()
    else if (move.do === 'list') await this.#list()
    else return this.#campaign()
    return 0
  }

  async #list(): Promise<void> {
    if (this.#state.phase === 'observing') this.#become(enter(this.#state, 'election', this.#now()))
    const withinMs = this.#terms.windowMs + 2 * graceMs(this.#terms) + CANDIDATE_MARGIN_MS
    this.#state = listed(this.#state, await this.#deps.recentIds(withinMs), this.#terms, this.#now())
  }

  /** @returns how long there is nothing to do, ms */
  async #campaign(): Promise<number> {
    if (await this.#isDeleted()) return 0
    const claimed = await this.#deps.contender.claim()
    this.#become(decided(this.#state, this.#now()))
    if (claimed.outcome === 'held') {
      this.#notice()
      // Its own, and not given out here: that was answered without a request, and will be until it runs out.
      return claimed.self ? Math.min(claimed.retryAfterMs, this.#terms.heartbeatMs) : 0
    }
    this.#known = { workerId: claimed.lease.holder, epoch: claimed.lease.fence }
    this.#listener.acquired(claimed.lease)
    this.#settled()
    return 0
  }

  /** Whether somebody may hold the lease whose object is missing: it is then left alone for a while, in which its holder puts it back. */
  async #isDeleted(): Promise<boolean> {
    const { contender, mayBeLed, restMs } = this.#deps
    if (this.#isVacant || this.#known !== undefined || contender.sight().kind !== 'missing') return false
    const isLed = await mayBeLed(this.#terms.windowMs + 2 * graceMs(this.#terms) + ELDER_MARGIN_MS)
    this.#isVacant = true
    if (!isLed) return false
    this.#become(enter(this.#state, 'preparation', this.#now()))
    this.rest(restMs)
    this.#settled()
    return true
  }

  /** Tells of a leader that is new, and of what only people can mend. */
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
    this.#settled()
  }

  #settled(): void {
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
    if (sight.kind === 'record') return { kind: sight.record.state, claimableInMs, liveness }
    return { kind: sight.kind === 'unknown' ? 'missing' : sight.kind, claimableInMs, liveness }
  }

  #now(): Reading {
    return takeReading(this.#deps.clock)
  }
}
