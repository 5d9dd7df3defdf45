import { messageOf, TypedEmitter, type Listener } from '@s3sched/kernel'
import {
  createLeaseContender,
  type HeldLease,
  type LeaseContender,
  type LeaseEnd,
  type LeasePayload,
} from '@s3sched/lock'
import { scopeStore, type Fields, type ObjectStore } from '@s3sched/store'
import { Campaign } from './campaign.ts'
import { CoordinatorError } from './coordinator-error.ts'
import type { CoordinatorEvents, DemotionReason, Leader } from './coordinator-events.ts'
import type { ResolvedCoordinatorOptions } from './coordinator-options.ts'
import type { Coordinator } from './coordinator.ts'
import type { Phase } from './election.ts'
import { LeaderRuns, lostLeadership, type Leadership, type LeaderRun } from './leadership.ts'
import type { Worker } from './member.ts'
import { Membership } from './membership.ts'
import { RetryLoop } from './retry-loop.ts'

const FORGET_EVERY_MS = 24 * 3_600_000

/** From a start to its stop. */
interface Run {
  readonly stop: AbortController
  started: Promise<void>
  loops: Promise<unknown>
}

/** The life of an instance: it starts, follows or leads, and stops. What it decides is in `election.ts`. */
export class StoreCoordinator implements Coordinator {
  readonly workerId: string
  readonly #store: ObjectStore
  readonly #ownsStore: boolean
  readonly #options: ResolvedCoordinatorOptions
  readonly #campaign: Campaign
  readonly #membership: Membership
  readonly #emitter: TypedEmitter<CoordinatorEvents>
  readonly #retries: RetryLoop
  readonly #runs = new LeaderRuns()
  #lease: HeldLease | undefined
  #isSteppingDown = false
  #run: Run | undefined
  #stopping: Promise<void> | undefined
  #forgotAt = -Infinity

  constructor(store: ObjectStore, ownsStore: boolean, options: ResolvedCoordinatorOptions) {
    const { workerId, group, instance, version, clock, random, logger, heartbeatInterval: heartbeatMs, ttlMs } = options
    this.workerId = workerId
    this.#store = store
    this.#ownsStore = ownsStore
    this.#options = options
    this.#emitter = new TypedEmitter((error, event) =>
      logger.error(`coordinator: a listener of '${event}' failed`, { error }),
    )
    const scope = group === undefined ? store : scopeStore(store, `groups/${group}/`)
    const problem = (error: unknown): void => this.#problem(error)
    this.#retries = new RetryLoop({ clock, random, problem }, heartbeatMs)
    this.#membership = new Membership(
      { store: scope, clock, random, problem },
      { workerId, instance, version, heartbeatMs, refreshMs: options.memberRefreshInterval, ttlMs },
    )
    this.#campaign = new Campaign(
      { clock, contender: this.#contend(scope), recentIds: (withinMs) => this.#membership.recentIds(withinMs) },
      { workerId, heartbeatMs, windowMs: options.coldStartObservationWindow, skipColdStart: options.skipColdStart },
      {
        phase: (phase, duration) => this.#emitter.emit('phase', { phase, duration }),
        elected: (leader) => this.#elected(leader),
        acquired: (lease) => this.#promote(lease),
        problem,
      },
    )
  }

  get phase(): Phase | undefined {
    return this.#campaign.phase
  }

  get signal(): AbortSignal | undefined {
    return this.isLeader() ? this.#lease?.signal : undefined
  }

  async start(): Promise<void> {
    await this.#stopping
    this.#run ??= this.#begin()
    await this.#run.started
  }

  async stop(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    this.#stopping ??= this.#end(run).finally(() => {
      this.#run = undefined
      this.#stopping = undefined
    })
    await this.#stopping
  }

  isLeader(): boolean {
    return this.#lease?.isTrusted() ?? false
  }

  leader(): Leader | undefined {
    return this.#campaign.leader()
  }

  leaderPayload(): LeasePayload | undefined {
    return this.#campaign.payload()
  }

  epoch(): number | undefined {
    return this.#campaign.epoch()
  }

  workers(): Promise<Worker[]> {
    return this.#membership.workers()
  }

  async runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    if (this.#lease?.isTrusted() === true) return this.#runs.run(this.#lease, fn)
    return { outcome: 'not-leader', leader: this.leader() }
  }

  async refreshMember(extra?: Fields): Promise<void> {
    if (this.#run === undefined) throw new CoordinatorError('the coordinator is not started', { code: 'NOT_STARTED' })
    this.#membership.say(extra)
    await this.#membership.refresh()
    this.#retries.wake()
  }

  async renewNow(): Promise<void> {
    const lease = this.#lease
    if (lease === undefined || !lease.isTrusted()) {
      throw new CoordinatorError(`'${this.workerId}' does not lead`, { code: 'NOT_LEADER' })
    }
    if (!(await lease.renew())) throw lostLeadership(lease.fence, undefined)
  }

  lookNow(): void {
    if (this.#run === undefined || this.isLeader()) return
    this.#campaign.hurry()
    this.#retries.wake()
  }

  async stepDown(reason: string): Promise<void> {
    const lease = this.#lease
    if (lease === undefined || !lease.isTrusted()) return
    this.#options.logger.info('coordinator: stepping down', { reason, epoch: lease.fence })
    this.#campaign.rest(this.#options.ttlMs)
    this.#isSteppingDown = true
    const released = lease.release() // it ends at once, before the first request
    this.#isSteppingDown = false
    await released
  }

  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.on(event, listener)
    return this
  }

  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.once(event, listener)
    return this
  }

  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.off(event, listener)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.#ownsStore) await this.#store.close()
  }

  #contend(store: ObjectStore): LeaseContender {
    const { workerId: holder, clock, random, ttlMs, payload, heartbeatInterval: renewEveryMs } = this.#options
    const listener = {
      renewed: (epoch: number) => this.#emitter.emit('renewed', { epoch }),
      ended: (epoch: number, why: LeaseEnd) => this.#demote(epoch, why),
      problem: (error: unknown) => this.#problem(error),
    }
    // Two clocks of one server may differ by some seconds, and say whole seconds.
    const serverClockMarginMs = Math.max(10_000, ttlMs / 3)
    return createLeaseContender(
      { store, clock, random },
      { key: 'leader.json', holder, ttlMs, renewEveryMs, serverClockMarginMs, payload, listener },
    )
  }

  #begin(): Run {
    this.#campaign.reset()
    const stop = new AbortController()
    const run: Run = { stop, started: Promise.resolve(), loops: Promise.resolve() }
    const first = Promise.all([
      this.#retries.untilDone(stop.signal, () => this.#membership.refresh()),
      this.#retries.untilDone(stop.signal, () => this.#campaign.look()),
    ])
    run.started = first.then(
      () => void (run.loops = Promise.all([this.#follow(stop.signal), this.#stayMember(stop.signal)])),
      (error: unknown) => {
        stop.abort()
        this.#run = undefined
        throw error
      },
    )
    return run
  }

  async #end(run: Run): Promise<void> {
    run.stop.abort()
    await run.started.catch(() => undefined) // start() tells its caller
    await run.loops
    const lease = this.#lease
    if (lease?.isTrusted() === true) await this.#drain(lease)
    await lease?.release()
    try {
      await this.#membership.leave()
    } catch (error) {
      this.#problem(error)
    }
  }

  async #drain(lease: HeldLease): Promise<void> {
    try {
      await this.#options.drain?.(lease.signal)
    } catch (error) {
      const message = `the drain failed: ${messageOf(error)}`
      this.#problem(new CoordinatorError(message, { code: 'DRAIN_FAILED', cause: error }))
    }
    await this.#runs.ended()
  }

  async #follow(stop: AbortSignal): Promise<void> {
    await this.#retries.forever(stop, async () =>
      this.isLeader() ? this.#options.heartbeatInterval : this.#campaign.move(),
    )
  }

  async #stayMember(stop: AbortSignal): Promise<void> {
    await this.#retries.forever(stop, async () => {
      const dueInMs = this.#membership.refreshDueInMs()
      if (dueInMs > 0) return dueInMs
      await this.#membership.refresh()
      const { clock } = this.#options
      if (this.isLeader() && clock.monotonic() - this.#forgotAt > FORGET_EVERY_MS) {
        await this.#membership.forget()
        this.#forgotAt = clock.monotonic()
      }
      return 0
    })
  }

  #promote(lease: HeldLease): void {
    if (!lease.isTrusted()) return
    this.#lease = lease
    const leader = { workerId: this.workerId, epoch: lease.fence }
    const { previous } = lease
    const before = previous && {
      epoch: previous.fence,
      holder: previous.holder,
      payload: previous.payload,
      lastModified: previous.lastModified,
      state: previous.state,
    }
    this.#elected(leader)
    this.#emitter.emit('promoted', { ...leader, signal: lease.signal, previous: before })
  }

  #elected(leader: Leader): void {
    this.#options.logger.info('coordinator: elected', { ...leader })
    this.#emitter.emit('elected', leader)
  }

  #demote(epoch: number, why: LeaseEnd): void {
    if (this.#lease?.fence !== epoch) return
    this.#lease = undefined
    const byOwnWill: DemotionReason = this.#isSteppingDown ? 'stepped-down' : 'stopped'
    const reason = why === 'released' ? byOwnWill : why
    this.#options.logger.info('coordinator: demoted', { epoch, reason })
    this.#emitter.emit('demoted', { workerId: this.workerId, epoch, reason })
    this.#retries.wake()
  }

  #problem(error: unknown): void {
    this.#options.logger.warn(`coordinator: ${messageOf(error)}`, { error })
    this.#emitter.emit('error', { error })
  }
}
