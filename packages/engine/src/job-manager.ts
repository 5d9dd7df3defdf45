import {
  type AnyJobDefinition,
  jobNotFound,
  type JobRecord,
  onBucket,
  overrideJob,
  pauseJob,
  resumeJob,
} from '@s3sched/jobs'
import type { Engine } from './engine.ts'
import type { EngineWorld } from './engine-env.ts'
import type { CoreEvents } from './events.ts'
import type { EngineLife } from './engine-life.ts'
import type { JobCatalog } from './definitions/job-catalog.ts'
import type { OpenChange } from './definitions/open-changes.ts'

export interface JobManagerDeps {
  readonly catalog: JobCatalog
  readonly life: EngineLife
}

interface Parts {
  /** `false` for a change of this process alone. */
  readonly write: ((core: Engine) => Promise<unknown>) | false
  /** The part of the change in this process. */
  readonly local?: OpenChange | undefined
}

/** A change of one job, for the bucket and for the listeners. */
interface Change<E extends keyof CoreEvents> extends Parts {
  readonly event: E
  readonly payload: CoreEvents[E]
}

/**
 * Changes of jobs at run time. A wrong change is refused at once. A right change applies at once in this process, and
 * in the bucket when the promise resolves. A change that fails changes nothing in this process, so it may be asked for
 * again; the bucket may have it all the same where the store did not answer. A failure is also an event and a line in
 * the log, in case no caller awaits the promise.
 */
export class JobManager {
  readonly #env: Pick<EngineWorld, 'clock' | 'events' | 'logger'>
  readonly #deps: JobManagerDeps

  constructor(env: Pick<EngineWorld, 'clock' | 'events' | 'logger'>, deps: JobManagerDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Adds a job. @throws SchedulerError at once, for a wrong definition or a taken name */
  add(name: string, definition: AnyJobDefinition): Promise<void> {
    const { catalog, life } = this.#deps
    const records = life.core?.bucket.records
    const { job, ...local } = catalog.add(name, definition, () => records?.peek(name)?.removed === true)
    // Another instance may have removed a job of the same name since the last read.
    records?.invalidate(name)
    return this.#change(name, {
      event: 'plg:scheduler:job-added',
      payload: { jobName: name },
      write: ({ registrar }) => registrar.define(job),
      local,
    })
  }

  /** Changes a job beside its definition in the code. @throws SchedulerError at once, for an invalid change */
  update(name: string, changes: Partial<AnyJobDefinition>): Promise<void> {
    const { fields, ...local } = this.#deps.catalog.update(name, changes)
    const payload = { jobName: name, droppedOverride: false }
    // A new action or other function is known only here, and makes no request.
    const isStored = Object.keys(fields).length > 0
    if (!isStored && this.#deps.life.core?.bucket.records.peek(name)?.removed === true) {
      local.undo()
      throw jobNotFound(name)
    }
    const write = isStored && this.#changeOf(name, (record, now) => overrideJob(record, fields, now, name))
    return this.#change(name, { event: 'plg:scheduler:job-updated', payload, write, local })
  }

  /** Removes a job, here and in the bucket. @throws SchedulerError at once, without such a job */
  remove(name: string): Promise<void> {
    const local = this.#isDefinedHere(name) ? this.#deps.catalog.remove(name) : undefined
    const event = 'plg:scheduler:job-removed'
    const write = ({ registrar }: Engine): Promise<void> => registrar.remove(name)
    return this.#change(name, { event, payload: { jobName: name }, write, local })
  }

  /** Resumes a job. @throws SchedulerError at once, without such a job */
  enable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    return this.#changeRecord(name, 'plg:scheduler:job-enabled', (record, now) => resumeJob(record, now, name))
  }

  /** Pauses a job. @throws SchedulerError at once, without such a job */
  disable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    return this.#changeRecord(name, 'plg:scheduler:job-disabled', pauseJob)
  }

  /**
   * Returns `false` for a job known only from the bucket: once this instance has read its record, another instance's
   * job, or an orphaned job, can be paused and removed from here.
   * @throws SchedulerError `JOB_NOT_FOUND` when neither the code nor the bucket knows the job
   */
  #isDefinedHere(name: string): boolean {
    const { catalog, life } = this.#deps
    if (catalog.jobs.has(name)) return true
    const record = typeof (name as unknown) === 'string' ? life.core?.bucket.records.peek(name) : undefined
    if (record === undefined || record.removed) catalog.get(name)
    return false
  }

  /** Prepares a change of the record that is requested now and written later. */
  #changeOf(name: string, change: (record: JobRecord, now: number) => JobRecord): (core: Engine) => Promise<void> {
    const saidAt = this.#env.clock.now()
    return ({ registrar }) => registrar.change(name, change, saidAt)
  }

  #changeRecord(
    name: string,
    event: 'plg:scheduler:job-enabled' | 'plg:scheduler:job-disabled',
    change: (record: JobRecord, now: number) => JobRecord,
  ): Promise<void> {
    return this.#change(name, { event, payload: { jobName: name }, write: this.#changeOf(name, change) })
  }

  #change<E extends keyof CoreEvents>(jobName: string, change: Change<E>): Promise<void> {
    const { events, logger } = this.#env
    const { event, payload } = change
    const written = this.#write(jobName, change)
    written.then(
      () => events.announce(event, payload),
      (error: unknown) => {
        logger.error(`a change of job '${jobName}' did not reach the bucket`, { error })
        events.announce('error', { error, jobName })
      },
    )
    return written
  }

  async #write(jobName: string, { local, write }: Parts): Promise<void> {
    try {
      const core = write !== false && (await this.#accepted(write, local))
      if (core === false) local?.keep()
      else await onBucket(() => core.bucket.marker.bump())
    } finally {
      this.#deps.life.core?.touch(jobName)
    }
  }

  async #accepted(write: (core: Engine) => Promise<unknown>, local: OpenChange | undefined): Promise<Engine> {
    try {
      const core = await this.#deps.life.open()
      await onBucket(() => write(core))
      local?.keep()
      return core
    } catch (error) {
      local?.undo()
      throw error
    }
  }
}
