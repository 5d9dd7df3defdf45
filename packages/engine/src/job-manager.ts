import {
  type AnyJobDefinition,
  type JobRecord,
  onBucket,
  overrideJob,
  pauseJob,
  removeJob,
  resumeJob,
  SchedulerError,
} from '@s3sched/jobs'
import type { Engine } from './engine.ts'
import type { EngineWorld } from './engine-env.ts'
import type { CoreEvents } from './events.ts'
import type { EngineLife } from './engine-life.ts'
import type { JobCatalog } from './definitions/job-catalog.ts'

export interface JobManagerDeps {
  readonly catalog: JobCatalog
  readonly life: EngineLife
}

/** A change of one job, for the bucket and for the listeners. */
interface Change<E extends keyof CoreEvents> {
  readonly event: E
  readonly payload: CoreEvents[E]
  readonly write: (core: Engine) => Promise<unknown>
  /** Called after a refusal, when the bucket certainly has no part of the change. */
  readonly undo?: () => void
  /** Called after any other failure, when the bucket may have the change, or not. */
  readonly doubt?: () => void
}

/**
 * Changes of jobs at run time. A wrong change is refused at once. A right change applies at once in this process, and
 * in the bucket when the promise resolves. A failure is also an event and a line in the log, in case no caller awaits
 * the promise.
 */
export class JobManager {
  readonly #env: Pick<EngineWorld, 'clock' | 'events' | 'logger'>
  readonly #deps: JobManagerDeps
  /** Jobs whose addition or removal failed: the bucket may lack such a job, so an addition is no error. */
  readonly #unwritten = new Set<string>()

  constructor(env: Pick<EngineWorld, 'clock' | 'events' | 'logger'>, deps: JobManagerDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Adds a job. @throws SchedulerError at once, for a wrong definition or a taken name */
  add(name: string, definition: AnyJobDefinition): Promise<void> {
    const { catalog } = this.#deps
    if (this.#unwritten.delete(name)) catalog.takeBack(name)
    const job = catalog.add(name, definition)
    // Another instance may have removed a job of the same name since the last read.
    this.#deps.life.core?.bucket.records.invalidate(name)
    return this.#change(name, {
      event: 'plg:scheduler:job-added',
      payload: { jobName: name },
      write: ({ registrar }) => registrar.define(job),
      undo: () => catalog.takeBack(name),
      doubt: () => void this.#unwritten.add(name),
    })
  }

  /** Changes a job beside its definition in the code. @throws SchedulerError at once, for an invalid change */
  update(name: string, changes: Partial<AnyJobDefinition>): Promise<void> {
    const { catalog } = this.#deps
    const { fields, undo } = catalog.update(name, changes)
    const payload = { jobName: name, droppedOverride: false }
    const override = this.#changeOf(name, (record, now) => overrideJob(record, fields, now, name))
    const write = async (core: Engine): Promise<void> => {
      // A new action or other function is known only here.
      if (Object.keys(fields).length > 0) await override(core)
    }
    return this.#change(name, { event: 'plg:scheduler:job-updated', payload, write, undo })
  }

  /** Removes a job, here and in the bucket. @throws SchedulerError at once, without such a job */
  remove(name: string): Promise<void> {
    const { catalog, life } = this.#deps
    const putBack = this.#isDefinedHere(name) ? catalog.remove(name) : undefined
    const undo = (): void => {
      putBack?.()
      life.core?.touch(name)
    }
    const event = 'plg:scheduler:job-removed'
    const write = this.#changeOf(name, removeJob)
    const doubt = (): void => {
      undo()
      this.#unwritten.add(name)
    }
    return this.#change(name, { event, payload: { jobName: name }, write, undo, doubt })
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
    const record = life.core?.bucket.records.peek(name)
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

  #change<E extends keyof CoreEvents>(
    jobName: string,
    { doubt, event, payload, undo, write }: Change<E>,
  ): Promise<void> {
    const { events, logger } = this.#env
    const written = this.#write(jobName, write).catch((error: unknown) => {
      if (error instanceof SchedulerError && error.code !== 'STORE') undo?.()
      else doubt?.()
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
    await onBucket(async () => {
      await write(core)
      this.#unwritten.delete(jobName)
      await core.bucket.marker.bump()
    })
    core.touch(jobName)
  }
}
