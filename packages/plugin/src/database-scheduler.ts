import { guardLogger, type Logger } from '@s3sched/kernel'
import type { JobAction, JobDefinition } from '@s3sched/jobs'
import type { SchedulerOptions } from './options.ts'
import { DEFAULT_PREFIX } from './resolve-options.ts'
import { pickLogger } from './pick-logger.ts'
import { type S3dbOptions, warningOfS3dbOptions, withoutS3dbOptions } from './s3db-options.ts'
import { SchedulerCore } from './scheduler-core.ts'
import { noteInstalled, noteUninstalled } from './shared-namespace.ts'
import { stopWithDatabase } from './stop-with-database.ts'

/** The class behind `SchedulerPlugin`, which adds the default of `DB`. Databases name a plugin by its class. */
export class SchedulerPlugin<DB> extends SchedulerCore {
  readonly #logger: Logger
  readonly #prefix: string
  readonly #installed: { database: DB | undefined }
  #instanceName: string

  constructor(options: SchedulerOptions<DB, SchedulerPlugin<DB>> & S3dbOptions = {}) {
    const installed: { database: DB | undefined } = { database: undefined }
    super(withoutS3dbOptions(options) as object, {
      name: 'SchedulerPlugin',
      shape: '(database, context, scheduler) => result',
      withDatabase: true,
      database: () => installed.database,
      call: (action, context, scheduler) =>
        (action as JobAction<unknown, object>)(installed.database, withDatabase(context), scheduler),
    })
    this.#installed = installed
    this.#instanceName = 'scheduler'
    this.#prefix = options.prefix ?? DEFAULT_PREFIX
    this.#logger = guardLogger(pickLogger(options.logger))
    const warning = warningOfS3dbOptions(options)
    if (warning !== undefined) this.#logger.warn(warning)
  }

  /** Called by the database before {@link install}. */
  setInstanceName(name: string): void {
    this.#instanceName = name
  }

  /** The plugin's name in the database. */
  get instanceName(): string {
    return this.#instanceName
  }

  /**
   * Called by `database.usePlugin(scheduler)`.
   * @param database - a `DB`. The type is wider, because plugins of s3db.js must take a database of its own type, and
   * the scheduler of an application does not name that type
   */
  async install(database: unknown): Promise<void> {
    this.#installed.database = database as DB
    noteInstalled(database, this, this.#prefix, this.#logger)
    stopWithDatabase(database, () => this.stop(), this.#logger)
  }

  /** Called by the database when the plugin is removed. The bucket keeps all objects. */
  async uninstall(): Promise<void> {
    await this.stop()
    noteUninstalled(this.#installed.database, this)
    this.#installed.database = undefined
  }

  /**
   * Adds a job. Rejects with `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @throws at once when the definition is wrong or the name is taken
   */
  addJob(name: string, definition: JobDefinition<DB, SchedulerPlugin<DB>>): Promise<void> {
    return this.addDefinition(name, definition)
  }

  /**
   * Changes a job beside its definition in the code; the change holds until the code's definition changes. Rejects with
   * `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @throws at once when no such job exists, or the changed job would be invalid
   */
  updateJob(name: string, changes: Partial<JobDefinition<DB, SchedulerPlugin<DB>>>): Promise<void> {
    return this.updateDefinition(name, changes)
  }
}

/** The context of an action has the field also without a database. A copy would make the signal of each context. */
function withDatabase<Context extends object>(context: Context): Context & { readonly database: unknown } {
  return 'database' in context ? context : Object.assign(context, { database: undefined })
}
