import type { Database } from '@s3sched/database'
import type { JobDefinition } from '@s3sched/jobs'
import type { StoreInput } from '@s3sched/store'
import { SchedulerPlugin as DatabaseScheduler } from './database-scheduler.ts'
import type { SchedulerOptions } from './options.ts'
import type { S3dbOptions } from './s3db-options.ts'

/** The definition of a job for a scheduler installed in a database of type `DB`. */
export type Job<DB = Database> = JobDefinition<DB, SchedulerPlugin<DB>>

type PluginOptions<DB> = SchedulerOptions<DB, SchedulerPlugin<DB>> & S3dbOptions

/** The constructor of {@link SchedulerPlugin}, which tells the type of the database by its options. */
export interface SchedulerPluginConstructor {
  readonly prototype: SchedulerPlugin<unknown>
  /**
   * A scheduler with a store of its own, which need not be installed: the database of its actions is `undefined`, unless
   * `DB` is given.
   */
  new <DB = undefined>(options: PluginOptions<DB> & { readonly store: StoreInput }): SchedulerPlugin<DB>
  /** A scheduler in a database; without a database `start()` rejects with `NOT_STARTED`. */
  new <DB = Database>(options?: PluginOptions<DB>): SchedulerPlugin<DB>
}

/** A scheduler in a database of type `DB`. */
export type SchedulerPlugin<DB = Database> = DatabaseScheduler<DB>

/**
 * A cron scheduler as a plugin of a database: an action gets the database as its first argument, and the bucket of the
 * database is the default of the store. Makes no request. A scheduler without a database is made by
 * {@link createScheduler}.
 *
 * @throws {@link SchedulerError} naming every mistake in the options and the jobs
 * @example
 * const scheduler = new SchedulerPlugin({ jobs: { report: { schedule: '0 8 * * *', action: async (db) => {} } } })
 * await database.usePlugin(scheduler)
 */
export const SchedulerPlugin: SchedulerPluginConstructor = DatabaseScheduler
