import { createSharedAbort, KEY_NAME, StartStop, type Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { scopeStore, type Fields, type ObjectStore } from '@s3sched/store'
import type { Candidacy } from './candidacy.ts'
import { checkArgument, checkFields } from './check-argument.ts'
import { CoordinatorError } from './coordinator-error.ts'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import { CoordinatorNews, type CandidacyTurns } from './coordinator-news.ts'
import type { ResolvedCoordinatorOptions } from './coordinator-options.ts'
import type { Coordinator, StopOptions } from './coordinator.ts'
import { createCandidacy } from './create-candidacy.ts'
import type { Phase } from './election.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import type { Worker } from './member.ts'
import { Membership } from './membership.ts'
import { RetryLoop } from './retry-loop.ts'
import { ShardPlaces } from './shard-places.ts'
import { shardOf, type Shard } from './shard.ts'
import { Yielding } from './yielding.ts'

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
 */
export class StoreCoordinator implements Coordinator {
  readonly workerId: string
  readonly shards: readonly Shard[]
  readonly #first: Shard
  readonly #store: ObjectStore
  readonly #ownsStore: boolean
  readonly #options: ResolvedCoordinatorOptions
  readonly #candidacies: readonly Candidacy[]
  readonly #places: ShardPlaces | undefined
  readonly #membership: Membership
  readonly #yielding: Yielding
  readonly #news: CoordinatorNews
  readonly #retries: RetryLoop
  readonly #startStop = new StartStop<number | undefined>({
    begin: () => this.#begin(),
    end: (releaseWithinMs) => this.#end(releaseWithinMs),
  })
  #run: Run | undefined
  /** No further lease is taken. */
  #isRetired = false
  #forgotAt = -Infinity

  constructor(store: ObjectStore, ownsStore: boolean, options: ResolvedCoordinatorOptions) {
    const { workerId, group, instance, version, clock, random, heartbeatInterval: heartbeatMs, ttlMs } = options
    const { host, shards } = options
    this.workerId = workerId
    this.#store = store
    this.#ownsStore = ownsStore
    this.#options = options
    this.#news = new CoordinatorNews(options)
    const scope = group === undefined ? store : scopeStore(store, `groups/${group}/`)
    const problem = (error: unknown): void => this.#news.problem(error)
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
            { workerId, shards, heartbeatMs, refreshMs, ttlMs, handOverMs: options.handOverTimeout },
          )
    this.#yielding = new Yielding(
      {
        clock,
        membership: this.#membership,
        candidacies: () => this.#candidacies,
        onYield: () => this.#places?.steppedDown(),
        decided: (event, isFirst) => {
          this.#news.blocked(event, isFirst)
          this.#retries.wake()
        },
        problem,
      },
      { ttlMs, handOverMs: options.handOverTimeout },
    )
    const parts = { store: scope, members: this.#membership.members, places: this.#places }
    this.#candidacies = Array.from({ length: shards }, (_, shard) =>
      createCandidacy(shard, parts, options, this.#news.ofShard(shard, this.#turns())),
    )
    this.shards = this.#candidacies.map((candidacy, index) =>
      shardOf(candidacy, index, {
        onStepDown: () => this.#places?.steppedDown(),
        hurry: () => this.#hurry(candidacy),
      }),
    )
    this.#first = this.shards[0] as Shard
  }

  get phase(): Phase | undefined {
    return this.#first.phase
  }

  get signal(): AbortSignal | undefined {
    return this.#first.signal
  }

  isLeader(): boolean {
    return this.#first.isLeader()
  }

  leader(): Leader | undefined {
    return this.#first.leader()
  }

  leaderPayload(): LeasePayload | undefined {
    return this.#first.leaderPayload()
  }

  epoch(): number | undefined {
    return this.#first.epoch()
  }

  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    return this.#first.runAsLeader(fn)
  }

  renewNow(): Promise<void> {
    return this.#first.renewNow()
  }

  lookNow(): void {
    this.#first.lookNow()
  }

  start(): Promise<void> {
    return this.#startStop.start()
  }

  async stop({ releaseWithinMs }: StopOptions = {}): Promise<void> {
    const isTime = releaseWithinMs === undefined || releaseWithinMs > 0
    checkArgument(isTime, 'the releaseWithinMs of stop to be ms > 0', releaseWithinMs)
    await this.#startStop.stop(releaseWithinMs)
  }

  retire(): void {
    this.#isRetired = true
  }

  leading(): number[] {
    return this.#candidacies.flatMap((candidacy, shard) => (candidacy.isLeader() ? [shard] : []))
  }

  async workers(atLeastMs?: number): Promise<Worker[]> {
    checkArgument(atLeastMs === undefined || atLeastMs >= 0, 'the argument of workers to be ms >= 0', atLeastMs)
    return this.#membership.members.workers(atLeastMs)
  }

  async refreshMember(extra?: Fields): Promise<void> {
    checkFields(extra, 'the extra of refreshMember')
    if (this.#run === undefined) throw new CoordinatorError('the coordinator is not started', { code: 'NOT_STARTED' })
    this.#membership.say(extra)
    await this.#membership.refresh()
    this.#retries.wake()
  }

  noteMember(notes: Fields | undefined): void {
    checkFields(notes, 'the argument of noteMember')
    this.#membership.note(notes)
  }

  showMemberOften(isOften: boolean): void {
    this.#membership.showOften(isOften)
    this.#retries.wake()
  }

  async memberLastSeen(workerId: string): Promise<number | undefined> {
    const isId = typeof workerId === 'string' && KEY_NAME.test(workerId)
    checkArgument(isId, "the argument of memberLastSeen to be a worker's id", workerId)
    return this.#membership.members.lastSeen(workerId)
  }

  async stepDown(reason: string): Promise<void> {
    if (this.leading().length > 0) this.#places?.steppedDown()
    await Promise.all(this.#candidacies.map((candidacy) => candidacy.stepDown(reason)))
  }

  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#news.emitter.on(event, listener)
    return this
  }

  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#news.emitter.once(event, listener)
    return this
  }

  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#news.emitter.off(event, listener)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.#ownsStore) await this.#store.close()
  }

  #turns(): CandidacyTurns {
    return {
      promoted: () => {
        if (this.#places?.notice() === true) this.#retries.wake()
      },
      demoted: () => this.#retries.wake(),
      blocked: (blockedMs) => {
        if (this.#run !== undefined) this.#yielding.blocked(blockedMs, this.#run.stop.signal)
      },
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

  async #end(releaseWithinMs: number | undefined): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    run.stop.abort()
    await run.started.catch(() => undefined) // start() reports the error
    await run.loops
    await this.#yielding.settled()
    await Promise.all(this.#candidacies.map((candidacy) => candidacy.end(releaseWithinMs)))
    try {
      await this.#membership.leave()
    } catch (error) {
      this.#news.problem(error)
    }
    this.#run = undefined
  }

  async #live(stop: AbortSignal): Promise<void> {
    const places = this.#places
    const first = { rank: 0, pollMs: this.#options.heartbeatInterval }
    const unlessRetired = (work: () => Promise<number>) => async (): Promise<number> => {
      this.leading() // the leases notice a block of the event loop when they are asked
      return this.#isRetired || this.#yielding.isDeciding ? first.pollMs : work()
    }
    const moves = this.#candidacies.map((candidacy, shard) =>
      unlessRetired(() => {
        const turn = places?.turn(shard, candidacy.gone()) ?? first
        return candidacy.move({ ...turn, yieldMs: this.#yielding.patienceMs })
      }),
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
        await this.#membership.members.forget()
        this.#forgotAt = clock.monotonic()
      }
      return 0
    })
  }

  #hurry(candidacy: Candidacy): void {
    if (this.#run === undefined) return
    candidacy.hurry()
    this.#retries.wake()
  }
}
