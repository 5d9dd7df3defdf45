import { isJobName, type Clock, type Logger } from '@s3sched/kernel'
import type { CoreEvents, Engine, JobCatalog, SchedulerEmitter } from '@s3sched/engine'
import {
  type AnyJobDefinition,
  jobNotFound,
  type JobRecord,
  overrideJob,
  pauseJob,
  removeJob,
  resumeJob,
  SchedulerError,
} from '@s3sched/jobs'
import type { SchedulerLife } from './scheduler-life.ts'

export interface JobManagerDeps {
  readonly catalog: JobCatalog
  readonly life: SchedulerLife
  readonly clock: Clock
  readonly events: SchedulerEmitter
  readonly logger: Logger
}

/**
 * Changes of jobs at run time. A wrong change is refused at once. A right change applies at once in this process, and
 * in the bucket when the promise resolves. A failure is also an event and a line in the log, in case no caller awaits
 * the promise.
 */
export class JobManager {
  readonly #deps: JobManagerDeps

  constructor(deps: JobManagerDeps) {
    this.#deps = deps
  }

  add(name: string, definition: AnyJobDefinition): Promise<void> {
    const job = this.#deps.catalog.add(name, definition)
    // Another instance may have removed a job of the same name since the last read.
    this.#deps.life.core?.bucket.records.invalidate(name)
    const undo = (): void => this.#deps.catalog.takeBack(name)
    return this.#change(name, 'plg:scheduler:job-added', { jobName: name }, (core) => core.registrar.define(job), undo)
  }

  update(name: string, changes: Partial<AnyJobDefinition>): Promise<void> {
    const { catalog } = this.#deps
    const { fields, undo } = catalog.update(name, changes)
    const event = { jobName: name, droppedOverride: false }
    const override = this.#changeOf(name, (record, now) => overrideJob(record, fields, now, name))
    const write = async (core: Engine): Promise<void> => {
      // A new action or other function is known only here.
      if (Object.keys(fields).length > 0) await override(core)
    }
    return this.#change(name, 'plg:scheduler:job-updated', event, write, undo)
  }

  remove(name: string): Promise<void> {
    if (this.#isDefinedHere(name)) this.#deps.catalog.remove(name)
    return this.#change(name, 'plg:scheduler:job-removed', { jobName: name }, this.#changeOf(name, removeJob))
  }

  enable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    const resume = this.#changeOf(name, (record, now) => resumeJob(record, now, name))
    return this.#change(name, 'plg:scheduler:job-enabled', { jobName: name }, resume)
  }

  disable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    return this.#change(name, 'plg:scheduler:job-disabled', { jobName: name }, this.#changeOf(name, pauseJob))
  }

  /** The core, if this process or the bucket knows the job. @throws SchedulerError `JOB_NOT_FOUND` */
  async coreThatKnows(name: string): Promise<Engine> {
    const { catalog, life } = this.#deps
    // An invalid name must become no key of the bucket, and costs no request.
    if (!isJobName(name)) throw jobNotFound(String(name))
    const core = await life.open()
    if (catalog.jobs.has(name)) return core
    const record = await core.bucket.records.load(name)
    if (record === undefined || record.removed) throw jobNotFound(name, [...core.bucket.records.names()])
    return core
  }

  /**
   * Returns `false` for a job known only from the bucket: once this instance has read its record, another instance's
   * job, or an orphaned job, can be paused and removed from here.
   * @throws SchedulerError `JOB_NOT_FOUND` when neither the code nor the bucket knows the job
   */
  #isDefinedHere(name: string): boolean {
    const { catalog, life } = this.#deps
    if (catalog.jobs.has(name)) return true
    const record = life.core?.bucket.records.peek(name)
    if (record === undefined || record.removed) catalog.get(name)
    return false
  }

  /** Prepares a change of the record that is requested now and written later. */
  #changeOf(name: string, change: (record: JobRecord, now: number) => JobRecord): (core: Engine) => Promise<void> {
    const saidAt = this.#deps.clock.now()
    return ({ registrar }) => registrar.change(name, change, saidAt)
  }

  /** @param undo - called after a refusal, when the bucket certainly has no part of the change */
  #change<E extends keyof CoreEvents>(
    jobName: string,
    event: E,
    payload: CoreEvents[E],
    write: (core: Engine) => Promise<unknown>,
    undo?: () => void,
  ): Promise<void> {
    const { events, logger } = this.#deps
    const written = this.#write(jobName, write).catch((error: unknown) => {
      if (error instanceof SchedulerError && error.code !== 'STORE') undo?.()
      throw error
    })
    written.then(
      () => events.announce(event, payload),
      (error: unknown) => {
        logger.error(`a change of job '${jobName}' did not reach the bucket`, { error })
        events.announce('error', { error, jobName })
      },
    )
    return written
  }

  async #write(jobName: string, write: (core: Engine) => Promise<unknown>): Promise<void> {
    const core = await this.#deps.life.open()
    await write(core)
    await core.bucket.marker.bump()
    core.touch(jobName)
  }
}
