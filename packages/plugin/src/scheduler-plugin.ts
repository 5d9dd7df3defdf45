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
import type { RunStatus } from '@s3sched/history'
import { StoreError } from '@s3sched/store'
import { callHooks } from './call-hooks.ts'
import { SchedulerEmitter, type SchedulerEvents } from './events.ts'
import { JobCatalog } from './job/job-catalog.ts'
import type { AroundAttempt } from './job/around-attempt.ts'
import type { JobDefinition } from './job/job-definition.ts'
import { historyEntry, type JobHistoryEntry } from './job/job-history.ts'
import { checkJobName } from './job/job-name.ts'
import { JobManager } from './job/job-manager.ts'
import { statusOf, type JobStatus } from './job/job-status.ts'
import { jobsOf, resolveSchedulerOptions, type ResolvedSchedulerOptions, type SchedulerOptions } from './options.ts'
import { Mistakes } from './mistakes.ts'
import { pickLogger } from './pick-logger.ts'
import { runManually } from './run/manual-run.ts'
import type { DueRun } from './run/run-due.ts'
import { SchedulerError } from './scheduler-error.ts'
import { SchedulerLife } from './scheduler-life.ts'
import { noteInstalled, noteUninstalled } from './shared-namespace.ts'
import { stopWithDatabase } from './stop-with-database.ts'
import { asSchedulerError } from './wrap-error.ts'

/** A job as it is defined for a scheduler that is installed in a database of type `DB`. */
export type Job<DB = Database> = JobDefinition<DB, SchedulerPlugin<DB>>

export interface HistoryQuery {
  /** 1 to 1000. @default 50 */
  readonly limit?: number
  readonly status?: RunStatus | readonly RunStatus[]
  /** Scheduled at or after this instant: a Date or epoch ms. */
  readonly since?: Date | number
  /** Scheduled before this instant. */
  readonly until?: Date | number
}

export interface StopOptions {
  /** How long runs may go on before they are told to end, in ms. @default 30000 */
  readonly timeout?: number
}

/**
 * A cron scheduler for any number of instances of an application, whose only infrastructure is a bucket.
 *
 * Each tick of each job starts at most once in the whole fleet, and is never lost in silence: it ran, or it stands in the
 * history as skipped, missed or lost. See the README for what is promised and what is not.
 *
 * @example
 * const scheduler = new SchedulerPlugin({ jobs: { report: { schedule: '0 8 * * *', action: async (db) => {} } } })
 * await database.usePlugin(scheduler)
 */
export class SchedulerPlugin<DB = Database> {
  readonly #options: ResolvedSchedulerOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #events: SchedulerEmitter
  readonly #catalog: JobCatalog<DB, SchedulerPlugin<DB>>
  readonly #life: SchedulerLife
  readonly #manager: JobManager<DB, SchedulerPlugin<DB>>
  readonly #around: AroundAttempt[] = []
  #instanceName = 'scheduler'
  #database: DB | undefined

  /** Requests nothing. @throws {@link SchedulerError} naming everything that is wrong with the options or a job */
  constructor(options: SchedulerOptions<DB, SchedulerPlugin<DB>> = {}) {
    const mistakes = new Mistakes()
    const resolved = mistakes.collect(() => resolveSchedulerOptions(options))
    // With wrong options the jobs are checked by the defaults, so that their mistakes are told too.
    this.#options = resolved ?? resolveSchedulerOptions({})
    const clock = (this.#clock = this.#options.clock ?? systemClock)
    const logger = (this.#logger = guardLogger(pickLogger(this.#options.logger)))
    const events = (this.#events = new SchedulerEmitter((error, event) => {
      logger.error(`a listener of '${event}' threw`, { error })
    }, this))
    const database = (): DB => this.#database as DB
    const host = { database, scheduler: this, around: this.#around }
    this.#catalog = new JobCatalog<DB, SchedulerPlugin<DB>>(this.#options, host, logger)
    mistakes.collect(() => this.#catalog.addAll(jobsOf(options)))
    mistakes.throwIfAny()
    this.#life = new SchedulerLife({
      options: this.#options,
      clock,
      random: this.#options.random ?? systemRandom,
      logger,
      events,
      localJobs: this.#catalog.jobs,
      names: this.#catalog.names,
      database,
      environment: process.env,
      scheduler: this,
    })
    this.#manager = new JobManager({ catalog: this.#catalog, life: this.#life, events, logger })
    callHooks(events, this.#options)
  }

  // Life

  /** Called by the database before {@link install}. */
  setInstanceName(name: string): void {
    this.#instanceName = name
  }

  /** The name under which it is installed. */
  get instanceName(): string {
    return this.#instanceName
  }

  /** Called by `database.usePlugin(scheduler)`. */
  async install(database: DB): Promise<void> {
    this.#database = database
    noteInstalled(database, this, this.#options.prefix, this.#logger)
    stopWithDatabase(database, () => this.stop(), this.#logger)
  }

  /**
   * Takes part: checks that the store is fit, brings the jobs into the bucket, and begins to lead or to follow. Resolves
   * when that is done. Starting twice is fine; starting again after {@link stop} too. Of several calls of `start` and `stop` the
   * last one wins: a start that a stop overtakes resolves with that stop.
   * @throws {@link SchedulerError}; nothing goes on then
   */
  async start(): Promise<void> {
    if (this.#options.enabled) await this.#life.start()
  }

  /**
   * Claims nothing more, lets what runs come to its end, tells the rest to end, and hands the lease over. Stopping twice,
   * or what never started, is fine. Resolves within `timeout` and 5 seconds, whatever the store does: the log then says that the
   * store did not answer, and what could not be written there counts as after a crash.
   */
  async stop({ timeout = 30_000 }: StopOptions = {}): Promise<void> {
    if (!(timeout >= 0)) {
      throw new SchedulerError(`expected timeout to be a number of ms >= 0, got ${describe(timeout)}`, {
        code: 'INVALID_ARGUMENT',
      })
    }
    await this.#life.stop(timeout)
  }

  /** Called by the database when the plugin is taken out. What is in the bucket stays. */
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
    this.#events.on(event, listener)
    return this
  }

  once<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    this.#events.once(event, listener)
    return this
  }

  off<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): this {
    this.#events.off(event, listener)
    return this
  }

  /**
   * Puts `around` around each attempt of each job, for tracing: it must call `attempt` once and return what that returns.
   * @returns takes it off again
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
   * Runs a job now, in this process, whether or not it leads.
   * @param context - more fields for the action's context
   * @returns what the action returned
   * @throws at once {@link SchedulerError} `JOB_NOT_FOUND`; rejects with what the last attempt threw, and with
   *   `JOB_ALREADY_RUNNING` when the job runs anywhere
   */
  runJob(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const job = this.#catalog.get(jobName)
    return this.#life.open().then(async (core) => {
      // Before the first start the bucket may not know the job.
      if (core.book.peek(jobName) === undefined) await core.registrar.define(job)
      return runManually(core, job, context)
    })
  }

  /** Asks whichever instance leads to run the job. @returns the id that the run will have */
  async requestRun(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const core = await this.#manager.coreThatKnows(jobName)
    const id = await core.requests.placeRun(jobName, context)
    await core.marker.bump()
    return id
  }

  /** Tells the runs of a job that were claimed by now to end, wherever they are. @returns whether one was found in this process */
  async cancelRun(jobName: string): Promise<boolean> {
    const core = await this.#manager.coreThatKnows(jobName)
    return core.cancels.everywhere(jobName)
  }

  /**
   * One pass: claims what is due, runs it and returns when it has ended. For a serverless function or a system crontab;
   * the instance needs no {@link start}.
   */
  async runDue(): Promise<DueRun[]> {
    const core = await this.#life.open()
    return core.runDue()
  }

  // Jobs

  /** Adds a job. @throws at once when the definition is wrong or the name is taken */
  addJob(name: string, definition: Job<DB>): Promise<void> {
    return this.#manager.add(name, definition)
  }

  /**
   * Changes a job beside its definition in the code; the change holds until the code's definition changes.
   * @throws at once when there is no such job, or it would not be right
   */
  updateJob(name: string, changes: Partial<Job<DB>>): Promise<void> {
    return this.#manager.update(name, changes)
  }

  /** Removes a job from this instance and from the bucket; its history stays. @throws at once when there is no such job */
  removeJob(name: string): Promise<void> {
    return this.#manager.remove(name)
  }

  /** Resumes a job: its ticks count from now. @throws at once when there is no such job */
  enableJob(name: string): Promise<void> {
    return this.#manager.enable(name)
  }

  /** Pauses a job in the whole fleet, also over restarts. What runs goes on. @throws at once when there is no such job */
  disableJob(name: string): Promise<void> {
    return this.#manager.disable(name)
  }

  // Views

  /** The names of the jobs that this instance defines. */
  listJobs(): string[] {
    return [...this.#catalog.jobs.keys()]
  }

  /** What this instance knows of a job, without a request; `null` when it knows none of that name. */
  getJobStatus(name: string): JobStatus | null {
    const { core } = this.#life
    return statusOf(name, core?.book.peek(name), this.#catalog.jobs.get(name), {
      scheduleOf: (record) => core?.schedules.show(name, record) ?? null,
      now: this.#clock.now(),
      leader: this.getLeader(name)?.workerId ?? null,
      runningHere: core?.executor.running().filter((run) => run.key === name) ?? [],
    })
  }

  /** The same for all jobs that this instance defines. */
  getAllJobsStatus(): JobStatus[] {
    return this.listJobs()
      .map((name) => this.getJobStatus(name))
      .filter((status) => status !== null)
  }

  /** Reads what changed in the bucket, so that the views above show it: 1 LIST, and 1 GET for each job that changed. */
  async refresh(): Promise<void> {
    const core = await this.#life.open()
    await core.registrar.refresh()
  }

  /** The runs of a job, newest first: 1 LIST, and 1 GET each. Empty when `persistJobs` is false. */
  async getJobHistory(name: string, query: HistoryQuery = {}): Promise<JobHistoryEntry[]> {
    checkJobName(name)
    const core = await this.#life.open()
    if (core.history === undefined) return []
    const { runs } = await core.history.list({ ...query, job: name }).catch((error: unknown) => {
      throw asSchedulerError(error instanceof StoreError ? 'STORE' : 'INVALID_ARGUMENT', error)
    })
    return runs.map(historyEntry)
  }

  /** How the actions in this process use its slots (`maxConcurrentJobs`), and how many runs wait for one. */
  getSlots(): SlotUse {
    return (
      this.#life.core?.executor.slots() ?? {
        max: this.#options.maxConcurrentJobs,
        taken: 0,
        waiting: 0,
        longestWaitMs: 0,
      }
    )
  }

  /**
   * Whether this instance leads now, as far as its lease can be trusted.
   * @param jobName - the shard of that job; without it, any shard
   */
  isLeader(jobName?: string): boolean {
    const { core } = this.#life
    if (jobName !== undefined) return core?.shardOf(jobName).isLeader() ?? false
    return (core?.coordinator.leading().length ?? 0) > 0
  }

  /**
   * Who leads, as far as this instance knows.
   * @param jobName - the shard of that job; without it, the first shard
   */
  getLeader(jobName?: string): { readonly workerId: string; readonly epoch: number } | null {
    return this.#shard(jobName)?.leader() ?? null
  }

  /**
   * Who leads each shard, as far as this instance knows. With several shards, one that is not next in the line for a shard
   * looks at its lease as seldom as every 8th heartbeat.
   */
  getLeaders(): readonly ({ readonly workerId: string; readonly epoch: number } | null)[] {
    const { core } = this.#life
    return core?.coordinator.shards.map((shard) => shard.leader() ?? null) ?? this.#noLeaders()
  }

  /** The instances that are alive: 1 LIST, and 1 GET for each that changed. */
  async getActiveWorkers(): Promise<readonly Worker[]> {
    const core = await this.#life.open()
    return core.members.list()
  }

  /**
   * The epoch of the last leader that this instance knows of; 0 before the first.
   * @param jobName - the shard of that job, which has epochs of its own; without it, the first shard
   */
  getCurrentEpoch(jobName?: string): number {
    return this.#shard(jobName)?.epoch() ?? 0
  }

  /** This instance's name among the others; `null` before its first use of the store. */
  get workerId(): string | null {
    return this.#life.core?.coordinator.workerId ?? null
  }

  #shard(jobName: string | undefined): Shard | undefined {
    const { core } = this.#life
    return jobName === undefined ? core?.coordinator.shards[0] : core?.shardOf(jobName)
  }

  #noLeaders(): null[] {
    return Array.from({ length: this.#options.shards }, () => null)
  }
}
