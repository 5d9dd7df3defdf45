/**
 * Assembles all parts around an open store. The engine decides nothing itself: it knows the partners of the parts, and
 * the order in which the parts begin and end.
 */
import {
  type BackfillOptions,
  type BackfillStart,
  type ClockWatch,
  type LocalJob,
  onBucket,
  type OwnFields,
} from '@s3sched/jobs'
import { orLate } from '@s3sched/kernel'
import { type Bucket, createBucket } from './bucket.ts'
import type { DefinedJobs } from './definitions/defined-jobs.ts'
import { JobRegistrar } from './definitions/job-registrar.ts'
import { RedefinedJobs } from './definitions/redefined-jobs.ts'
import { createEngineEnv, type EngineEnv, type EngineWorld } from './engine-env.ts'
import type { ResolvedEngineOptions } from './engine-options.ts'
import { Fleet, type FleetDeps } from './fleet/fleet.ts'
import { followCoordinator, type Promotion } from './fleet/follow-coordinator.ts'
import { hasSuccessor } from './definitions/has-successor.ts'
import { Leading } from './leader/leading.ts'
import { ShardTerms } from './fleet/shard-terms.ts'
import { BegunRuns } from './leader/begun-runs.ts'
import { createRuns, type Runs } from './runs/create-runs.ts'
import { drainRuns } from './runs/drain-runs.ts'
import { beginBackfill, cancelBackfill } from './runs/begin-backfill.ts'
import { runManually } from './runs/manual-run.ts'
import { type DueRun, runDue, stoppedPass } from './leader/run-due.ts'
import type { EndedRun } from './runs/ended-run.ts'
import { createStandby } from './standby/create-standby.ts'
import type { StandbyDuty } from './standby/standby-duty.ts'
import type { StoreContact, StoreTrouble } from './store-contact.ts'
import { ClaimGate } from './ticks/claim-gate.ts'
import { TickEngines } from './ticks/tick-engines.ts'

/** The live partners of an engine outside of its environment. */
export interface EngineDeps {
  readonly catalog: DefinedJobs
  readonly clockWatch: ClockWatch
  /** Hears the outcome of each request of the engine. */
  readonly contact: StoreContact
  /** The first argument of each action. */
  readonly database: () => unknown
}

/** The wait for changes under way when a shard is handed over, in ms. */
const RECORDS_MS = 10_000
/** A stop takes this much longer than its timeout for the store, in ms: nobody waits for it any longer. */
const STORE_MS = 5000
/** The wait of a stop for the last changes of job records, in ms. */
const CLOSE_MS = 3000

/** The parts of a scheduler that decide, claim, run, record and take over ticks. */
export class Engine {
  readonly bucket: Bucket
  readonly registrar: JobRegistrar
  readonly fleet: Fleet
  readonly execution: Runs
  readonly env: EngineEnv
  readonly #deps: EngineDeps
  readonly #options: ResolvedEngineOptions
  readonly #standby: StandbyDuty | undefined
  readonly #leading: Leading
  readonly #redefined: RedefinedJobs
  #drain: Promise<void> | undefined
  /** The time at which runs are told to end, by the monotonic clock; `undefined` before {@link stop}. */
  #stopsAt: number | undefined

  constructor(world: EngineWorld, deps: EngineDeps, options: ResolvedEngineOptions) {
    const { catalog, clockWatch } = deps
    const env = (this.env = createEngineEnv(world, options.workerId))
    this.#deps = deps
    this.#options = options
    const terms = new ShardTerms(options.shards)
    const news = { leads: (name: string) => terms.leads(name), onOtherTicks: (name: string) => this.touch(name) }
    const bucket = (this.bucket = createBucket(env, { ...deps, ...news }, options))
    this.registrar = new JobRegistrar(env, { ...bucket, catalog })
    this.#redefined = new RedefinedJobs(env, { ...bucket, catalog, show: (names) => this.fleet.showRedefined(names) })
    const fleet = (this.fleet = new Fleet(env, { bucket, terms, ...this.#lateParts() }, options))
    const on = {
      ended: (name: string, isKept: boolean) => this.#onEnded(name, isKept),
      // This instance may lead again by then, and has left the run alone for as long as the run was here.
      released: (name: string) => this.touch(name),
    }
    const runs = (this.execution = createRuns(env, { ...deps, bucket, fleet, on }, options))
    const gate = new ClaimGate(clockWatch, fleet.coordinator)
    const engines = new TickEngines(env, { bucket, catalog, gate, runs }, options)
    this.#standby = createStandby(env, { bucket, catalog, clockWatch, engines, fleet, runs }, options)
    this.#leading = new Leading(env, { bucket, catalog, engines, fleet, runs, standby: this.#standby }, options)
  }

  /** The partners of the fleet that are made after the fleet. */
  #lateParts(): Pick<FleetDeps, 'cancelHere' | 'drain' | 'lookOn' | 'slots'> {
    return {
      cancelHere: (jobName, named) => this.execution.cancels.here(jobName, named),
      drain: (shard) => (this.fleet.isRetired ? this.#drained() : this.#handOver(shard)),
      lookOn: () => this.execution.reports.look(),
      slots: () => this.execution.executor.slots(),
    }
  }

  /** Start of the time in which no instance claims the job's ticks, as found by the job's leader; epoch ms. */
  unservedSince(jobName: string): number | null {
    return this.#leading.unservedSince(jobName)
  }

  /** Reads or writes that the store has failed again and again for more than `patienceMs`. */
  storeTrouble(patienceMs: number): StoreTrouble | undefined {
    return this.#deps.contact.trouble(patienceMs)
  }

  /** Begins to take part, with the coordinator or without. Begins nothing more after a stop. */
  async start(): Promise<void> {
    const cameAt = this.env.serverClock.sharedNow()
    const hasChanged = await this.registrar.defineAll()
    // A wrong clock is told at once, and not months later, when this instance comes to lead.
    await this.#deps.clockWatch.isGood()
    if (this.fleet.isRetired) return
    if (this.#options.enableCoordinator) {
      const { coordinator, members } = this.fleet
      followCoordinator(coordinator, this.env.events, cameAt, (promotion) => this.#lead(promotion))
      coordinator.on('elected', () => this.fleet.lookAfterElection())
      await members.coordinate()
      if (this.fleet.isRetired) return
      this.#leading.unled.start()
      const hasAnnounced = await this.#standby?.start()
      if (hasChanged || hasAnnounced === true) this.fleet.lookAfterChange()
    } else {
      this.#lead({ shard: 0, authority: this.fleet.member, previous: undefined, isFleetStart: true })
    }
    // A start that fails leaves nothing behind.
    void this.#redefined.run(this.fleet.member.signal)
  }

  /** Ends all claiming, lets runs go on for up to `timeoutMs`, hands the lease over and leaves. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopsAt = this.env.clock.monotonic() + timeoutMs
    this.fleet.retire()
    // Meanwhile this instance goes on renewing its lease as a leader, or writing its member object otherwise.
    await this.#drained()
    const leftMs = this.#stopsAt + STORE_MS - this.env.clock.monotonic()
    await this.fleet.members.leave(Math.max(1, leftMs))
    await this.#standby?.left()
    this.fleet.end()
    await this.#closeRecords()
    this.execution.runs.abandonRecords()
  }

  /** Waits for the changes under way, but not for a silent store. */
  async #closeRecords(): Promise<void> {
    const { flusher, records } = this.bucket
    const { places } = this.execution
    const gone = new AbortController()
    await orLate(this.env.clock, CLOSE_MS, Promise.all([records.drain(), flusher.idle(), places.drain()]))
    const closed = [records.close(gone.signal), places.close()]
    gone.abort()
    await Promise.all(closed)
  }

  /** Runs a job now, in this process: see {@link runManually}. */
  runManually(job: LocalJob, fields: OwnFields): Promise<unknown> {
    return runManually(this, job, fields)
  }

  /** Begins a backfill, which the job's leader carries out: see {@link beginBackfill}. */
  async beginBackfill(name: string, options: BackfillOptions): Promise<BackfillStart> {
    const start = await beginBackfill(this, name, options)
    this.touch(name)
    return start
  }

  /** Ends a backfill, and tells its runs to end: see {@link cancelBackfill}. */
  cancelBackfill(name: string): Promise<boolean> {
    return cancelBackfill(this, name)
  }

  /** A single pass over all due work, awaited to its end. @throws see {@link runDue}; SchedulerError `STOPPED` */
  async runDue(): Promise<DueRun[]> {
    const { clockWatch } = this.#deps
    const begun = new BegunRuns()
    const authority = { ...this.fleet.member, onRun: (ended: Promise<EndedRun>) => begun.add(ended) }
    const { signal } = authority
    const pass = this.#leading.createPass(authority)
    const { registrar } = this
    try {
      return await onBucket(() => runDue({ bucket: this.bucket, pass, begun, clockWatch, registrar, signal }))
    } catch (error) {
      throw this.fleet.isRetired ? stoppedPass(error) : error
    }
  }

  /** Looks for requests and viewers now, where this process would look later. Never rejects. */
  async lookNow(): Promise<void> {
    this.#leading.lookNow()
    await this.execution.reports
      .look()
      .catch((error: unknown) => this.env.logger.debug('could not read who looks on', { error }))
  }

  /** Called for a new or changed job. */
  touch(name: string): void {
    this.fleet.terms.ofJob(name)?.term?.touch(name)
    this.#standby?.touch(name)
    this.#leading.unled.touch(name)
    this.#advanceBackfills(name)
  }

  #advanceBackfills(name: string): void {
    if (!this.bucket.records.traits.backfilled.has(name)) return
    this.fleet.terms.advanceBackfills(name)
    this.#leading.unled.advanceBackfills(name)
  }

  #onEnded(name: string, isKept: boolean): void {
    const { unled } = this.#leading
    if (this.bucket.records.traits.chained.size > 0) {
      this.fleet.terms.evaluateChains(name)
      unled.evaluateChains(name)
    }
    this.#advanceBackfills(name)
    // The end of a run that others had declared lost may end a pause of the job.
    if (isKept) this.touch(name)
    if (isKept || unled.isAwaited(name) || this.#isLeadersChain(name)) void this.#tellLeader(name)
  }

  async #tellLeader(name: string): Promise<void> {
    try {
      await this.bucket.marker.bump()
    } catch (error) {
      this.env.logger.warn(`the leader will learn later that a run of job '${name}' has ended here`, { error })
    }
  }

  #lead(promotion: Promotion): void {
    if (this.fleet.isRetired) return // a lease acquired just before the stop; it is released soon
    this.#leading.lead(promotion)
  }

  /** True when a job comes after this job, and another instance leads: only that instance can start the chain. */
  #isLeadersChain(name: string): boolean {
    return this.fleet.isLedElsewhere(name) && hasSuccessor(this.bucket.records, name)
  }

  /** Hands a shard over: ends all claiming in the shard, and keeps the executing runs. */
  async #handOver(shard: number): Promise<void> {
    const { authority, term } = this.fleet.terms.of(shard) ?? {}
    if (authority === undefined) return
    term?.stop()
    const { clock } = this.env
    const { runs } = this.execution
    if (term !== undefined) await orLate(clock, RECORDS_MS, term.decided())
    await runs.keep(authority, this.#options.claimAhead)
    // The new leader would take a run whose end is not written yet for lost.
    await orLate(clock, RECORDS_MS, runs.endsWritten())
  }

  #drained(): Promise<void> {
    this.#drain ??= this.#drainNow(this.#stopsAt ?? this.env.clock.monotonic())
    return this.#drain
  }

  #drainNow(endAt: number): Promise<void> {
    const { clock } = this.env
    const { executor, runs } = this.execution
    this.fleet.terms.stop()
    const decided = Promise.all([this.#standby?.stop(), this.#leading.unled.stop(), this.fleet.terms.decided()])
    return drainRuns({ clock, executor, runs }, { decided, endAt, claimAheadMs: this.#options.claimAhead })
  }
}
