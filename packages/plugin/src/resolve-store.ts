import type { Clock } from '@s3sched/kernel'
import {
  DEFAULT_CONNECTION,
  isObjectStore,
  openStore,
  scopeStore,
  type ObjectStore,
  type OpenStoreDeps,
  type StoreInput,
} from '@s3sched/store'
import type { ResolvedSchedulerOptions } from './resolve-options.ts'
import { s3dbConnection } from './s3db-connection.ts'
import { storeBeside } from './store-beside.ts'
import { inScheduler, SchedulerError } from '@s3sched/jobs'

/** The store of the scheduler's state. */
export interface SchedulerStore {
  readonly store: ObjectStore
  /** Closes a store opened here; a store given in the options stays open. */
  readonly close: () => Promise<void>
}

/** The variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Finds the store: the option, else the database's, else the variable `S3SCHED_STORE`, else the folder `.s3sched`.
 * @param environment - `undefined`: without an option and a database there is no store
 * @throws SchedulerError `INVALID_OPTIONS` or `NOT_STARTED`; nothing was requested yet
 */
export function resolveStore(
  options: ResolvedSchedulerOptions,
  database: unknown,
  environment: Environment | undefined,
  deps: Required<OpenStoreDeps>,
): SchedulerStore {
  return inScheduler('INVALID_OPTIONS', () => {
    const given = options.store ?? storeOf(database, deps.clock)
    if (given === undefined && environment === undefined) throw noDatabase()
    const variable = environment?.['S3SCHED_STORE']
    if (given === undefined && variable === '') throw emptyVariable()
    const connection = given ?? variable ?? DEFAULT_CONNECTION
    if (connection === DEFAULT_CONNECTION) {
      deps.logger.warn(`no store was given: using ${DEFAULT_CONNECTION} in the working directory`)
    }
    const store = openStore(connection, deps)
    const close = async (): Promise<void> => {
      if (!isObjectStore(given)) await store.close()
    }
    return { store: scopeStore(store, options.prefix), close }
  })
}

/** Compose files turn a missing value into an empty one. The folder instead of the bucket would be a store of its own. */
function emptyVariable(): SchedulerError {
  return new SchedulerError('the variable S3SCHED_STORE is empty', {
    code: 'INVALID_OPTIONS',
    suggestion: "Set S3SCHED_STORE to a store such as 's3://bucket', or unset S3SCHED_STORE for the folder .s3sched",
  })
}

function noDatabase(): SchedulerError {
  return new SchedulerError('the scheduler is not installed in a database, and has no store', {
    code: 'NOT_STARTED',
    suggestion:
      'Call `await db.usePlugin(scheduler)` first. A scheduler without a database is made by `createScheduler({ store, jobs })`',
  })
}

/**
 * One of our databases has a store open for its plugins. For a database of s3db.js the bucket is opened, or a store of
 * the same kind beside a database without a bucket.
 */
function storeOf(database: unknown, clock: Clock): StoreInput | undefined {
  if (database === undefined) return undefined
  const candidate = database as { readonly connected?: unknown; readonly store?: unknown }
  if (candidate.connected === false) {
    throw new SchedulerError('the database that the scheduler is installed in is not connected', {
      code: 'NOT_STARTED',
      suggestion: 'Call `await db.connect()` before `scheduler.start()`',
    })
  }
  if (isObjectStore(candidate.store)) return candidate.store
  const connection = s3dbConnection(database) ?? storeBeside(database, clock)
  if (connection !== undefined) return connection
  throw new SchedulerError('the database that the scheduler is installed in has no bucket that can be used', {
    code: 'INVALID_OPTIONS',
    suggestion: "Give the scheduler a store of its own: new SchedulerPlugin({ store: 's3://…', … })",
  })
}
