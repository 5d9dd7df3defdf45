import { checkActionFile, resolveIsolationOptions } from '@s3sched/executor'
import type { Isolation, IsolationOptions } from '@s3sched/executor/isolated'
import type { Clock, Logger } from '@s3sched/kernel'
import type { JobContext, JobDefinition } from '@s3sched/jobs'

/** The place and the bounds of an action given as a file. */
type IsolatedHow = Pick<JobDefinition, 'isolate' | 'resourceLimits'>

/** The threads and processes of a scheduler for actions given as files. */
export interface SchedulerIsolation extends IsolationOptions {
  /**
   * The `file:` URL of a module whose default export opens the database for an isolated action, once per thread or
   * process; an open database can't leave its process. @default none, and the action's first argument is `undefined`
   */
  readonly database?: URL
}

export interface IsolatedJobsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly database: () => unknown
  /** False if the context is the only argument of an action. */
  readonly withDatabase: boolean
}

/**
 * The actions in threads and processes of one scheduler, which may be stopped and started again. The code for threads
 * and processes is loaded by the first call.
 */
export class IsolatedJobs {
  /** The longest time from the signal to the end of an action, in ms. */
  readonly settleMs: number
  readonly #deps: IsolatedJobsDeps
  readonly #options: IsolationOptions
  readonly #database: URL | undefined
  #isolation: Promise<Isolation> | undefined
  #hasWarned = false

  /** Starts nothing. @throws S3SchedError `INVALID_OPTIONS`, `INVALID_TASK` for a file that does not exist */
  constructor(deps: IsolatedJobsDeps, given: SchedulerIsolation = {}) {
    const { database, ...others } = given
    // Without a database its option is unknown, and refused as such.
    const options = deps.withDatabase ? others : given
    if (database !== undefined) checkActionFile(database)
    this.#deps = deps
    this.#options = options
    this.#database = database
    this.settleMs = resolveIsolationOptions(options).settleMs
  }

  /** Calls the action of a file in a thread or a process. */
  async call(file: URL, { isolate, resourceLimits }: IsolatedHow, context: JobContext): Promise<unknown> {
    this.#warnOfNoDatabase()
    this.#isolation ??= this.#open()
    const action = (await this.#isolation).action(file, {
      withDatabase: this.#deps.withDatabase,
      ...(isolate === undefined ? {} : { in: isolate }),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
      ...(this.#database === undefined ? {} : { database: this.#database }),
    })
    return action(context)
  }

  /** Ends all threads and processes. A later call starts new ones. */
  async stop(): Promise<void> {
    const ended = this.#isolation
    this.#isolation = undefined
    await (await ended)?.stop()
  }

  async #open(): Promise<Isolation> {
    const { createIsolation } = await import('@s3sched/executor/isolated')
    const { clock, logger } = this.#deps
    return createIsolation({ clock, logger }, this.#options)
  }

  #warnOfNoDatabase(): void {
    if (this.#hasWarned || this.#database !== undefined || this.#deps.database() === undefined) return
    this.#hasWarned = true
    this.#deps.logger.warn(
      "isolated actions get no database, since an open database can't leave its process: give the scheduler " +
        '`isolation: { database: new URL(…) }`, a file whose default export opens the database',
    )
  }
}
