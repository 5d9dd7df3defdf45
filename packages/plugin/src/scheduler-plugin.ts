import {
  didYouMean,
  systemClock,
  systemRandom,
  type Clock,
  type Listener,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import type { Worker } from '@s3sched/coordinator'
import type { Database } from '@s3sched/database'
import type { RunStatus } from '@s3sched/history'
import { probeStore } from '@s3sched/store'
import { consoleLogger } from './console-logger.ts'
import { SchedulerEmitter, type SchedulerEvents } from './events.ts'
import { overrideJob, pauseJob, removeJob, resumeJob } from './job/job-changes.ts'
import type { JobDefinition } from './job/job-definition.ts'
import { checkJobGraph } from './job/job-graph.ts'
import { historyEntry, type JobHistoryEntry } from './job/job-history.ts'
import type { JobRecord } from './job/job-record.ts'
import type { JobSpec } from './job/job-spec.ts'
import { statusOf, type JobStatus } from './job/job-status.ts'
import type { LocalJob } from './job/local-job.ts'
import { resolveJob } from './job/resolve-job.ts'
import { resolveSchedulerOptions, type ResolvedSchedulerOptions, type SchedulerOptions } from './options.ts'
import { resolveStore } from './resolve-store.ts'
import { jobNotFound, runManually } from './run/manual-run.ts'
import { SchedulerCore, type DueRun } from './scheduler-core.ts'
import { SchedulerError } from './scheduler-error.ts'

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

/** What was opened by {@link SchedulerPlugin.start}. */
interface Opened {
  readonly core: SchedulerCore
  readonly close: () => Promise<void>
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
  readonly #random: Random
  readonly #logger: Logger
  readonly #events: SchedulerEmitter
  readonly #definitions = new Map<string, Job<DB>>()
  readonly #jobs = new Map<string, LocalJob>()
  #instanceName = 'scheduler'
  #database: DB | undefined
  #opened: Promise<Opened> | undefined
  #core: SchedulerCore | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** Requests nothing. @throws {@link SchedulerError} naming everything that is wrong with the options or a job */
  constructor(options: SchedulerOptions<DB, SchedulerPlugin<DB>> = {}) {
    this.#options = resolveSchedulerOptions(options)
    this.#clock = this.#options.clock ?? systemClock
    this.#random = this.#options.random ?? systemRandom
    this.#logger = this.#options.logger ?? consoleLogger
    this.#events = new SchedulerEmitter((error, event) => {
      this.#logger.error(`a listener of '${event}' threw`, { error })
    })
    for (const [name, definition] of Object.entries(options.jobs ?? {})) {
      this.#jobs.set(name, this.#resolve(name, definition))
      this.#definitions.set(name, definition)
    }
    checkJobGraph(this.#jobs)
    this.#callHooks()
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
  }

  /**
   * Takes part: checks that the store is fit, brings the jobs into the bucket, and begins to lead or to follow. Resolves
   * when that is done. Starting twice is fine; starting again after {@link stop} too.
   * @throws {@link SchedulerError}; nothing goes on then
   */
  async start(): Promise<void> {
    if (!this.#options.enabled) return
    await this.#stopping
    this.#starting ??= this.#start().catch(async (error: unknown) => {
      this.#starting = undefined
      await this.#close()
      throw error
    })
    await this.#starting
  }

  /**
   * Claims nothing more, lets what runs come to its end, tells the rest to end, and hands the lease over. Stopping twice,
   * or what never started, is fine.
   */
  async stop({
    timeout = 30_000,
  }: { /** How long runs may go on, in ms. */ readonly timeout?: number } = {}): Promise<void> {
    if (typeof timeout !== 'number' || !(timeout >= 0)) {
      throw new SchedulerError(`expected timeout to be a number of ms >= 0, got ${String(timeout)}`, {
        code: 'INVALID_ARGUMENT',
      })
    }
    this.#stopping ??= this.#stop(timeout).finally(() => {
      this.#stopping = undefined
    })
    await this.#stopping
  }

  /** Called by the database when the plugin is taken out. What is in the bucket stays. */
  async uninstall(): Promise<void> {
    await this.stop()
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

  // Runs

  /**
   * Runs a job now, in this process, whether or not it leads.
   * @param context - more fields for the action's context
   * @returns what the action returned
   * @throws at once {@link SchedulerError} `JOB_NOT_FOUND`; rejects with what the last attempt threw, and with
   *   `JOB_ALREADY_RUNNING` when the job runs anywhere
   */
  runJob(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const job = this.#local(jobName)
    return this.#open().then(async ({ core }) => {
      const result = await runManually(core, job, this.#clock.now(), context)
      return result
    })
  }

  /** Asks whichever instance leads to run the job. @returns the id that the run will have */
  async requestRun(jobName: string, context: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { core } = await this.#open()
    await this.#known(core, jobName)
    const id = await core.requests.place(jobName, 'run', context)
    await core.marker.bump()
    return id
  }

  /** Tells the runs of a job to end, wherever they are. @returns whether one was found in this process */
  async cancelRun(jobName: string): Promise<boolean> {
    const { core } = await this.#open()
    await this.#known(core, jobName)
    if (core.cancelHere(jobName)) return true
    await core.requests.place(jobName, 'cancel')
    await core.marker.bump()
    return false
  }

  /**
   * One pass: claims what is due, runs it and returns when it has ended. For a serverless function or a system crontab;
   * the instance needs no {@link start}.
   */
  async runDue(): Promise<DueRun[]> {
    const { core } = await this.#open()
    return core.runDue()
  }

  // Jobs

  /** Adds a job. @throws at once when the definition is wrong or the name is taken */
  addJob(name: string, definition: Job<DB>): Promise<void> {
    if (this.#jobs.has(name)) {
      throw new SchedulerError(`Job '${name}' already exists`, {
        code: 'JOB_EXISTS',
        suggestion: 'Use updateJob to change it',
        context: { jobName: name },
      })
    }
    const job = this.#resolve(name, definition)
    checkJobGraph(new Map([...this.#jobs, [name, job]]))
    this.#jobs.set(name, job)
    this.#definitions.set(name, definition)
    return this.#change(name, 'plg:scheduler:job-added', async (core) => {
      await core.registerOne(job)
    })
  }

  /**
   * Changes a job beside its definition in the code; the change holds until the code's definition changes.
   * @throws at once when there is no such job, or it would not be right
   */
  updateJob(name: string, changes: Partial<Job<DB>>): Promise<void> {
    const before = this.#local(name)
    const definition: Job<DB> = { ...(this.#definitions.get(name) as Job<DB>), ...changes }
    const changed = this.#resolve(name, definition)
    checkJobGraph(new Map([...this.#jobs, [name, changed]]))
    // What the code defines stays what it is; plain data that changed becomes an override in the bucket.
    this.#jobs.set(name, { ...changed, spec: before.spec, hash: before.hash })
    this.#definitions.set(name, definition)
    const fields = Object.fromEntries(
      Object.entries(changed.spec).filter(([field]) => Object.hasOwn(changes, field)),
    ) as Partial<JobSpec>
    return this.#changeRecord(name, 'plg:scheduler:job-updated', (record) =>
      Object.keys(fields).length === 0 ? record : overrideJob(record, fields, this.#clock.now()),
    )
  }

  /** Removes a job from this instance and from the bucket; its history stays. @throws at once when there is no such job */
  removeJob(name: string): Promise<void> {
    this.#local(name)
    const others = new Map(this.#jobs)
    others.delete(name)
    checkJobGraph(others)
    this.#jobs.delete(name)
    this.#definitions.delete(name)
    return this.#changeRecord(name, 'plg:scheduler:job-removed', removeJob)
  }

  /** Resumes a job: its ticks count from now. @throws at once when there is no such job */
  enableJob(name: string): Promise<void> {
    this.#local(name)
    return this.#changeRecord(name, 'plg:scheduler:job-enabled', (record) => resumeJob(record, this.#clock.now()))
  }

  /** Pauses a job in the whole fleet, also over restarts. What runs goes on. @throws at once when there is no such job */
  disableJob(name: string): Promise<void> {
    this.#local(name)
    return this.#changeRecord(name, 'plg:scheduler:job-disabled', pauseJob)
  }

  // Views

  /** The names of the jobs that this instance defines. */
  listJobs(): string[] {
    return [...this.#jobs.keys()]
  }

  /** What this instance knows of a job, without a request; `null` when it knows none of that name. */
  getJobStatus(name: string): JobStatus | null {
    const core = this.#core
    const leader = core?.coordinator.leader()?.workerId ?? null
    const isRunningHere = core?.executor.running().some((run) => run.key === name) ?? false
    const schedules = core?.schedules
    return statusOf(name, core?.book.peek(name), this.#jobs.get(name), {
      scheduleOf: (record) => schedules?.get(name, record) ?? null,
      now: this.#clock.now(),
      leader,
      isRunningHere,
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
    const { core } = await this.#open()
    await core.refresh()
  }

  /** The runs of a job, newest first: 1 LIST, and 1 GET each. Empty when `persistJobs` is false. */
  async getJobHistory(name: string, query: HistoryQuery = {}): Promise<JobHistoryEntry[]> {
    const { core } = await this.#open()
    if (core.history === undefined) return []
    const { runs } = await core.history.list({ ...query, job: name })
    return runs.map(historyEntry)
  }

  /** Whether this instance leads now, as far as its lease can be trusted. */
  isLeader(): boolean {
    return this.#core?.coordinator.isLeader() ?? false
  }

  /** Who leads, as far as this instance knows. */
  getLeader(): { readonly workerId: string; readonly epoch: number } | null {
    return this.#core?.coordinator.leader() ?? null
  }

  /** The instances that are alive: 1 LIST, and 1 GET each. */
  async getActiveWorkers(): Promise<readonly Worker[]> {
    const { core } = await this.#open()
    return core.workers()
  }

  /** The epoch of the last leader that this instance knows of; 0 before the first. */
  getCurrentEpoch(): number {
    return this.#core?.coordinator.epoch() ?? 0
  }

  /** This instance's name among the others; `null` before it was opened. */
  get workerId(): string | null {
    return this.#core?.coordinator.workerId ?? null
  }

  // Behind the scenes

  #resolve(name: string, definition: Job<DB>): LocalJob {
    return resolveJob(name, definition, this.#options, { database: () => this.#database as DB, scheduler: this })
  }

  #local(name: string): LocalJob {
    const job = this.#jobs.get(name)
    if (job === undefined) throw jobNotFound(String(name), didYouMean(String(name), [...this.#jobs.keys()]))
    return job
  }

  /** A job that this instance may not define, but that the bucket has. */
  async #known(core: SchedulerCore, name: string): Promise<void> {
    if (this.#jobs.has(name)) return
    const record = await core.book.load(name)
    if (record === undefined || record.removed) throw jobNotFound(name, didYouMean(name, core.book.names()))
  }

  async #start(): Promise<void> {
    const { core } = await this.#open()
    await core.register(this.#jobs.values())
    await core.start()
  }

  async #stop(timeout: number): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    if (opened === undefined) return
    opened.core.drainTimeoutMs = timeout
    await opened.core.stop()
    await this.#close()
  }

  async #close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    this.#opened = undefined
    this.#starting = undefined
    await opened?.close()
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#openStore().catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  async #openStore(): Promise<Opened> {
    const deps = { clock: this.#clock, random: this.#random, logger: this.#logger }
    const { close, store } = resolveStore(this.#options, this.#database, process.env, deps)
    try {
      await probeStore(store)
    } catch (error) {
      await close()
      throw error
    }
    const core = new SchedulerCore({
      ...deps,
      store,
      options: this.#options,
      events: this.#events,
      localJobs: this.#jobs,
      database: () => this.#database,
    })
    this.#core = core
    return { core, close }
  }

  #changeRecord(
    name: string,
    event:
      | 'plg:scheduler:job-updated'
      | 'plg:scheduler:job-removed'
      | 'plg:scheduler:job-enabled'
      | 'plg:scheduler:job-disabled',
    change: (record: JobRecord) => JobRecord,
  ): Promise<void> {
    return this.#change(name, event, (core) => core.changeJob(name, change))
  }

  /** A change that is valid: brings it into the bucket, and reports it where nobody awaits it. */
  #change(name: string, event: ChangeEvent, write: (core: SchedulerCore) => Promise<void>): Promise<void> {
    const written = this.#open().then(async ({ core }) => {
      await write(core)
      await core.marker.bump()
      core.touch(name)
      this.#events.announce(
        event,
        event === 'plg:scheduler:job-updated' ? { jobName: name, droppedOverride: false } : { jobName: name },
      )
    })
    written.catch((error: unknown) => {
      this.#logger.error(`a change of job '${name}' did not reach the bucket`, { error })
      this.#events.announce('error', { error, jobName: name })
    })
    return written
  }

  #callHooks(): void {
    const { onJobComplete, onJobError, onJobStart } = this.#options
    if (onJobStart !== undefined) this.#events.on('jobStarted', (run) => onJobStart(run.jobName, { ...run }))
    if (onJobComplete !== undefined) {
      this.#events.on('jobCompleted', (run) => onJobComplete(run.jobName, run.result, run.duration))
    }
    if (onJobError !== undefined)
      this.#events.on('jobFailed', (run) => onJobError(run.jobName, run.error, run.attempts))
  }
}

type ChangeEvent =
  | 'plg:scheduler:job-added'
  | 'plg:scheduler:job-updated'
  | 'plg:scheduler:job-removed'
  | 'plg:scheduler:job-enabled'
  | 'plg:scheduler:job-disabled'
