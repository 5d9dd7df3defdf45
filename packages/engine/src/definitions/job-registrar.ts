import { defineJob, jobNotFound, type JobRecord, type LocalJob, newJob, removeJob, SchedulerError } from '@s3sched/jobs'
import { type ChangeMarker, isOvertakenByClose, type RecordCache, refuseOldLayout } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { DefinedJobs } from './defined-jobs.ts'
import { type DefinitionAnswer, type DefinitionHost, DefinitionUnderWay } from './definition-under-way.ts'
import { ManyDefinitions } from './many-definitions.ts'
import { changeOneTime, refusePast } from './one-time.ts'

export interface JobRegistrarDeps {
  readonly records: RecordCache
  readonly marker: Pick<ChangeMarker, 'bump'>
  readonly catalog: DefinedJobs
}

/** The most jobs examined in one turn of the event loop. */
const LOOKED_AT_PER_TURN = 1000

/** Writes the definitions of the code and the changes of operators into the bucket. */
export class JobRegistrar {
  readonly #env: EngineEnv
  readonly #deps: JobRegistrarDeps
  readonly #host: DefinitionHost

  constructor(env: EngineEnv, deps: JobRegistrarDeps) {
    this.#env = env
    this.#deps = deps
    this.#host = { ...env, catalog: deps.catalog }
  }

  /**
   * Defines every job of this instance: 1 LIST per 1,000 pages of job records, 1 GET for each page, and 1 PUT for each
   * page with new or changed jobs.
   * @returns whether some record changed
   * @throws SchedulerError `OLD_LAYOUT`; the store's error
   */
  async defineAll(): Promise<boolean> {
    const { clock, store } = this.#env
    const { records, catalog, marker } = this.#deps
    await records.loadAll()
    if (records.names().next().done === true) await refuseOldLayout(store)
    const unsure: LocalJob[] = []
    let looked = 0
    for (const job of catalog.jobs.values()) {
      if (this.#isDefined(job)) catalog.saidAt.delete(job.name)
      else unsure.push(job)
      if (++looked % LOOKED_AT_PER_TURN === 0) await clock.sleep(0)
    }
    const hasChanged = await this.#defineMany(unsure)
    if (hasChanged) await marker.bump()
    return hasChanged
  }

  /** True if the known record has the code's definition. No request. */
  #isDefined(job: LocalJob): boolean {
    const { records } = this.#deps
    if (records.plainAfter(job.name) !== undefined) return true
    const record = records.peek(job.name)
    const now = this.#env.serverClock.sharedNow()
    return record !== undefined && defineJob(record, job, now) === record
  }

  /**
   * A start waits for the store as long as it takes: without their records, the jobs would not run. A single unreadable
   * record must not keep all other jobs of this instance from running. Only a stop closes the records, and ends the start
   * without an alarm.
   */
  #defineMany(jobs: readonly LocalJob[]): Promise<boolean> {
    const { events, logger } = this.#env
    const { records } = this.#deps
    const begin = (job: LocalJob, answer: DefinitionAnswer): void =>
      records.submit(job.name, new DefinitionUnderWay(this.#host, job, answer))
    const bears = (error: unknown, { name }: LocalJob): boolean => {
      if (isOvertakenByClose(error)) return true
      if (!(error instanceof SchedulerError) || error.code !== 'STORE') return false
      logger.error(`job '${name}' does not run: ${error.message}`, { error })
      events.announce('error', { error, jobName: name })
      return true
    }
    return new ManyDefinitions({ begin, bears }, jobs).run()
  }

  /**
   * @returns whether the record changed
   * @throws SchedulerError `INVALID_SCHEDULE` for an instant that is past
   */
  define(job: LocalJob): Promise<boolean> {
    return new Promise((defined, failed) => {
      const underWay = new DefinitionUnderWay(this.#host, job, { defined, failed })
      this.#deps.records
        .ask(job.name, (record) => underWay.change(record))
        .then((updated) => underWay.answered(updated), failed)
    })
  }

  /**
   * Changes the record of a job; first defines the job if this instance has it and the bucket does not.
   * @param change - `now`: the store's time, as far as it is proven
   * @param saidAt - the time of the request by the application, by this machine's clock, epoch ms
   * @throws SchedulerError `JOB_NOT_FOUND`, also for a removed job; `INVALID_SCHEDULE` for an instant that is past
   */
  async change(name: string, change: (record: JobRecord, now: number) => JobRecord, saidAt: number): Promise<void> {
    const { records, catalog } = this.#deps
    // Only a leader is told of changes, so the last read record may already look like the record after this change.
    records.invalidate(name)
    const answer = await records.ask(name, (known) => {
      const local = catalog.jobs.get(name)
      const defined = local && this.#change(name, (now) => newJob(local.spec, local.hash, now))
      const record = known ?? defined
      if (record === undefined || record.removed) return { stop: 'unknown' }
      const changed = this.#change(name, (now) => change(record, now), saidAt)
      refusePast(name, known, changed)
      return changed === known ? { stop: 'unchanged' } : { write: changed }
    })
    if (answer.outcome === 'stopped' && answer.stop === 'unknown') throw jobNotFound(name, [...records.names()])
  }

  /** Removes the job from the bucket, if it is there. */
  async remove(name: string): Promise<void> {
    const { records } = this.#deps
    records.invalidate(name)
    await records.ask(name, (known) =>
      known === undefined || known.removed ? { stop: 'unchanged' } : { write: removeJob(known) },
    )
  }

  #change(name: string, changeAt: (now: number) => JobRecord, saidAt = this.#deps.catalog.saidAt.get(name)): JobRecord {
    return changeOneTime(changeAt, { now: this.#env.serverClock.sharedNow(), saidAt: saidAt ?? Infinity })
  }
}
