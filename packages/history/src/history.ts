import {
  having,
  integer,
  isObject,
  optional,
  resolveOptions,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
} from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { resolvePruneOptions } from './prune-options.ts'
import { resolveRetention, type RetentionPolicy } from './retention.ts'
import type { RunHistory } from './run-history.ts'
import { createHistoryReader } from './segments/history-reader.ts'
import type { LivePages } from './segments/live-pages.ts'
import { pruneSegments } from './segments/prune-segments.ts'
import type { Archive } from './segments/run-chunk.ts'

/** The live things that a history needs. */
export interface HistoryDeps {
  /** The store of the segments, scoped to their prefix. */
  readonly store: ObjectStore
  /** The newest outcomes, which lie in no segment yet. @default none: all runs lie in segments */
  readonly pages?: LivePages
  /** @default no archive */
  readonly archive?: Archive
  /** @default the machine's */
  readonly clock?: Clock
  /** Told of unreadable lines and objects, which are passed over. @default silent */
  readonly logger?: Logger
}

/** The retention of a history, and the memory of its cache. */
export interface HistoryOptions {
  /** The default policy of `prune`. */
  readonly retention?: RetentionPolicy
  /** Memory for segments and details that were read, in bytes; 0 for none. @default 8388608 */
  readonly cacheBytes?: number
}

const NO_PAGES: LivePages = { pages: () => [] }

const OPTIONS_SPEC = {
  store: having<ObjectStore>('an ObjectStore', 'get', 'put', 'delete', 'list'),
  pages: optional(having<LivePages>('an owner of pages', 'pages')),
  archive: optional(having<Archive>('an archive', 'lanes')),
  retention: optional(having<RetentionPolicy>('an object with maxAgeMs and failedMaxAgeMs')),
  cacheBytes: integer({ min: 0, default: 8_388_608 }),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
}

/**
 * The history of all runs in a store: the newest outcomes in pages, if somebody keeps pages, and all others in segments.
 *
 * A query begins with a refresh of the pages, and takes 1 LIST per page of jobs and 1,000 segments of its period, and 1
 * GET for each segment that may hold a wanted run and is not in the cache. Outcomes in pages cost no further request.
 * Each run with large parts costs 1 GET in `get`, `read`, `exportRuns` and, with `details`, in `list`.
 *
 * `prune` deletes whole segments: 1 LIST for each page and 1,000 old keys, 1 DELETE per 1,000 objects, and at most
 * 10,000 segments and 10,000 details for each call. A prune that deletes segments notes how far it went, 1 GET and 1
 * PUT.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createHistory(deps: HistoryDeps, options: HistoryOptions = {}): RunHistory {
  const {
    archive,
    cacheBytes,
    clock = systemClock,
    logger = silentLogger,
    pages = NO_PAGES,
    retention,
    store,
  } = resolveOptions('createHistory', OPTIONS_SPEC, together(deps, options))
  const kept = resolveRetention(retention)
  return {
    ...createHistoryReader({ archive, clock, logger, pages, store }, cacheBytes),
    prune: async (policy, pruned = {}) =>
      pruneSegments(
        { store, clock },
        policy === undefined ? kept : resolveRetention(policy),
        resolvePruneOptions(pruned),
      ),
  }
}

/**
 * A value that is no object is given on to be refused: the characters of a connection string would be as many unknown
 * options.
 */
function together(deps: unknown, options: unknown): unknown {
  if (!isObject(deps)) return deps
  return isObject(options) ? { ...(deps as object), ...(options as object) } : options
}
