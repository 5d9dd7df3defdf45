import { didYouMean, type Logger } from '@s3sched/kernel'
import type { CoreEvents, SchedulerEmitter } from '../events.ts'
import type { SchedulerCore } from '../scheduler-core.ts'
import { SchedulerError } from '../scheduler-error.ts'
import type { SchedulerLife } from '../scheduler-life.ts'
import type { JobCatalog } from './job-catalog.ts'
import { overrideJob, pauseJob, removeJob, resumeJob } from './job-changes.ts'
import type { JobDefinition } from './job-definition.ts'
import { isJobName } from './job-name.ts'
import { jobNotFound } from './job-not-found.ts'
import type { JobRecord } from './job-record.ts'

export interface JobManagerDeps<DB, S> {
  readonly catalog: JobCatalog<DB, S>
  readonly life: SchedulerLife
  readonly events: SchedulerEmitter
  readonly logger: Logger
}

/**
 * Changes of jobs at run time: refused at once when they are wrong, true here at once when they are right, and in the
 * bucket when their promise resolves. A failure that nobody awaits is an event and a line in the log.
 */
export class JobManager<DB, S> {
  readonly #deps: JobManagerDeps<DB, S>

  constructor(deps: JobManagerDeps<DB, S>) {
    this.#deps = deps
  }

  add(name: string, definition: JobDefinition<DB, S>): Promise<void> {
    const job = this.#deps.catalog.add(name, definition)
    this.#deps.life.core?.book.doubt(name)
    const undo = (): void => this.#deps.catalog.takeBack(name)
    return this.#change(name, 'plg:scheduler:job-added', { jobName: name }, (core) => core.registrar.define(job), undo)
  }

  update(name: string, changes: Partial<JobDefinition<DB, S>>): Promise<void> {
    const { catalog } = this.#deps
    const { fields, undo } = catalog.update(name, changes)
    const event = { jobName: name, droppedOverride: false }
    const write = async ({ registrar }: SchedulerCore): Promise<void> => {
      // A new action, or another function, is known here alone.
      if (Object.keys(fields).length === 0) return
      await registrar.change(name, (record, now) => overrideJob(record, fields, now, name))
    }
    return this.#change(name, 'plg:scheduler:job-updated', event, write, undo)
  }

  remove(name: string): Promise<void> {
    if (this.#isDefinedHere(name)) this.#deps.catalog.remove(name)
    this.#deps.life.core?.book.doubt(name)
    return this.#change(name, 'plg:scheduler:job-removed', { jobName: name }, ({ registrar }) =>
      registrar.change(name, removeJob),
    )
  }

  enable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    const resume = (record: JobRecord, now: number): JobRecord => resumeJob(record, now, name)
    return this.#change(name, 'plg:scheduler:job-enabled', { jobName: name }, ({ registrar }) =>
      registrar.change(name, resume),
    )
  }

  disable(name: string): Promise<void> {
    this.#isDefinedHere(name)
    return this.#change(name, 'plg:scheduler:job-disabled', { jobName: name }, ({ registrar }) =>
      registrar.change(name, pauseJob),
    )
  }

  /** The core, when the job is defined here or the bucket has it. @throws SchedulerError `JOB_NOT_FOUND` */
  async coreThatKnows(name: string): Promise<SchedulerCore> {
    const { catalog, life } = this.#deps
    // What can be no job's name becomes no key, and costs no request.
    if (!isJobName(name)) throw jobNotFound(String(name), undefined)
    const core = await life.open()
    if (catalog.jobs.has(name)) return core
    const record = await core.book.load(name)
    if (record === undefined || record.removed) throw jobNotFound(name, didYouMean(name, core.book.names()))
    return core
  }

  /**
   * Another instance's job, or one that no instance defines any more, can be paused and removed from here as soon as this
   * instance has read it.
   * @throws SchedulerError `JOB_NOT_FOUND` when it is known neither from the code nor from the bucket
   */
  #isDefinedHere(name: string): boolean {
    const { catalog, life } = this.#deps
    if (catalog.jobs.has(name)) return true
    const record = life.core?.book.peek(name)
    if (record === undefined || record.removed) catalog.get(name)
    return false
  }

  /** @param undo - called when the change was refused: it is certain then that nothing of it is in the bucket */
  #change<E extends keyof CoreEvents>(
    jobName: string,
    event: E,
    payload: CoreEvents[E],
    write: (core: SchedulerCore) => Promise<unknown>,
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

  async #write(jobName: string, write: (core: SchedulerCore) => Promise<unknown>): Promise<void> {
    const core = await this.#deps.life.open()
    await write(core)
    await core.marker.bump()
    core.touch(jobName)
  }
}
