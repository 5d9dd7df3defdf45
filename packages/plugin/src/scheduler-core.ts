import { resolveOptions } from '@s3sched/kernel'
import type { Worker } from '@s3sched/coordinator'
import type { SlotUse } from '@s3sched/executor'
import {
  type AroundAttempt,
  type DueRun,
  type JobHistoryEntry,
  type JobStatus,
  type SchedulerEmitter,
  SchedulerListeners,
} from '@s3sched/engine'
import {
  type AnyJobDefinition,
  type AnyJobs,
  type BackfillOptions,
  type BackfillStart,
  type ContextArgument,
  inScheduler,
  type ResultOf,
} from '@s3sched/jobs'
import { type HistoryQuery, inOurWords } from './views/history-query.ts'
import { type JobList, jobList } from './views/job-list.ts'
import { healthOf, type SchedulerHealth } from './views/scheduler-health.ts'
import { fieldsOf, type SchedulerKind } from './scheduler-kind.ts'
import { timeToStop } from './resolve-options.ts'
import type { StopOptions } from './scheduler-life.ts'
import { composeScheduler, type SchedulerParts } from './scheduler-parts.ts'

/**
 * All of a scheduler but the types of its jobs. Each tick of each job starts at most once in the whole fleet, and no tick
 * is lost without a trace: a tick ran, or the history has a record of it as skipped, missed or lost. The README lists the
 * guarantees and non-guarantees.
 */
export class SchedulerCore<Jobs = AnyJobs> extends SchedulerListeners<Jobs> {
  readonly #parts: SchedulerParts

  /** Makes no request. @throws SchedulerError naming every mistake in the options and the jobs */
  constructor(options: object, kind: SchedulerKind) {
    super()
    this.#parts = composeScheduler(options, kind, this)
  }

  protected override get emitter(): SchedulerEmitter {
    return this.#parts.events
  }

  /**
   * Takes part: checks the store, writes the jobs into the bucket, and begins to lead or to follow. Resolves after
   * these steps. Starting twice is fine, and so is starting again after {@link stop}. The last of several calls of
   * `start` and `stop` wins: a start overtaken by a stop resolves with the stop.
   * @throws SchedulerError; the scheduler is then not running
   */
  async start(): Promise<void> {
    if (this.#parts.options.enabled) await this.#parts.life.start()
  }

  /**
   * Ends all claiming, lets open runs end until `timeout`, tells the remaining runs to end, and hands the lease over.
   * Stopping twice is fine, and so is stopping before a start. Resolves within `timeout` plus 5 seconds, even if the
   * store does not answer: the log then says so, and unwritten state counts as after a crash.
   *
   * An action may stop its own scheduler, and does not await the stop: the stop waits for the run. An action that awaits
   * the stop is told to end after `timeout`, with the code `STOPPED`.
   * @throws SchedulerError `INVALID_ARGUMENT`
   */
  async stop(options: StopOptions = {}): Promise<void> {
    const spec = { timeout: timeToStop(this.#parts.options.stopTimeout) }
    const { timeout } = inScheduler('INVALID_ARGUMENT', () => resolveOptions('stop', spec, options))
    await this.#parts.life.stop(timeout)
  }

  /** The same as `stop()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /**
   * Wraps each attempt of each job in `around`, for tracing: `around` must call `attempt` once and return its result.
   * @returns removes the wrapper
   * @throws SchedulerError `INVALID_ARGUMENT` for a wrapper that is no function
   */
  aroundAttempts(around: AroundAttempt): () => void {
    return this.#parts.around.add(around)
  }

  /**
   * Runs a job now, in this process, leader or not. Settles after the functions of the options for this run.
   * @param given - the context: more fields for the action's context
   * @returns the return value of the action
   * @throws SchedulerError `JOB_NOT_FOUND`; `INVALID_CONTEXT` when the schema of the job refuses the context;
   * the error of the last attempt; `JOB_ALREADY_RUNNING` when the job runs anywhere
   */
  async runJob<Name extends keyof Jobs & string>(
    jobName: Name,
    ...given: ContextArgument<Jobs, Name>
  ): Promise<ResultOf<Jobs, Name>> {
    const { catalog, hooks, life } = this.#parts
    const job = catalog.get(jobName)
    const fields = fieldsOf(given)
    await job.check(fields)
    const core = await life.open()
    const run = hooks.awaited(jobName, () => core.runManually(job, fields))
    return run as Promise<ResultOf<Jobs, Name>>
  }

  /**
   * Asks the current leader to run the job.
   * @param given - the context, checked here where this process has the job, and in any case where the run is claimed
   * @returns the id of the future run
   * @throws SchedulerError as {@link runJob}
   */
  requestRun<Name extends keyof Jobs & string>(jobName: Name, ...given: ContextArgument<Jobs, Name>): Promise<string> {
    return this.#parts.orders.request(jobName, fieldsOf(given))
  }

  /** Tells all claimed runs of a job to end, in every process. @returns whether this process had such a run */
  cancelRun(jobName: keyof Jobs & string): Promise<boolean> {
    return this.#parts.orders.cancel(jobName)
  }

  /**
   * Looks for requests and for viewers now, instead of within 15 seconds. A dashboard in this process calls this after a
   * click. No request before the start.
   */
  async lookNow(): Promise<void> {
    await this.#parts.life.core?.lookNow()
  }

  /**
   * Runs a job for the ticks of a time that is over, by its leader, as runs of trigger `backfill`. A tick that has run
   * before is passed over, and each other tick runs at most once, also after a change of the leader. Resolves once the
   * backfill is in the bucket; `getJobStatus` tells how far it is.
   * @throws SchedulerError `JOB_NOT_FOUND`; `INVALID_ARGUMENT` for a wrong range; `BACKFILL_RUNNING` while another
   * backfill of the job is under way
   */
  backfill(jobName: keyof Jobs & string, options: BackfillOptions): Promise<BackfillStart> {
    return this.#parts.orders.backfill(jobName, options)
  }

  /** Ends the backfill of a job, and tells its runs to end. @returns whether one was under way */
  cancelBackfill(jobName: keyof Jobs & string): Promise<boolean> {
    return this.#parts.orders.cancelBackfill(jobName)
  }

  /**
   * A single pass: claims the due work, runs it and returns after its end. For a serverless function or a system
   * crontab; the instance needs no {@link start}.
   * @throws SchedulerError `STORE` when a part failed; `STOPPED` when a stop came first; the next pass does the rest
   */
  async runDue(): Promise<DueRun[]> {
    const { life, watchers } = this.#parts
    const core = await life.open()
    const runs = await core.runDue()
    await watchers.afterPass(core.env.store)
    return runs
  }

  /** Adds a job, for the types of a kind of scheduler. */
  protected addDefinition(name: string, definition: AnyJobDefinition): Promise<void> {
    return this.#parts.manager.add(name, definition)
  }

  /** Changes a job, for the types of a kind of scheduler. */
  protected updateDefinition(name: string, changes: Partial<AnyJobDefinition>): Promise<void> {
    return this.#parts.manager.update(name, changes)
  }

  /**
   * Removes a job from this instance and from the bucket; the job's history stays.
   * @throws at once when no such job exists
   */
  removeJob(name: keyof Jobs & string): Promise<void> {
    return this.#parts.manager.remove(name)
  }

  /** Resumes a job: its ticks count from now. @throws at once when no such job exists */
  enableJob(name: keyof Jobs & string): Promise<void> {
    return this.#parts.manager.enable(name)
  }

  /** Pauses a job in the whole fleet, also across restarts. Open runs go on. @throws at once when no such job exists */
  disableJob(name: keyof Jobs & string): Promise<void> {
    return this.#parts.manager.disable(name)
  }

  /** The jobs of this instance, in their order and by name, as {@link getAllJobsStatus}. */
  listJobs(): JobList {
    return this.getAllJobsStatus()
  }

  /** A job's status as far as known to this instance, without a request; `null` for an unknown name. */
  getJobStatus(name: keyof Jobs & string): JobStatus | null {
    return this.#parts.views.job(name)
  }

  /** The status of all jobs of this instance, in their order and by name. */
  getAllJobsStatus(): JobList {
    return jobList(this.#parts.views.jobs())
  }

  /** Reads the changed records of the bucket for the views above: 1 GET or LIST, and 1 GET per changed page. */
  refresh(): Promise<void> {
    return this.#parts.views.refresh()
  }

  /**
   * The runs of a job, newest first, the last ends of this process included: 1 GET for the page of the job, 2 LIST, and 1
   * GET for each object with older runs. Empty when `persistJobs` is false.
   */
  async getJobHistory(name: keyof Jobs & string, query: HistoryQuery = {}): Promise<JobHistoryEntry[]> {
    return this.#parts.views.history(name, inOurWords(query))
  }

  /** The use of this process's slots (`maxConcurrentJobs`), with the number of waiting runs. */
  getSlots(): SlotUse {
    return this.#parts.views.slots()
  }

  /** The state of this scheduler for the probes of an orchestrator, without a request. */
  getHealth(): SchedulerHealth {
    return healthOf(this.#parts.options, this.#parts.life)
  }

  /**
   * True while this instance leads and its lease can be trusted.
   * @param jobName - the shard of that job; without a name, any shard
   */
  isLeader(jobName?: keyof Jobs & string): boolean {
    return this.#parts.views.isLeader(jobName)
  }

  /** The same as {@link isLeader} of any shard, as in s3db.js. */
  get isCoordinator(): boolean {
    return this.isLeader()
  }

  /**
   * The leader as far as known to this instance.
   * @param jobName - the shard of that job; without a name, the first shard
   */
  getLeader(jobName?: keyof Jobs & string): { readonly workerId: string; readonly epoch: number } | null {
    return this.#parts.views.leader(jobName)
  }

  /**
   * The leaders of all shards as far as known to this instance. With several shards, an instance that is not next in
   * line for a shard may read the shard's lease only every 8th heartbeat.
   */
  getLeaders(): readonly ({ readonly workerId: string; readonly epoch: number } | null)[] {
    return this.#parts.views.leaders()
  }

  /** The live instances: 1 LIST, and 1 GET per changed instance. */
  getActiveWorkers(): Promise<readonly Worker[]> {
    return this.#parts.views.workers()
  }

  /**
   * The epoch of the last leader known to this instance; 0 before the first.
   * @param jobName - the shard of that job, with its own epochs; without a name, the first shard
   */
  getCurrentEpoch(jobName?: keyof Jobs & string): number {
    return this.#parts.views.epoch(jobName)
  }

  /** This instance's name among the instances; `null` before its first use of the store. */
  get workerId(): string | null {
    return this.#parts.views.workerId
  }
}
