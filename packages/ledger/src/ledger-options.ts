import {
  custom,
  func,
  guardLogger,
  having,
  integer,
  optional,
  resolveOptions,
  silentLogger,
  string,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type OptionField,
  type Random,
} from '@s3sched/kernel'
import type { RecordCodec } from './record-codec.ts'

/** The options of a ledger. */
export interface LedgerOptions<R> {
  /** The translation of records to JSON, and back. */
  readonly codec: RecordCodec<R>
  /**
   * The folder of the ledger, with the pages in `<namespace>pages/…`. Empty, or ending in a slash. Every process of a
   * ledger uses the same. @default ''
   */
  readonly namespace?: string
  /**
   * The name of the process in the signs of commits, 1 to 128 characters. **No two ledgers may share a writer at any
   * time**, since a writer finds its own landed writes by the name. @default a random name
   */
  readonly writer?: string
  /** A page with more records is split, 2 to 10000. @default 250 */
  readonly maxRecords?: number
  /** A page whose records have more characters of JSON is split, 1024 to 4194304. @default 131072 */
  readonly maxChars?: number
  /**
   * The least depth of a page, 0 to 8. With `n` a page lies in one of `2 ** n` shards, with the number `stableHash(key)
   * % 2 ** n`. A shallower page is split at its next commit. @default 0
   */
  readonly leastDepth?: number
  /** The largest number of pages with a commit at the same time, 1 to 256. @default 32 */
  readonly maxCommits?: number
  /**
   * Time of a request with all repetitions, in ms, 100 to 60000. Afterwards the fate of a write is unclear, and the
   * page is read. @default 10000
   */
  readonly requestTimeoutMs?: number
  /**
   * The wanted record in a deleted page that is made anew from the memory of the process. The deleted page may have
   * been newer. @default the record as last seen
   */
  readonly restore?: (record: R, key: string) => R
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** Receives the errors of listeners. @default silent */
  readonly logger?: Logger
}

export interface ResolvedLedgerOptions<R> extends Required<LedgerOptions<R>> {}

type Spec<R> = { readonly [K in keyof LedgerOptions<R>]-?: OptionField<LedgerOptions<R>[K]> }

/** @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong */
export function resolveLedgerOptions<R>(input: LedgerOptions<R>): ResolvedLedgerOptions<R> {
  const given = resolveOptions('ledger', specOf<R>(), input) as LedgerOptions<R> & ResolvedLedgerOptions<R>
  const random = given.random ?? systemRandom
  return {
    ...given,
    writer: given.writer ?? random.id(),
    restore: given.restore ?? ((record) => record),
    clock: given.clock ?? systemClock,
    random,
    logger: guardLogger(given.logger ?? silentLogger),
  }
}

function specOf<R>(): Spec<R> {
  return {
    codec: having<RecordCodec<R>>('a codec', 'decode', 'encode'),
    namespace: custom('empty, or a folder that ends with a slash', isFolder, ''),
    writer: optional(string({ max: 128 })),
    maxRecords: integer({ min: 2, max: 10_000, default: 250 }),
    maxChars: integer({ min: 1024, max: 4_194_304, default: 131_072 }),
    leastDepth: integer({ min: 0, max: 8, default: 0 }),
    maxCommits: integer({ min: 1, max: 256, default: 32 }),
    requestTimeoutMs: integer({ min: 100, max: 60_000, default: 10_000 }),
    restore: optional(func<(record: R, key: string) => R>()),
    clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
    random: optional(having<Random>('a Random', 'float', 'id')),
    logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
  }
}

function isFolder(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || value.endsWith('/'))
}
