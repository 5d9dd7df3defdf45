import { createSharedAbort, messageOf, StartStop, TypedEmitter, type Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { scopeStore, type Fields, type ObjectStore } from '@s3sched/store'
import { Candidacy, type CandidacyListener } from './candidacy.ts'
import { CoordinatorError } from './coordinator-error.ts'
import type { ResolvedShardedOptions } from './coordinator-options.ts'
import type { Worker } from './member.ts'
import { noticeOf, type LeaderWait } from './leader-wait.ts'
import { Membership } from './membership.ts'
import { RetryLoop } from './retry-loop.ts'
import { ShardPlaces } from './shard-places.ts'
import type { Shard, ShardedCoordinator, ShardedCoordinatorEvents } from './sharded-coordinator.ts'

const FORGET_EVERY_MS = 24 * 3_600_000

/** A run of the coordinator, from a start to its stop. */
interface Run {
  readonly stop: AbortController
  started: Promise<void>
  loops: Promise<unknown>
}

/**
 * The life of an instance: start, follow or lead, and stop. The decisions are in `election.ts`, and for several shards
 * in `placement.ts` and `hand-over.ts`.
 *
 * The lease of a single shard is `leader.json`. Leases of several shards are `shards/<how many>/<which>.json`, so that
 * instances with different numbers of shards never confuse their leases and payloads.
 */
export class StoreShards implements ShardedCoordinator {
  readonly workerId: string
  readonly shards: readonly Shard[]
  readonly #store: ObjectStore
  readonly #ownsStore: boolean
  readonly #options: ResolvedShardedOptions
  readonly #candidacies: readonly Candidacy[]
  readonly #places: ShardPlaces | undefined
  readonly #membership: Membership
  readonly #emitter: TypedEmitter<ShardedCoordinatorEvents>
  readonly #retries: RetryLoop
  readonly #startStop = new StartStop({ begin: () => this.#begin(), end: () => this.#end() })
  #run: Run | undefined
  /** No further lease is taken. */
  #isRetired = false
  #forgotAt = -Infinity

  constructor(store: ObjectStore, ownsStore: boolean, options: ResolvedShardedOptions) {
    const { workerId, group, instance, version, clock, random, logger, heartbeatInterval: heartbeatMs, ttlMs } = options
    const { host, shards } = options
    this.workerId = workerId
    this.#store = store
    this.#ownsStore = ownsStore
    this.#options = options
    this.#emitter = new TypedEmitter((error, event) =>
      logger.error(`coordinator: a listener of '${event}' failed`, { error }),
    )
    const scope = group === undefined ? store : scopeStore(store, `groups/${group}/`)
    const problem = (error: unknown): void => this.#problem(error, undefined)
    this.#retries = new RetryLoop({ clock, random, problem }, heartbeatMs)
    const refreshMs = options.memberRefreshInterval
    this.#membership = new Membership(
      { store: scope, clock, random, host, problem },
      { workerId, instance, version, heartbeatMs, refreshMs, ttlMs, shards },
    )
    this.#places =
      shards === 1
        ? undefined
        : new ShardPlaces(
            {
              clock,
              membership: this.#membership,
              candidacies: () => this.#candidacies,
              wake: () => this.#retries.wake(),
            },
            { workerId, shards, heartbeatMs, refreshMs, handOverMs: options.handOverTimeout },
          )
    this.#candidacies = Array.from({ length: shards }, (_, shard) => this.#candidacy(scope, shard))
    this.shards = this.#candidacies.map((candidacy, index) => this.#viewOf(candidacy, index))
  }

  start(): Promise<void> {
    return this.#startStop.start()
  }

  stop(): Promise<void> {
    return this.#startStop.stop()
  }

  retire(): void {
    this.#isRetired = true
  }

  leading(): number[] {
    return this.#candidacies.flatMap((candidacy, shard) => (candidacy.isLeader() ? [shard] : []))
  }

  workers(atLeastMs?: number): Promise<Worker[]> {
    return this.#membership.workers(atLeastMs)
  }

  async refreshMember(extra?: Fields): Promise<void> {
    if (this.#run === undefined) throw new CoordinatorError('the coordinator is not started', { code: 'NOT_STARTED' })
    this.#membership.say(extra)
    await this.#membership.refresh()
    this.#retries.wake()
  }

  showMemberOften(isOften: boolean): void {
    this.#membership.showOften(isOften)
    this.#retries.wake()
  }

  memberLastSeen(workerId: string): Promise<number | undefined> {
    return this.#membership.lastSeen(workerId)
  }

  async stepDown(reason: string): Promise<void> {
    if (this.leading().length > 0) this.#places?.steppedDown()
    await Promise.all(this.#candidacies.map((candidacy) => candidacy.stepDown(reason)))
  }

  on<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this {
    this.#emitter.on(event, listener)
    return this
  }

  once<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this {
    this.#emitter.once(event, listener)
    return this
  }

  off<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this {
    this.#emitter.off(event, listener)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.#ownsStore) await this.#store.close()
  }

  #candidacy(store: ObjectStore, shard: number): Candidacy {
    const { clock, drain, host, logger, payload, random, shards, ttlMs, workerId } = this.#options
    const places = this.#places
    const key = shards === 1 ? 'leader.json' : `shards/${shards}/${shard}.json`
    const recentIds = (withinMs: number): Promise<string[]> =>
      places === undefined ? this.#membership.recentIds(withinMs) : places.recentIds(withinMs)
    const { past } = this.#options
    const mayBeLed = async (ageMs: number): Promise<boolean> =>
      past?.(shard).wasLed === true && (await this.#membership.hasElder(ageMs))
    return new Candidacy(
      { store, clock, random, logger, host, recentIds, mayBeLed },
      {
        key,
        workerId,
        ttlMs,
        heartbeatMs: this.#options.heartbeatInterval,
        windowMs: this.#options.coldStartObservationWindow,
        skipColdStart: this.#options.skipColdStart,
        fenceAbove: past && ((): number => past(shard).epoch),
        payload: payload && ((): LeasePayload => payload(shard)),
        drain: drain && ((signal) => drain(signal, shard)),
        ...(places === undefined ? {} : { order: (ids) => places.order(ids, shard) }),
      },
      this.#listener(shard),
    )
  }

  #listener(shard: number): CandidacyListener {
    const emitter = this.#emitter
    return {
      phase: (phase, duration) => emitter.emit('phase', { phase, duration, shard }),
      elected: (leader) => emitter.emit('elected', { ...leader, shard }),
      waits: (wait) => this.#tellOfWait(wait, shard),
      promoted: (leader, signal, previous) => {
        emitter.emit('promoted', { ...leader, signal, previous, shard })
        if (this.#places?.notice() === true) this.#retries.wake()
      },
      demoted: (leader, reason) => {
        emitter.emit('demoted', { ...leader, reason, shard })
        this.#retries.wake()
      },
      renewed: (epoch) => emitter.emit('renewed', { epoch, shard }),
      problem: (error) => this.#problem(error, shard),
    }
  }

  #begin(): Promise<void> {
    this.#isRetired = false
    for (const candidacy of this.#candidacies) candidacy.reset()
    this.#places?.reset()
    const stop = createSharedAbort()
    const run: Run = { stop, started: Promise.resolve(), loops: Promise.resolve() }
    this.#run = run
    const first = Promise.all([
      this.#retries.untilDone(stop.signal, () => this.#membership.refresh()),
      ...this.#candidacies.map((candidacy) => this.#retries.untilDone(stop.signal, () => candidacy.look())),
    ])
    run.started = first.then(
      () => void (run.loops = this.#live(stop.signal)),
      (error: unknown) => {
        stop.abort()
        this.#run = undefined
        throw error
      },
    )
    return run.started
  }

  async #end(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    run.stop.abort()
    await run.started.catch(() => undefined) // start() reports the error
    await run.loops
    await Promise.all(this.#candidacies.map((candidacy) => candidacy.end()))
    try {
      await this.#membership.leave()
    } catch (error) {
      this.#problem(error, undefined)
    }
    this.#run = undefined
  }

  async #live(stop: AbortSignal): Promise<void> {
    const places = this.#places
    const first = { rank: 0, pollMs: this.#options.heartbeatInterval }
    const unlessRetired = (work: () => Promise<number>) => async (): Promise<number> =>
      this.#isRetired ? first.pollMs : work()
    const moves = this.#candidacies.map((candidacy, shard) =>
      unlessRetired(() => candidacy.move(places?.turn(shard, candidacy.gone()) ?? first)),
    )
    if (places !== undefined) moves.push(unlessRetired(() => places.move(stop)))
    await Promise.all([...moves.map((move) => this.#retries.forever(stop, move)), this.#stayMember(stop)])
  }

  async #stayMember(stop: AbortSignal): Promise<void> {
    await this.#retries.forever(stop, async () => {
      const dueInMs = this.#membership.refreshDueInMs()
      if (dueInMs > 0) return dueInMs
      await this.#membership.refresh()
      const { clock } = this.#options
      if (this.leading().includes(0) && clock.monotonic() - this.#forgotAt > FORGET_EVERY_MS) {
        await this.#membership.forget()
        this.#forgotAt = clock.monotonic()
      }
      return 0
    })
  }

  #tellOfWait(wait: LeaderWait, shard: number): void {
    const { clock, host, logger, shards, workerId } = this.#options
    const { level, message } = noticeOf(wait, { ...host.self(), workerId }, clock.now())
    // With many shards, one line is enough for all leaders that seem to be alive.
    if (level === 'info' && shard > 0) return
    logger[level](`coordinator: ${shards === 1 ? '' : `shard ${shard}: `}${message}`, { ...wait })
  }

  #problem(error: unknown, shard: number | undefined): void {
    this.#options.logger.warn(`coordinator: ${messageOf(error)}`, { error })
    this.#emitter.emit('error', { error, shard })
  }

  #viewOf(candidacy: Candidacy, index: number): Shard {
    return {
      index,
      get phase() {
        return candidacy.phase
      },
      get signal() {
        return candidacy.signal
      },
      isLeader: () => candidacy.isLeader(),
      leader: () => candidacy.leader(),
      leaderPayload: () => candidacy.payload(),
      epoch: () => candidacy.epoch(),
      runAsLeader: (fn) => candidacy.runAsLeader(fn),
      renewNow: () => candidacy.renewNow(),
      lookNow: () => {
        if (this.#run === undefined || candidacy.isLeader()) return
        candidacy.hurry()
        this.#retries.wake()
      },
      stepDown: async (reason) => {
        if (candidacy.isLeader()) this.#places?.steppedDown()
        await candidacy.stepDown(reason)
      },
    }
  }
}
