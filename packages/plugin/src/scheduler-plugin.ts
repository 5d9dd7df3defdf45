import {
  describe,
  guardLogger,
  systemClock,
  systemRandom,
  type Clock,
  type Listener,
  type Logger,
} from '@s3sched/kernel'
import type { Shard, Worker } from '@s3sched/coordinator'
import type { Database } from '@s3sched/database'
import type { SlotUse } from '@s3sched/executor'
import { StoreError } from '@s3sched/store'
import { type AroundAttempt, type DueRun, JobCatalog, runManually } from '@s3sched/engine'
import {
  asSchedulerError,
  checkJobName,
  inScheduler,
  type JobDefinition,
  Mistakes,
  SchedulerError,
} from '@s3sched/jobs'
import { askedStatus, type AskedStatus } from './views/history-status.ts'
import { historyEntry, type JobHistoryEntry } from './views/job-history.ts'
import { jobList, type JobList } from './views/job-list.ts'
import { healthOf, type SchedulerHealth } from './views/scheduler-health.ts'
import { IsolatedJobs } from './isolated-jobs.ts'
import { JobManager } from './job-manager.ts'
import { statusOf, type JobStatus } from './views/job-status.ts'
import { JobHooks } from './job-hooks.ts'
import { PluginEmitter } from './plugin-emitter.ts'
import type { SchedulerEvents } from './scheduler-events.ts'
import { jobsOf, resolveSchedulerOptions, type ResolvedSchedulerOptions, type SchedulerOptions } from './options.ts'
import { pickLogger } from './pick-logger.ts'
import { type S3dbOptions, warningOfS3dbOptions } from './s3db-options.ts'
import { SchedulerLife } from './scheduler-life.ts'
import { noteInstalled, noteUninstalled } from './shared-namespace.ts'
import { stopWithDatabase } from './stop-with-database.ts'
import { warnOfFastJobs } from './warn-of-fast-jobs.ts'

/** The definition of a job for a scheduler installed in a database of type `DB`. */
export type Job<DB = Database> = JobDefinition<DB, SchedulerPlugin<DB>>

export interface HistoryQuery {
  /** 1 to 1000. @default 50 */
  readonly limit?: number
  /** One status, or several; `completed` is understood as `success`, `error` as `failed`. @default all */
  readonly status?: AskedStatus | readonly AskedStatus[] | null
  /** Only runs scheduled at or after this instant: a Date or epoch ms. */
  readonly since?: Date | number
  /** Only runs scheduled before this instant. */
  readonly until?: Date | number
}

export interface StopOptions {
  /** The time for which runs may go on before they are told to end, in ms. @default 30000 */
  readonly timeout?: number
}

/**
 * A cron scheduler for any number of instances of an application, with a bucket as its only infrastructure.
 *
 * Each tick of each job starts at most once in the whole fleet, and no tick is lost without a trace: a tick ran, or the
 * history has a record of it as skipped, missed or lost. The README lists the guarantees and non-guarantees.
 *
 * @example
 * const scheduler = new SchedulerPlugin({ jobs: { report: { schedule: '0 8 * * *', action: async (db) => {} } } })
 * await database.usePlugin(scheduler)
 */
export class SchedulerPlugin<DB = Database> {
  readonly #options: ResolvedSchedulerOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #events: PluginEmitter
  readonly #hooks: JobHooks
  readonly #catalog: JobCatalog<DB, SchedulerPlugin<DB>>
  readonly #life: SchedulerLife
  readonly #manager: JobManager<DB, SchedulerPlugin<DB>>
  readonly #around: AroundAttempt[] = []
  #instanceName = 'scheduler'
  #database: DB | undefined

  /** Makes no request. @throws {@link SchedulerError} naming every mistake in the options and the jobs */
  constructor(options: SchedulerOptions<DB, SchedulerPlugin<DB>> & S3dbOptions = {}) {
    const mistakes = new Mistakes()
    const resolved = mistakes.collect(() => resolveSchedulerOptions(options))
    // With wrong options the jobs are checked with the defaults, so that their mistakes are reported too.
    this.#options = resolved ?? resolveSchedulerOptions({})
    const clock = (this.#clock = this.#options.clock ?? systemClock)
    const logger = (this.#logger = guardLogger(pickLogger(this.#options.logger)))
    const database = (): DB => this.#database as DB
    const hooks = (this.#hooks = new JobHooks(this.#options, database, logger))
    const events = (this.#events = new PluginEmitter({ clock, hooks, logger, scheduler: this }))
    const isolatedDeps = { clock, database, logger }
    const given = this.#options.isolation
    const isolated =
      mistakes.collect(() =>
        inScheduler('INVALID_OPTIONS', () => new IsolatedJobs(isolatedDeps, given), 'isolation'),
      ) ?? new IsolatedJobs(isolatedDeps)
    const host = { database, scheduler: this, around: this.#around, isolated }
    this.#catalog = new JobCatalog<DB, SchedulerPlugin<DB>>(this.#options, host, {
      clock,
      onFast: (jobs) => warnOfFastJobs(jobs, logger),
    })
    mistakes.collect(() => this.#catalog.addAll(jobsOf(options)))
    mistakes.throwIfAny()
    this.#life = new SchedulerLife({
      options: this.#options,
      clock,
      random: this.#options.random ?? systemRandom,
      logger,
      events,
      catalog: this.#catalog,
      database,
      environment: process.env,
      isolated,
      scheduler: this,
    })
    this.#manager = new JobManager({ catalog: this.#catalog, life: this.#life, clock, events, logger })
    const warning = warningOfS3dbOptions(options)
    if (warning !== undefined) logger.warn(warning)
  }

  // Life

  /** Called by the database before {@link install}. */
  setInstanceName(name: string): void {
    this.#instanceName = name
  }

  /** The plugin's name in the database. */
  get instanceName(): string {
    return this.#instanceName
  }

  /**
   * Called by `database.usePlugin(scheduler)`.
   * @param database - a `DB`. The type is wider, because plugins of s3db.js must take a database of its own type, and
   * the scheduler of an application does not name that type
   */
  async install(database: unknown): Promise<void> {
    this.#database = database as DB
    noteInstalled(database, this, this.#options.prefix, this.#logger)
    stopWithDatabase(database, () => this.stop(), this.#logger)
  }

  /**
   * Takes part: checks the store, writes the jobs into the bucket, and begins to lead or to follow. Resolves after
   * these steps. Starting twice is fine, and so is starting again after {@link stop}. The last of several calls of
   * `start` and `stop` wins: a start overtaken by a stop resolves with the stop.
   * @throws {@link SchedulerError}; the scheduler is then not running
   */
  async start(): Promise<void> {
    if (this.#options.enabled) await this.#life.start()
  }

  /**
   * Ends all claiming, lets open runs end until `timeout`, tells the remaining runs to end, and hands the lease over.
   * Stopping twice is fine, and so is stopping before a start. Resolves within `timeout` plus 5 seconds, even if the
   * store does not answer: the log then says so, and unwritten state counts as after a crash.
   */
  async stop({ timeout = 30_000 }: StopOptions = {}): Promise<void> {
    if (!(timeout >= 0)) {
      throw new SchedulerError(`expected timeout to be a number of ms >= 0, got ${describe(timeout)}`, {
        code: 'INVALID_ARGUMENT',
      })
    }
    await this.#life.stop(timeout)
  }

  /** Called by the database when the plugin is removed. The bucket keeps all objects. */
  async uninstall(): Promise<void> {
    await this.stop()
    noteUninstalled(this.#database, this)
    this.#database = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  // Events

  on<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    this.#events.heard.on(event, listener)
    return this
  }

  once<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    this.#events.heard.once(event, listener)
    return this
  }

  off<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    this.#events.heard.off(event, listener)
    return this
  }

  /** The same as {@link on}. */
  addListener<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    return this.on(event, listener)
  }

  /** The same as {@link off}. */
  removeListener<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    return this.off(event, listener)
  }

  /** Takes all listeners off one event, or off all. */
  removeAllListeners(event?: keyof SchedulerEvents): this {
    this.#events.removeAllListeners(event)
    return this
  }

  listenerCount(event: keyof SchedulerEvents): number {
    return this.#events.heard.listenerCount(event)
  }

  /** Calls the listeners of an event, for tests of listeners. @returns whether there are any */
  emit<E extends keyof SchedulerEvents>(event: E, payload: SchedulerEvents[E]): boolean {
    this.#events.heard.emit(event, payload)
    return this.listenerCount(event) > 0
  }

  /**
   * Wraps each attempt of each job in `around`, for tracing: `around` must call `attempt` once and return its result.
   * @returns removes the wrapper
   */
  aroundAttempts(around: AroundAttempt): () => void {
    this.#around.push(around)
    return () => {
      const index = this.#around.indexOf(around)
      if (index >= 0) this.#around.splice(index, 1)
    }
  }

  // Runs

  /**
   * Runs a job now, in this process, leader or not. Settles after the functions of the options for this run.
   * @param context - more fields for the action's context
   * @returns the return value of the action
   * @throws {@link SchedulerError} `JOB_NOT_FOUND`; the error of the last attempt; `JOB_ALREADY_RUNNING` when the job
   * runs anywhere
   */
  async runJob(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const job = this.#catalog.get(jobName)
    const core = await this.#life.open()
    // Before the first start the bucket may not have the job.
    if (core.bucket.records.peek(jobName) === undefined) await core.registrar.define(job)
    const hooksEnded = this.#hooks.watch(jobName)
    try {
      return await runManually(core, job, context)
    } finally {
      await hooksEnded()
    }
  }

  /** Asks the current leader to run the job. @returns the id of the future run */
  async requestRun(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const core = await this.#manager.coreThatKnows(jobName)
    const id = await core.bucket.requests.placeRun(jobName, context)
    await core.bucket.marker.bump()
    return id
  }

  /** Tells all claimed runs of a job to end, in every process. @returns whether this process had such a run */
  async cancelRun(jobName: string): Promise<boolean> {
    const core = await this.#manager.coreThatKnows(jobName)
    return core.execution.cancels.everywhere(jobName)
  }

  /**
   * A single pass: claims the due work, runs it and returns after its end. For a serverless function or a system
   * crontab; the instance needs no {@link start}.
   */
  async runDue(): Promise<DueRun[]> {
    const core = await this.#life.open()
    return core.runDue()
  }

  // Jobs

  /**
   * Adds a job. Rejects with `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @throws at once when the definition is wrong or the name is taken
   */
  addJob(name: string, definition: Job<DB>): Promise<void> {
    return this.#manager.add(name, definition)
  }

  /**
   * Changes a job beside its definition in the code; the change holds until the code's definition changes. Rejects with
   * `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @throws at once when no such job exists, or the changed job would be invalid
   */
  updateJob(name: string, changes: Partial<Job<DB>>): Promise<void> {
    return this.#manager.update(name, changes)
  }

  /**
   * Removes a job from this instance and from the bucket; the job's history stays.
   * @throws at once when no such job exists
   */
  removeJob(name: string): Promise<void> {
    return this.#manager.remove(name)
  }

  /** Resumes a job: its ticks count from now. @throws at once when no such job exists */
  enableJob(name: string): Promise<void> {
    return this.#manager.enable(name)
  }

  /** Pauses a job in the whole fleet, also across restarts. Open runs go on. @throws at once when no such job exists */
  disableJob(name: string): Promise<void> {
    return this.#manager.disable(name)
  }

  // Views

  /** The jobs of this instance, in their order and by name, as {@link getAllJobsStatus}. */
  listJobs(): JobList {
    return this.getAllJobsStatus()
  }

  /** A job's status as far as known to this instance, without a request; `null` for an unknown name. */
  getJobStatus(name: string): JobStatus | null {
    const { core } = this.#life
    return statusOf(name, core?.bucket.records.peek(name), this.#catalog.jobs.get(name), {
      scheduleOf: (record) => core?.bucket.schedules.show(name, record) ?? null,
      now: this.#clock.now(),
      leader: this.getLeader(name)?.workerId ?? null,
      unclaimedSince: core?.unservedSince(name) ?? null,
      runningHere: core?.execution.executor.running().filter((run) => run.key === name) ?? [],
    })
  }

  /** The status of all jobs of this instance, in their order and by name. */
  getAllJobsStatus(): JobList {
    const names = [...this.#catalog.jobs.keys()]
    return jobList(names.map((name) => this.getJobStatus(name)).filter((status) => status !== null))
  }

  /** Reads the changed records of the bucket for the views above: 1 GET or LIST, and 1 GET per changed page. */
  async refresh(): Promise<void> {
    const core = await this.#life.open()
    await core.bucket.records.loadAll()
  }

  /**
   * The runs of a job, newest first, the last ends of this process included: 1 GET for the page of the job, 2 LIST, and 1
   * GET for each object with older runs. Empty when `persistJobs` is false.
   */
  async getJobHistory(name: string, { status, ...query }: HistoryQuery = {}): Promise<JobHistoryEntry[]> {
    checkJobName(name)
    const core = await this.#life.open()
    if (core.bucket.history === undefined) return []
    const { runs } = await core.bucket.history
      .list({ ...query, ...askedStatus(status), job: name })
      .catch((error: unknown) => {
        throw asSchedulerError(error instanceof StoreError ? 'STORE' : 'INVALID_ARGUMENT', error)
      })
    return runs.map(historyEntry)
  }

  /** The use of this process's slots (`maxConcurrentJobs`), with the number of waiting runs. */
  getSlots(): SlotUse {
    return (
      this.#life.core?.execution.executor.slots() ?? {
        max: this.#options.maxConcurrentJobs,
        taken: 0,
        waiting: 0,
        longestWaitMs: 0,
        abandoned: 0,
      }
    )
  }

  /** The state of this scheduler for the probes of an orchestrator, without a request. */
  getHealth(): SchedulerHealth {
    const { enabled: isEnabled, heartbeatInterval: heartbeatMs } = this.#options
    return healthOf({ state: this.#life.state, storeFailsMs: this.#life.storeFailsMs(), isEnabled, heartbeatMs })
  }

  /**
   * True while this instance leads and its lease can be trusted.
   * @param jobName - the shard of that job; without a name, any shard
   */
  isLeader(jobName?: string): boolean {
    const { core } = this.#life
    if (jobName !== undefined) return core?.fleet.shardOf(jobName).isLeader() ?? false
    return (core?.fleet.coordinator.leading().length ?? 0) > 0
  }

  /** The same as {@link isLeader} of any shard, as in s3db.js. */
  get isCoordinator(): boolean {
    return this.isLeader()
  }

  /**
   * The leader as far as known to this instance.
   * @param jobName - the shard of that job; without a name, the first shard
   */
  getLeader(jobName?: string): { readonly workerId: string; readonly epoch: number } | null {
    return this.#shard(jobName)?.leader() ?? null
  }

  /**
   * The leaders of all shards as far as known to this instance. With several shards, an instance that is not next in
   * line for a shard may read the shard's lease only every 8th heartbeat.
   */
  getLeaders(): readonly ({ readonly workerId: string; readonly epoch: number } | null)[] {
    const { core } = this.#life
    return core?.fleet.coordinator.shards.map((shard) => shard.leader() ?? null) ?? this.#noLeaders()
  }

  /** The live instances: 1 LIST, and 1 GET per changed instance. */
  async getActiveWorkers(): Promise<readonly Worker[]> {
    const core = await this.#life.open()
    return core.fleet.members.list()
  }

  /**
   * The epoch of the last leader known to this instance; 0 before the first.
   * @param jobName - the shard of that job, with its own epochs; without a name, the first shard
   */
  getCurrentEpoch(jobName?: string): number {
    return this.#shard(jobName)?.epoch() ?? 0
  }

  /** This instance's name among the instances; `null` before its first use of the store. */
  get workerId(): string | null {
    return this.#life.core?.fleet.coordinator.workerId ?? null
  }

  #shard(jobName: string | undefined): Shard | undefined {
    const { core } = this.#life
    return jobName === undefined ? core?.fleet.coordinator.shards[0] : core?.fleet.shardOf(jobName)
  }

  #noLeaders(): null[] {
    return Array.from({ length: this.#options.shards }, () => null)
  }
}
