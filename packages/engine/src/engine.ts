/**
 * Assembles all parts around an open store. The engine decides nothing itself: it knows the partners of the parts, and
 * the order in which the parts begin and end.
 */
import type { Shard, ShardedCoordinator } from '@s3sched/coordinator'
import { CancelledError, type Executor } from '@s3sched/executor'
import type { History } from '@s3sched/history'
import { type ChangeMarker, type ClockWatch, type JobBook, type RunRequests, shardOf } from '@s3sched/jobs'
import { createSharedAbort } from '@s3sched/kernel'
import { type Bucket, createBucket, type DefinedJobs } from './bucket.ts'
import { JobRegistrar } from './definitions/job-registrar.ts'
import type { ScheduleCache } from './definitions/schedule-cache.ts'
import { createEngineEnv, type EngineEnv, type EngineWorld } from './engine-env.ts'
import type { EngineOptions } from './engine-options.ts'
import { createFleetCoordinator } from './leader/fleet-coordinator.ts'
import { followCoordinator, type Promotion } from './leader/follow-coordinator.ts'
import { hasSuccessor } from './leader/has-successor.ts'
import { Leading } from './leader/leading.ts'
import { Members } from './leader/members.ts'
import { pastOfShard } from './leader/shard-past.ts'
import { ShardTerms } from './leader/shard-terms.ts'
import type { Authority } from './runs/authority.ts'
import { createRuns, type Runs } from './runs/create-runs.ts'
import { drainRuns, waitUpTo } from './runs/drain-runs.ts'
import type { RunCancels } from './runs/run-cancels.ts'
import type { DueRun } from './runs/run-due.ts'
import type { RunRecovery } from './runs/run-recovery.ts'
import type { RunService } from './runs/run-service.ts'
import { createStandby } from './standby/create-standby.ts'
import type { StandbyPost } from './standby/standby-post.ts'
import { TickEngines } from './ticks/tick-engines.ts'

/** The live partners of an engine outside of its environment. */
export interface EngineDeps {
  readonly catalog: DefinedJobs
  readonly clockWatch: ClockWatch
  /** The first argument of each action. */
  readonly database: () => unknown
}

/** The least time after its instant at which a tick counts as claimed by nobody, in ms. */
const PATIENCE_MS = 60_000
/** The wait for records under way when a shard is handed over, in ms. */
const RECORDS_MS = 10_000

export class Engine {
  readonly registrar: JobRegistrar
  /** Never started without coordinator mode. */
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly #env: EngineEnv
  readonly #options: EngineOptions
  readonly #clockWatch: ClockWatch
  readonly #bucket: Bucket
  readonly #runs: Runs
  readonly #terms: ShardTerms
  readonly #leading: Leading
  readonly #standby: StandbyPost | undefined
  readonly #endMember = createSharedAbort()
  /** The authority for claims outside of this instance's own terms. */
  readonly #member: Authority
  #drain: Promise<void> | undefined
  /** The time at which runs are told to end, by the monotonic clock; `undefined` before {@link stop}. */
  #stopsAt: number | undefined

  constructor(world: EngineWorld, deps: EngineDeps, options: EngineOptions) {
    const { catalog, clockWatch } = deps
    const memberSignal = this.#endMember.signal
    const env = (this.#env = createEngineEnv(world, options.workerId))
    this.#options = options
    this.#clockWatch = clockWatch
    const member = (this.#member = {
      role: 'member',
      epoch: null,
      signal: memberSignal,
      isTrusted: () => !memberSignal.aborted,
    })
    const terms = (this.#terms = new ShardTerms(options.shards))
    const bucket = (this.#bucket = createBucket(
      env,
      {
        catalog,
        clockWatch,
        leads: (name) => terms.authorityOf(name)?.role === 'leader',
        onOtherTicks: (name) => this.touch(name),
      },
      options,
    ))
    this.registrar = new JobRegistrar(env, { ...bucket, catalog })
    const coordinator = (this.coordinator = createFleetCoordinator(env, options, {
      payload: (shard) => ({ ...terms.of(shard)?.term?.payload(), slots: this.executor.slots() }),
      drain: (_, shard) => (this.#isStopping ? this.#drained() : this.#letGoOf(shard)),
      past: (shard) => pastOfShard(bucket.book, shard, options.shards),
    }))
    const members = (this.members = new Members(
      env,
      { coordinator, onBeat: () => bucket.requests.obeyCancels(this.cancels.here, memberSignal) },
      options,
    ))
    const runs = (this.#runs = createRuns(
      env,
      {
        ...deps,
        bucket,
        members,
        knownEpoch: (name) => (options.enableCoordinator ? this.shardOf(name).epoch() : undefined),
        previousTerm: (name) => terms.ofJob(name)?.previous,
        on: { ended: (name) => this.#onEnded(name), endedElsewhere: (name) => terms.evaluateChains(name) },
      },
      options,
    ))
    const engines = new TickEngines({
      ...env,
      ...env.self,
      ...bucket,
      ...runs,
      clock: env.serverClock.ticking(),
      clockWatch,
      localJob: (name) => catalog.jobs.get(name),
      names: catalog.names,
      scheduleOf: (name, record) => bucket.schedules.get(name, record),
      mayClaim: () => this.#mayClaim(),
      patienceMs: Math.max(PATIENCE_MS, 2 * options.heartbeatInterval),
    })
    this.#leading = new Leading({
      ...env,
      ...bucket,
      ...runs,
      options,
      clockWatch,
      localJobs: catalog.jobs,
      registrar: this.registrar,
      members,
      coordinator,
      engines,
      terms,
      member,
      standbyRoll: (shard) => this.#standby?.roll(shard),
      isStopping: () => this.#isStopping,
    })
    this.#standby = createStandby(
      env,
      {
        bucket,
        catalog,
        clockWatch,
        coordinator,
        members,
        runs,
        createEngine: (rest) => engines.createStandIn(member, rest),
      },
      options,
    )
  }

  get book(): JobBook {
    return this.#bucket.book
  }

  get history(): History | undefined {
    return this.#bucket.history
  }

  get marker(): ChangeMarker {
    return this.#bucket.marker
  }

  get requests(): RunRequests {
    return this.#bucket.requests
  }

  get schedules(): ScheduleCache {
    return this.#bucket.schedules
  }

  get cancels(): RunCancels {
    return this.#runs.cancels
  }

  get executor(): Executor {
    return this.#runs.executor
  }

  get recovery(): RunRecovery {
    return this.#runs.recovery
  }

  get runs(): RunService {
    return this.#runs.runs
  }

  /** The shard of a job. */
  shardOf(jobName: string): Shard {
    const { shards } = this.coordinator
    return shards[shardOf(jobName, shards.length)] as Shard
  }

  /** The authority with which this instance can claim a job now. */
  authorityOf(jobName: string): Authority {
    return this.#leading.authorityOf(jobName)
  }

  get #isStopping(): boolean {
    return this.#stopsAt !== undefined
  }

  /** The instant since which nobody claims the job's ticks, as its leader found; epoch ms. */
  unservedSince(jobName: string): number | null {
    return this.#leading.unservedSince(jobName)
  }

  /** Begins to take part, with the coordinator or without. Begins nothing more after a stop. */
  async start(): Promise<void> {
    const cameAt = this.#env.serverClock.sharedNow()
    const hasChanged = await this.registrar.defineAll()
    if (this.#isStopping) return
    if (this.#options.enableCoordinator) {
      followCoordinator(this.coordinator, this.#env.events, cameAt, (promotion) => this.#lead(promotion))
      this.coordinator.on('elected', () => this.#leading.unled.elected())
      await this.members.coordinate()
      if (this.#isStopping) return
      this.#leading.unled.start(hasChanged)
      await this.#standby?.start()
    } else {
      this.#lead({ shard: 0, authority: this.#member, previous: undefined, isFleetStart: true })
    }
  }

  /** Ends all claiming, lets runs go on for up to `timeoutMs`, hands the lease over and leaves. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopsAt = this.#env.clock.monotonic() + timeoutMs
    this.coordinator.retire()
    // Meanwhile this instance goes on renewing its lease as a leader, or writing its member object otherwise.
    await this.#drained()
    await this.members.leave()
    await this.#standby?.left()
    this.runs.abandonRecords()
    this.#endMember.abort(new CancelledError('stopped'))
    // Written last: the next leader does not wait for the index.
    if (this.#terms.any) await this.#bucket.roll?.write()
  }

  /** A single pass over all due work, awaited to its end. */
  runDue(): Promise<DueRun[]> {
    return this.#leading.runDue()
  }

  /** Called for a new or changed job. */
  touch(name: string): void {
    this.#terms.ofJob(name)?.term?.touch(name)
    this.#standby?.touch(name)
    this.#leading.unled.touch(name)
  }

  #onEnded(name: string): void {
    const { unled } = this.#leading
    this.#terms.evaluateChains(name)
    unled.evaluateChains(name)
    if (unled.isAwaited(name) || this.#isLeadersChain(name)) void this.runs.folds.foldAndTell(name)
  }

  #lead(promotion: Promotion): void {
    if (this.#isStopping) return // a lease acquired just before the stop; it is released soon
    this.#leading.lead(promotion)
  }

  /** True when a job comes after this job, and another instance leads: only that instance can start the chain. */
  #isLeadersChain(name: string): boolean {
    const shard = this.shardOf(name)
    const isLedElsewhere = shard.leaderPayload() !== undefined && !shard.isLeader()
    return isLedElsewhere && hasSuccessor(this.book, name)
  }

  async #mayClaim(): Promise<boolean> {
    if (await this.#clockWatch.isGood()) return true
    await this.coordinator.stepDown('clock-skew')
    return false
  }

  /** Hands a shard over: ends all claiming in the shard, and keeps the executing runs. */
  async #letGoOf(shard: number): Promise<void> {
    const { authority, term } = this.#terms.of(shard) ?? {}
    if (authority === undefined) return
    term?.stop()
    // The new leader would take a run whose record is still under way for lost.
    await waitUpTo(this.#env.clock, RECORDS_MS, Promise.all([term?.decided(), this.#bucket.recorder.written()]))
    await this.runs.keep(authority, this.#options.claimAhead)
  }

  #drained(): Promise<void> {
    this.#drain ??= this.#drainNow(this.#stopsAt ?? this.#env.clock.monotonic())
    return this.#drain
  }

  #drainNow(endAt: number): Promise<void> {
    const { clock } = this.#env
    const { recorder } = this.#bucket
    const { executor, runs } = this.#runs
    this.#terms.stop()
    const decided = Promise.all([this.#standby?.stop(), this.#leading.unled.stop(), this.#terms.decided()])
    return drainRuns({ clock, executor, recorder, runs }, { decided, endAt, claimAheadMs: this.#options.claimAhead })
  }
}
