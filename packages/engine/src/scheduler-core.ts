/**
 * Assembles all parts around an open store. The core decides nothing itself: it knows the dependencies of the parts,
 * and the order in which they begin and end.
 */
import type { Shard, ShardedCoordinator } from '@s3sched/coordinator'
import { CancelledError, type Executor } from '@s3sched/executor'
import type { History } from '@s3sched/history'
import { createSharedAbort, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { trustedForMs } from '@s3sched/lock'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import {
  ChangeMarker,
  type ClockWatch,
  createRunHistory,
  evidenceMs,
  JobBook,
  JobRoll,
  type LocalJob,
  type NameTable,
  RunRequests,
  shardOf,
  type VouchedRecord,
} from '@s3sched/jobs'
import type { SchedulerEmitter } from './events.ts'
import { JobRegistrar } from './definitions/job-registrar.ts'
import { ScheduleCache } from './definitions/schedule-cache.ts'
import { createFleetCoordinator } from './leader/fleet-coordinator.ts'
import { followCoordinator, type Promotion } from './leader/follow-coordinator.ts'
import { hasSuccessor } from './leader/has-successor.ts'
import { Leading } from './leader/leading.ts'
import { Members } from './leader/members.ts'
import { pastOfShard } from './leader/shard-past.ts'
import { ShardTerms } from './leader/shard-terms.ts'
import { StandbyPost } from './standby/standby-post.ts'
import type { EngineOptions } from './engine-options.ts'
import type { Authority } from './runs/authority.ts'
import { LateRuns } from './pace/late-runs.ts'
import { RecordSightings } from './runs/record-sightings.ts'
import { RunCancels } from './runs/run-cancels.ts'
import { RunRecorder } from './runs/run-recorder.ts'
import { RunRecovery } from './runs/run-recovery.ts'
import type { DueRun } from './runs/run-due.ts'
import { RunLeases } from './runs/run-leases.ts'
import { RunService } from './runs/run-service.ts'
import { createRunExecutor } from './runs/run-executor.ts'
import { drainRuns, waitUpTo } from './runs/drain-runs.ts'
import { TickEngines } from './ticks/tick-engines.ts'

export interface SchedulerCoreDeps {
  readonly store: ObjectStore
  /** Learns from every answer of the store. */
  readonly serverClock: ServerClock
  readonly clockWatch: ClockWatch
  readonly options: EngineOptions
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly events: SchedulerEmitter
  readonly localJobs: ReadonlyMap<string, LocalJob>
  /** See {@link JobCatalog.saidAt}. */
  readonly saidAt: Map<string, number>
  /** Numbers the names of all jobs. */
  readonly names: NameTable
  readonly database: () => unknown
}

/** The least time after its instant at which a tick counts as claimed by nobody, in ms. */
const PATIENCE_MS = 60_000
/** The lease's ttl in heartbeats: the coordinator's default. */
const TTL_HEARTBEATS = 3
/** The wait for records under way when a shard is handed over, in ms. */
const RECORDS_MS = 10_000

export class SchedulerCore {
  readonly book: JobBook
  readonly registrar: JobRegistrar
  readonly schedules: ScheduleCache
  readonly executor: Executor
  readonly history: History | undefined
  readonly recorder: RunRecorder
  readonly runs: RunService
  readonly recovery: RunRecovery
  readonly marker: ChangeMarker
  readonly requests: RunRequests
  readonly cancels: RunCancels
  /** Never started without coordinator mode. */
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly #deps: SchedulerCoreDeps
  readonly #engines: TickEngines
  /** The index of unchanged records; `undefined` if a start reads all records. */
  readonly #roll: JobRoll | undefined
  readonly #endMember = createSharedAbort()
  readonly #member: Authority
  readonly #terms: ShardTerms
  readonly #leading: Leading
  readonly #standby: StandbyPost | undefined
  #drain: Promise<void> | undefined
  /** The time at which runs are told to end, by the monotonic clock; `undefined` before {@link stop}. */
  #stopsAt: number | undefined

  constructor(deps: SchedulerCoreDeps) {
    const { clock, clockWatch, events, localJobs, logger, names, options, random, saidAt, serverClock, store } = deps
    const { claimAhead, enableCoordinator, heartbeatInterval } = options
    this.#deps = deps
    const localJob = (name: string): LocalJob | undefined => localJobs.get(name)
    const schedules = (this.schedules = new ScheduleCache(localJob))
    const basics = { store, serverClock, clockWatch, clock, random, logger, host: options.host, schedules }
    const ticking = { ...basics, clock: serverClock.ticking() }
    const memberSignal = this.#endMember.signal
    this.#member = { role: 'member', epoch: null, signal: memberSignal, isTrusted: () => !memberSignal.aborted }
    const terms = (this.#terms = new ShardTerms(options.shards))
    // Tells this process from a later process with the same worker id.
    const instance = random.id()
    const coordinator = (this.coordinator = createFleetCoordinator(deps, {
      instance,
      payload: (shard) => ({ ...terms.of(shard)?.term?.payload(), slots: this.executor.slots() }),
      drain: (_, shard) => (this.#isStopping ? this.#drained() : this.#letGoOf(shard)),
      past: (shard) => pastOfShard(this.book, shard, options.shards),
    }))
    const history = (this.history = createRunHistory(basics, options))
    const recorder = (this.recorder = new RunRecorder({ history, clock, random, logger }))
    const leads = (name: string): boolean => terms.authorityOf(name)?.role === 'leader'
    const bookDeps = { ...basics, recorded: recorder.recorded, localJob, names, leads, claimAheadMs: claimAhead }
    const book = (this.book = new JobBook({ ...bookDeps, onOtherTicks: (name) => this.touch(name) }))
    const vouched = (name: string): VouchedRecord | undefined => book.vouched(name)
    const isReadWhole = localJobs.size <= options.jobsReadAtStart
    const roll = (this.#roll = isReadWhole ? undefined : new JobRoll({ ...basics, localJobs, vouched }))
    const marker = (this.marker = new ChangeMarker({ store, random }))
    this.registrar = new JobRegistrar({ ...basics, book, marker, events, localJobs, roll, saidAt })
    const requests = (this.requests = new RunRequests(basics))
    // Run times in the history are compared with times of other machines, so the executor uses the shared clock.
    const executor = (this.executor = createRunExecutor({ ...basics, clock: serverClock.shared() }, options))
    const cancels = (this.cancels = new RunCancels({ executor, book, requests, marker }))
    this.members = new Members({
      ...basics,
      coordinator,
      instance,
      heartbeatInterval,
      onBeat: () => requests.obeyCancels(cancels.here, memberSignal),
    })
    const { workerId } = coordinator
    const isHot = options.standby === 'hot' && enableCoordinator
    const sightings = new RecordSightings(clock)
    const leaseTtlMs = TTL_HEARTBEATS * heartbeatInterval
    const runs = (this.runs = new RunService({
      ...basics,
      book,
      executor,
      recorder,
      marker,
      presence: this.members.presence,
      lateRuns: new LateRuns(ticking.clock, executor),
      leases: isHot ? new RunLeases({ book, clock, logger }) : undefined,
      leaderTrustedMs: trustedForMs(leaseTtlMs),
      events,
      workerId,
      instance,
      database: deps.database,
      onEnded: (name) => {
        const { unled } = this.#leading
        terms.evaluateChains(name)
        unled.evaluateChains(name)
        if (unled.isAwaited(name) || this.#isLeadersChain(name)) void this.runs.folds.foldAndTell(name)
      },
    }))
    this.recovery = new RunRecovery({
      ...basics,
      book,
      runs,
      recorder,
      sightings,
      history,
      events,
      workerId,
      instance,
      localJob,
      knownEpoch: (name) => (enableCoordinator ? this.shardOf(name).epoch() : undefined),
      previousTerm: (name) => terms.ofJob(name)?.previous,
      shards: options.shards,
      leaseTtlMs,
      evidenceMs: evidenceMs(options),
      onResolved: (name) => terms.evaluateChains(name),
    })
    this.#engines = new TickEngines({
      ...ticking,
      book,
      marker,
      recorder,
      recovery: this.recovery,
      runs,
      events,
      workerId,
      instance,
      localJob,
      names,
      scheduleOf: (name, record) => this.schedules.get(name, record),
      mayClaim: () => this.#mayClaim(),
      sightings,
      patienceMs: Math.max(PATIENCE_MS, 2 * heartbeatInterval),
    })
    this.#leading = new Leading({
      isStopping: () => this.#isStopping,
      ...deps,
      book,
      registrar: this.registrar,
      roll,
      schedules,
      history,
      recovery: this.recovery,
      runs,
      requests,
      cancels,
      marker,
      members: this.members,
      coordinator,
      engines: this.#engines,
      terms,
      member: this.#member,
      standbyRoll: (shard) => this.#standby?.roll(shard),
    })
    if (isHot) {
      this.#standby = new StandbyPost({
        coordinator,
        members: this.members,
        marker,
        book,
        sightings,
        othersOverInMs: (name) => this.recovery.othersOverInMs(name),
        ...ticking,
        localJobs,
        scheduleOf: (name, record) => this.schedules.get(name, record),
        createEngine: (rest) => this.#engines.createStandIn(this.#member, rest),
        mayClaim: () => clockWatch.isGood(),
        claimAheadMs: claimAhead,
        heartbeatMs: heartbeatInterval,
      })
    }
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
    const cameAt = this.#deps.serverClock.sharedNow()
    const hasChanged = await this.registrar.defineAll()
    if (this.#isStopping) return
    if (this.#deps.options.enableCoordinator) {
      followCoordinator(this.coordinator, this.#deps.events, cameAt, (promotion) => this.#lead(promotion))
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
    this.#stopsAt = this.#deps.clock.monotonic() + timeoutMs
    this.coordinator.retire()
    // Meanwhile this instance goes on renewing its lease as a leader, or writing its member object otherwise.
    await this.#drained()
    await this.members.leave()
    await this.#standby?.left()
    this.runs.abandonRecords()
    this.#endMember.abort(new CancelledError('stopped'))
    // Written last: the next leader does not wait for the index.
    if (this.#terms.any) await this.#roll?.write()
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

  #lead(promotion: Promotion): void {
    if (this.#isStopping) return // a lease acquired just before the stop; it is released soon
    this.#leading.lead(promotion)
  }

  /** True when a job comes after this job, and another instance leads: only that instance can start the chain. */
  #isLeadersChain(name: string): boolean {
    const isLedElsewhere = this.shardOf(name).leaderPayload() !== undefined && !this.shardOf(name).isLeader()
    return isLedElsewhere && hasSuccessor(this.book, name)
  }

  async #mayClaim(): Promise<boolean> {
    if (await this.#deps.clockWatch.isGood()) return true
    await this.coordinator.stepDown('clock-skew')
    return false
  }

  /** Hands a shard over: ends all claiming in the shard, and keeps the executing runs. */
  async #letGoOf(shard: number): Promise<void> {
    const { authority, term } = this.#terms.of(shard) ?? {}
    if (authority === undefined) return
    term?.stop()
    // The new leader would take a run whose record is still under way for lost.
    await waitUpTo(this.#deps.clock, RECORDS_MS, Promise.all([term?.decided(), this.recorder.written()]))
    await this.runs.keep(authority, this.#deps.options.claimAhead)
  }

  #drained(): Promise<void> {
    this.#drain ??= this.#drainNow(this.#stopsAt ?? this.#deps.clock.monotonic())
    return this.#drain
  }

  #drainNow(endAt: number): Promise<void> {
    const { executor, recorder, runs } = this
    const { clock, options } = this.#deps
    this.#terms.stop()
    const decided = Promise.all([this.#standby?.stop(), this.#leading.unled.stop(), this.#terms.decided()])
    return drainRuns({ clock, executor, recorder, runs }, { decided, endAt, claimAheadMs: options.claimAhead })
  }
}
