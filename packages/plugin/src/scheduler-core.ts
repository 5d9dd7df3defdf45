/**
 * Everything that works on one open store, put together. No decisions of its own: it knows who needs whom.
 */
import { createCoordinator, Membership, type Coordinator, type Worker } from '@s3sched/coordinator'
import { CancelledError, createExecutor, type Executor } from '@s3sched/executor'
import { createHistory, type History, type RunStatus } from '@s3sched/history'
import { mapParallel, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import type { SchedulerEmitter } from './events.ts'
import { JobBook } from './job/job-book.ts'
import { defineJob, newJob } from './job/job-changes.ts'
import type { JobRecord } from './job/job-record.ts'
import type { LocalJob } from './job/local-job.ts'
import { ScheduleCache } from './job/schedule-cache.ts'
import { ChangeMarker } from './leader/change-marker.ts'
import { LeaderTerm, type PreviousTerm } from './leader/leader-term.ts'
import { MemberPresence } from './leader/member-presence.ts'
import { RunRequests } from './leader/run-requests.ts'
import type { ResolvedSchedulerOptions } from './options.ts'
import type { Authority } from './run/authority.ts'
import { RunRecorder } from './run/run-recorder.ts'
import { RunRecovery, type PreviousLease } from './run/run-recovery.ts'
import { RunService } from './run/run-service.ts'
import { ServerClock } from './server-clock.ts'
import { TickEngine } from './tick/tick-engine.ts'

export interface SchedulerCoreDeps {
  readonly store: ObjectStore
  readonly options: ResolvedSchedulerOptions
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly events: SchedulerEmitter
  readonly localJobs: ReadonlyMap<string, LocalJob>
  readonly database: () => unknown
}

/** What one pass of {@link SchedulerCore.runDue} ran. */
export interface DueRun {
  readonly jobName: string
  readonly runId: string
  readonly status: RunStatus
}

/** How many job records are read or written at a time when an instance starts. */
const REGISTER_AT_ONCE = 32
/** The coordinator's default. */
const LEASE_HEARTBEATS = 3

export class SchedulerCore {
  readonly book: JobBook
  readonly runs: RunService
  readonly recorder: RunRecorder
  readonly history: History | undefined
  readonly executor: Executor
  readonly marker: ChangeMarker
  readonly requests: RunRequests
  readonly presence: MemberPresence
  readonly schedules: ScheduleCache = new ScheduleCache()
  readonly serverClock: ServerClock
  /** Without coordinator mode it is never started, and only keeps the member object. */
  readonly coordinator: Coordinator
  readonly recovery: RunRecovery
  /** The authority of what this instance runs outside of a leader's term; ends when it stops. */
  readonly member: Authority
  /** Keeps the member object while the coordinator does not. */
  readonly #membership: Membership
  #isCoordinated = false
  #leader: Authority | undefined
  #drain: Promise<void> | undefined
  readonly #endMember = new AbortController()
  readonly #deps: SchedulerCoreDeps
  #term: LeaderTerm | undefined
  #previousLease: PreviousLease | undefined

  constructor(deps: SchedulerCoreDeps) {
    const { clock, events, logger, options, random, store } = deps
    this.#deps = deps
    this.serverClock = new ServerClock(clock)
    this.coordinator = this.#createCoordinator()
    this.history = options.persistJobs
      ? createHistory(store, { clock, random, retention: { maxAgeMs: options.historyRetention } })
      : undefined
    this.recorder = new RunRecorder({ history: this.history, clock, random, logger })
    const { history, recorder, serverClock } = this
    const { workerId } = this.coordinator
    this.#membership = new Membership(
      { store, clock, random, problem: (error) => logger.warn(error.message, { error }) },
      {
        workerId,
        version: undefined,
        heartbeatMs: options.heartbeatInterval,
        refreshMs: options.heartbeatInterval,
        ttlMs: LEASE_HEARTBEATS * options.heartbeatInterval,
      },
    )
    this.book = new JobBook({ store, clock, random, logger, serverClock, recorder })
    this.executor = createExecutor(
      { clock, random, logger },
      { maxConcurrent: options.maxConcurrentJobs, blockedLoopWarningMs: options.heartbeatInterval },
    )
    this.marker = new ChangeMarker({ store, random, clock, serverClock })
    this.requests = new RunRequests({ store, clock, random, logger })
    this.presence = new MemberPresence({
      show: () => this.#announceMember({ runs: true }),
      beat: () => this.#beat(),
      // Without coordinator nobody looks at an idle instance, and its next run shows it again.
      hide: async () => (this.#isCoordinated ? this.coordinator.refreshMember() : undefined),
      clock,
      logger,
      heartbeatInterval: options.heartbeatInterval,
    })
    const { book, executor, presence } = this
    const database = deps.database
    this.runs = new RunService({
      book,
      executor,
      recorder,
      presence,
      events,
      serverClock,
      clock,
      random,
      logger,
      workerId,
      database,
      onEnded: (name) => void this.#term?.evaluateChains(name),
    })
    const localJob = (name: string): LocalJob | undefined => deps.localJobs.get(name)
    this.recovery = new RunRecovery({
      store,
      book,
      runs: this.runs,
      recorder,
      history,
      events,
      serverClock,
      clock,
      random,
      logger,
      workerId,
      localJob,
      knownEpoch: () => (options.enableCoordinator ? this.coordinator.epoch() : undefined),
      previousLease: () => this.#previousLease,
      leaseTtlMs: LEASE_HEARTBEATS * options.heartbeatInterval,
    })
    this.member = {
      role: 'member',
      epoch: null,
      signal: this.#endMember.signal,
      isTrusted: () => !this.#endMember.signal.aborted,
    }
  }

  /** Brings the code's definitions into the bucket: 1 LIST, 1 GET for each job that is there, 1 PUT for each that isn't. */
  async register(jobs: Iterable<LocalJob>, signal?: AbortSignal): Promise<void> {
    await this.book.list(signal)
    let changes = 0
    await mapParallel([...jobs], REGISTER_AT_ONCE, async (job) => {
      if (await this.registerOne(job, signal)) changes++
    })
    if (changes > 0) await this.marker.bump(signal)
  }

  /** @returns whether the record changed */
  async registerOne({ hash, name, spec }: LocalJob, signal?: AbortSignal): Promise<boolean> {
    const { clock, events, logger } = this.#deps
    let droppedOverride = false
    let isNew = false
    const updated = await this.book.update(
      name,
      (record) => {
        const defined =
          record === undefined ? newJob(spec, hash, clock.now()) : defineJob(record, spec, hash, clock.now())
        isNew = record === undefined
        droppedOverride = record?.override != null && defined.override === null
        return defined === record ? { stop: 'unchanged' } : { write: defined }
      },
      signal,
    )
    if (updated.outcome !== 'written') return false
    if (droppedOverride)
      logger.warn(`job '${name}' was redefined by the code; what was changed at run time no longer holds`)
    if (!isNew) events.announce('plg:scheduler:job-updated', { jobName: name, droppedOverride })
    return true
  }

  /** Changes the record of a job that this instance defines; defines it first where the bucket has none. */
  async changeJob(name: string, change: (record: JobRecord) => JobRecord): Promise<void> {
    const { clock, localJobs } = this.#deps
    await this.book.update(name, (known) => {
      const local = localJobs.get(name)
      const record = known ?? (local === undefined ? undefined : newJob(local.spec, local.hash, clock.now()))
      if (record === undefined) return { stop: 'unknown' }
      const changed = change(record)
      return changed === known ? { stop: 'unchanged' } : { write: changed }
    })
  }

  /** Reads every record that changed: 1 LIST, and 1 GET each. */
  async refresh(): Promise<void> {
    const { changed } = await this.book.list()
    await mapParallel(changed, REGISTER_AT_ONCE, ({ name }) => this.book.load(name))
  }

  /** One pass over what is due now, awaited to its end. */
  async runDue(): Promise<DueRun[]> {
    await this.register(this.#deps.localJobs.values())
    const engine = this.#createEngine(this.member, 0)
    for (const name of this.book.names()) engine.touch(name)
    await engine.runOnce()
    const ended = await Promise.all(this.runs.inHand)
    return ended.flatMap((run) =>
      run === undefined ? [] : [{ jobName: run.record.job, runId: run.record.runId, status: run.record.status }],
    )
  }

  /** The tick engine of one term or pass. */
  #createEngine(authority: Authority, claimAheadMs: number): TickEngine {
    const { clock, events, localJobs, logger, random } = this.#deps
    const { book, recorder, recovery, runs } = this
    return new TickEngine(
      {
        book,
        runs,
        recovery,
        recorder,
        events,
        clock,
        random,
        logger,
        workerId: this.coordinator.workerId,
        claimAheadMs,
        localJob: (name) => localJobs.get(name),
        scheduleOf: (name, record) => this.schedules.get(name, record),
        mayGoOn: () => this.#checkClock(),
      },
      authority,
    )
  }

  /** Begins to take part: as one of the coordinated, or by itself. */
  async start(): Promise<void> {
    if (!this.#deps.options.enableCoordinator) {
      void this.#lead(this.member, undefined, undefined, true)
      return
    }
    this.#follow(this.coordinator)
    await this.#membership.leave()
    await this.coordinator.start()
    this.#isCoordinated = true
  }

  #follow(coordinator: Coordinator): void {
    const { events } = this.#deps
    const { workerId } = coordinator
    let hasSeenLeader = false
    coordinator.on('elected', (elected) => {
      hasSeenLeader ||= elected.workerId !== workerId
      events.announce('plg:scheduler:coordinator-elected', elected)
    })
    coordinator.on('promoted', ({ epoch, previous, signal }) => {
      events.announce('plg:scheduler:coordinator-promoted', { workerId, epoch })
      const isTrusted = (): boolean => coordinator.isLeader() && coordinator.epoch() === epoch
      const authority: Authority = { role: 'leader', epoch, signal, isTrusted }
      const lease = previous === undefined ? undefined : { epoch: previous.epoch, renewedAt: previous.lastModified }
      void this.#lead(authority, previous === undefined ? undefined : readPayload(previous), lease, !hasSeenLeader)
      hasSeenLeader = true
    })
    coordinator.on('demoted', (demoted) => events.announce('plg:scheduler:coordinator-demoted', demoted))
    coordinator.on('renewed', ({ epoch }) =>
      events.announce('plg:scheduler:coordinator-epoch-renewed', { workerId, epoch }),
    )
    coordinator.on('phase', (change) => events.announce('plg:scheduler:coordinator-cold-start-phase-changed', change))
    coordinator.on('error', ({ error }) => events.announce('error', { error }))
  }

  /** Leads until the authority ends. */
  async #lead(
    authority: Authority,
    previous: PreviousTerm | undefined,
    previousLease: PreviousLease | undefined,
    isFleetStart: boolean,
  ): Promise<void> {
    const { clock, events, localJobs, logger, options } = this.#deps
    const { book, history, marker, requests, runs } = this
    this.#previousLease = previousLease
    const term = new LeaderTerm(
      {
        engine: this.#createEngine(authority, options.claimAhead),
        book,
        runs,
        requests,
        marker,
        history,
        events,
        clock,
        logger,
        localJob: (name) => localJobs.get(name),
        localNames: () => [...localJobs.keys()],
        scheduleOf: (name, record) => this.schedules.get(name, record),
        cancelHere: (name) => this.cancelHere(name),
        cleanupInterval: options.cleanupInterval,
        watches: authority.role === 'leader',
      },
      authority,
    )
    this.#term = term
    if (authority.role === 'leader') this.#leader = authority
    await term.run(previous, isFleetStart)
  }

  /** On whose behalf this instance can claim now. */
  get authority(): Authority {
    return this.#leader?.isTrusted() === true ? this.#leader : this.member
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    this.#term?.touch(name)
  }

  nextTick(name: string): number | undefined {
    return this.#term?.nextTick(name)
  }

  /** Tells the runs of a job that are in this process's hands to end. @returns whether there were any */
  cancelHere(jobName: string): boolean {
    const running = this.executor.running().filter((run) => run.key === jobName && !run.abandoned)
    return running.map((run) => this.executor.cancel(run.runId, 'cancelled')).includes(true)
  }

  #drained(): Promise<void> {
    this.#drain ??= this.#drainNow(this.drainTimeoutMs)
    return this.#drain
  }

  /** Lets what runs come to its end for up to `timeoutMs`, tells the rest to end, and gets the records written. */
  async #drainNow(timeoutMs: number): Promise<void> {
    const { clock, options } = this.#deps
    this.#term?.stop()
    await this.runs.close(Math.min(timeoutMs, options.claimAhead))
    await this.executor.drain({ timeoutMs })
    const patience = new AbortController()
    const lastCall = clock
      .sleep(Math.max(timeoutMs, RECORDS_MS), patience.signal)
      .then(() => this.runs.abandonRecords())
      .catch(() => undefined) // everything was written in time
    await Promise.allSettled(this.runs.inHand)
    await this.recorder.idle()
    patience.abort()
    await lastCall
  }

  /** Stops for good: drains, and hands the lease over. */
  async stop(): Promise<void> {
    // A leader drains while its lease is renewed, anybody else while the member object is.
    if (!this.coordinator.isLeader()) await this.#drained()
    await this.coordinator.stop()
    await this.#drained()
    if (!this.#isCoordinated) await this.#membership.leave()
    this.#isCoordinated = false
    this.#endMember.abort(new CancelledError('stopped'))
  }

  /** How long {@link stop} lets runs go on, in ms. */
  drainTimeoutMs: number = 30_000

  #createCoordinator(): Coordinator {
    const { clock, logger, options, random, store } = this.#deps
    const { coldStartObservationWindow, heartbeatInterval, skipColdStart, workerId } = options
    return createCoordinator(store, {
      heartbeatInterval,
      coldStartObservationWindow,
      skipColdStart,
      memberRefreshInterval: Math.max(MEMBER_REFRESH_MS, heartbeatInterval),
      ...(workerId === undefined ? {} : { workerId }),
      payload: () => ({ ...this.#term?.payload() }),
      drain: () => this.#drained(),
      clock,
      random,
      logger,
    })
  }

  /** Who is alive: 1 LIST, and 1 GET for each that changed. */
  workers(): Promise<Worker[]> {
    return this.#isCoordinated ? this.coordinator.workers() : this.#membership.workers()
  }

  async #announceMember(extra: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.#isCoordinated) return this.coordinator.refreshMember(extra)
    this.#membership.say(extra)
    await this.#membership.refresh()
  }

  /** What runs here outside of a leader's term shows that it is alive, and looks whether somebody asked it to end. */
  async #beat(): Promise<void> {
    // The coordinator writes the member object at each heartbeat by itself.
    if (!this.#isCoordinated) await this.#membership.refresh()
    for (const request of await this.requests.pending(this.member.signal)) {
      if (request.kind === 'cancel' && this.cancelHere(request.jobName)) await this.requests.done(request)
    }
  }

  /** Before each round of claims: a wall clock that jumped must be checked, since a claim can't be taken back. */
  async #checkClock(): Promise<boolean> {
    const { events, logger, options } = this.#deps
    if (Math.abs(this.serverClock.jumpMs()) > CLOCK_JUMP_MS) await this.marker.hasChanged()
    const skew = this.serverClock.skewMs()
    if (skew !== 0 && Math.abs(skew - this.#reportedSkew) > CLOCK_JUMP_MS) {
      this.#reportedSkew = skew
      logger.warn(`this machine's clock is off by ${Math.round(skew)} ms against the store's; run an NTP client`)
      events.announce('plg:scheduler:clock-skew', { skew })
    }
    if (Math.abs(skew) <= options.maxClockSkew) return true
    logger.error(`this machine's clock is off by more than maxClockSkew (${options.maxClockSkew} ms): it does not lead`)
    await this.coordinator.stepDown('clock-skew')
    return this.coordinator === undefined
  }

  #reportedSkew = 0
}

/** What the previous leader left in its lease; whatever is not understood counts as not said. */
function readPayload(previous: { readonly payload: unknown; readonly lastModified: number | undefined }): PreviousTerm {
  const payload = typeof previous.payload === 'object' && previous.payload !== null ? previous.payload : {}
  const { watermark, unclaimed } = payload as { readonly watermark?: unknown; readonly unclaimed?: unknown }
  return {
    watermark: typeof watermark === 'number' ? watermark : undefined,
    renewedAt: previous.lastModified,
    unclaimed: typeof unclaimed === 'object' && unclaimed !== null ? Object.keys(unclaimed) : [],
  }
}

const CLOCK_JUMP_MS = 1000
/** How often an instance says that it is still there when it runs nothing by itself. */
const MEMBER_REFRESH_MS = 900_000
/** How long records that are on their way are waited for at least, in ms. */
const RECORDS_MS = 10_000
