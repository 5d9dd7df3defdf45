import { defineJob, type JobRecord, type LocalJob, newJob } from '@s3sched/jobs'
import type { RecordChange, RecordUpdate, UpdateResult } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { DefinedJobs } from './defined-jobs.ts'
import { changeOneTime, refusePast } from './one-time.ts'

export interface DefinitionHost extends Pick<EngineEnv, 'events' | 'logger' | 'serverClock'> {
  readonly catalog: Pick<DefinedJobs, 'saidAt'>
}

/** The answer to a definition, as a call. One is called, once. */
export interface DefinitionAnswer {
  /** @param hasChanged - whether the record was written */
  defined(hasChanged: boolean): void
  /** @param error - SchedulerError `INVALID_SCHEDULE` for an instant that is past; the store's error */
  failed(error: unknown, job: LocalJob): void
}

/**
 * The definition of a job on its way into the bucket: a single object. A first start has ten thousand of them under way,
 * and promises for each would be most of the memory of the start.
 */
export class DefinitionUnderWay implements RecordUpdate<'unchanged'> {
  readonly job: LocalJob
  readonly #host: DefinitionHost
  readonly #answer: DefinitionAnswer
  /** By the last decision about the change, which is the one that counts. */
  #before: JobRecord | undefined

  constructor(host: DefinitionHost, job: LocalJob, answer: DefinitionAnswer) {
    this.#host = host
    this.job = job
    this.#answer = answer
  }

  change(record: JobRecord | undefined): RecordChange<'unchanged'> {
    const { hash, name, spec } = this.job
    const { catalog, serverClock } = this.#host
    this.#before = record
    const moments = { now: serverClock.sharedNow(), saidAt: catalog.saidAt.get(name) ?? Infinity }
    const defined = changeOneTime(
      (now) => (record === undefined ? newJob(spec, hash, now) : defineJob(record, this.job, now)),
      moments,
    )
    refusePast(name, record, defined)
    return defined === record ? { stop: 'unchanged' } : { write: defined }
  }

  answered(updated: UpdateResult<'unchanged'>): void {
    this.#host.catalog.saidAt.delete(this.job.name)
    const isWritten = updated.outcome === 'written'
    if (isWritten && this.#before !== undefined) this.#announce(this.#before, updated.record)
    this.#answer.defined(isWritten)
  }

  failed(error: unknown): void {
    this.#answer.failed(error, this.job)
  }

  #announce(before: JobRecord, after: JobRecord): void {
    const { events, logger } = this.#host
    const jobName = this.job.name
    const droppedOverride = before.override !== null && after.override === null
    if (droppedOverride)
      logger.warn(`the code redefines job '${jobName}': what was changed at run time no longer holds`)
    events.announce('plg:scheduler:job-updated', { jobName, droppedOverride })
  }
}
