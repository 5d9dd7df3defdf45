import {
  custom,
  describe,
  having,
  integer,
  optional,
  silentLogger,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import { openStore, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import { checkOptions } from './checked-options.ts'
import type { DatabasePlugin } from './plugin-registry.ts'

/** The options of a {@link Database}: exactly one of `connectionString` and `store` is needed. */
export interface DatabaseOptions {
  /** `memory://name`, `file:///directory`, `s3://key:secret@bucket/prefix`, `https://key:secret@host/bucket/prefix`. */
  readonly connectionString?: string
  /** Instead of a connection string: a store, or an S3 client and its bucket. `disconnect()` leaves both open. */
  readonly store?: ObjectStore | S3ClientConnection
  /** Prefix of all keys in the store: empty, or ending in a slash. @default 's3sched/' */
  readonly prefix?: string
  /** Number of documents that a call reads or writes in parallel, 1 to 100. @default 10 */
  readonly parallelism?: number
  /** Number of attempts for a change while other writers change the same document, 1 to 1000. @default 20 */
  readonly maxUpdateAttempts?: number
  /** Plugins to install at the first `connect()`, under the names of their classes. @default none */
  readonly plugins?: readonly DatabasePlugin[]
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** @default silent */
  readonly logger?: Logger
}

const SPEC = {
  connectionString: optional(
    custom('a connection string', (value): value is string => typeof value === 'string' && value !== ''),
  ),
  store: optional(having<ObjectStore | S3ClientConnection>('a store, or { client, bucket }')),
  prefix: custom(
    "empty, or like 'name/'",
    (value): value is string => typeof value === 'string' && (value === '' || value.endsWith('/')),
    's3sched/',
  ),
  parallelism: integer({ min: 1, max: 100, default: 10 }),
  maxUpdateAttempts: integer({ min: 1, max: 1000, default: 20 }),
  plugins: custom<readonly DatabasePlugin[]>(
    'an array of plugins',
    (value): value is readonly DatabasePlugin[] => Array.isArray(value),
    [],
  ),
  clock: { ...having<Clock>('a Clock', 'now', 'monotonic', 'sleep'), fallback: systemClock, required: false },
  random: { ...having<Random>('a Random', 'float', 'id'), fallback: systemRandom, required: false },
  logger: {
    ...having<Logger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error'),
    fallback: silentLogger,
    required: false,
  },
}

export interface ResolvedDatabaseOptions {
  readonly prefix: string
  readonly parallelism: number
  readonly maxUpdateAttempts: number
  readonly plugins: readonly DatabasePlugin[]
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly open: () => ObjectStore
  /** True when the database opened the store, and therefore closes the store. */
  readonly ownsStore: boolean
}

/** @throws {@link DatabaseError} `INVALID_OPTIONS`; `StoreError` `INVALID_CONNECTION` for a malformed connection string. */
export function resolveDatabaseOptions(input: unknown): ResolvedDatabaseOptions {
  const { connectionString, store, ...rest } = checkOptions(
    { code: 'INVALID_OPTIONS', subject: 'Database' },
    SPEC,
    input,
    [
      (options) =>
        (options.connectionString === undefined) === (options.store === undefined)
          ? `expected either connectionString or store, got ${options.store === undefined ? 'neither' : 'both'}`
          : undefined,
    ],
  )
  const { clock, random, logger } = rest
  const connection = connectionString ?? store
  if (connection === undefined) throw new TypeError(`no connection in ${describe(input)}`)
  // Opening the store sends nothing, so a malformed connection is refused here instead of at connect().
  const first = openStore(connection, { clock, random, logger })
  let unused: ObjectStore | undefined = first
  const open = (): ObjectStore => {
    const opened = unused ?? openStore(connection, { clock, random, logger })
    unused = undefined
    return opened
  }
  return { ...rest, open, ownsStore: connection !== first }
}
