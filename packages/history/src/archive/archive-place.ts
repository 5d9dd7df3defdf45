import { integer, having, optional, resolveOptions, silentLogger, systemClock } from '@s3sched/kernel'
import type { Clock, Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { mayHoldJob } from '../segments/job-filter.ts'
import type { Archive, ChunkQuery, Lane } from '../segments/run-chunk.ts'
import { dayOf, DAY_MS } from '../segments/segment-key.ts'
import { ArchiveFiles, type ListedFile } from './archive-files.ts'
import { dayPrefix, saltOf } from './archive-key.ts'
import { ArchiveChunks } from './archive-chunks.ts'
import { ArchiveListing } from './archive-listing.ts'
import { rareChunks } from './rare-chunks.ts'

/** The live things that a reader of the archive needs. */
export interface ArchiveReaderDeps {
  /** The store of the archive, scoped to its prefix. */
  readonly store: ObjectStore
  /** @default the machine's */
  readonly clock?: Clock
  /** Told of files that are unreadable or not ours, once each; their runs are left out. @default silent */
  readonly logger?: Logger
}

/** The memory of a reader of the archive. */
export interface ArchiveReaderOptions {
  /** Memory for footers and other parts of files, in bytes; 0 for none. @default 8388608 */
  readonly cacheBytes?: number
}

const OPTIONS_SPEC = {
  cacheBytes: integer({ min: 0, default: 8_388_608 }),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
}

/** A LIST of so many days, for a query of the newest runs, fits into one answer of S3. */
const RECENT_DAYS = 32

/**
 * The archive as a place of the history reader.
 *
 * A query lists the days of its period: 1 LIST per 1,000 files, or none where a listing is less than a minute old. A query
 * of few runs begins with the last month, and takes the runs of a rare job from `rare-runs`, 1 GET for 32 days. A file with wanted runs costs 1 GET for the footer and 1 for the wanted groups, or 1 GET for all: for a small file, for a rare job, and for
 * a query of all jobs. The bytes are kept in the cache.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createArchive(deps: ArchiveReaderDeps, options: ArchiveReaderOptions = {}): Archive {
  const { store, ...given } = deps
  const {
    cacheBytes,
    clock = systemClock,
    logger = silentLogger,
  } = resolveOptions('createArchive', OPTIONS_SPEC, { ...given, ...options })
  const files = new ArchiveFiles({ store, clock, logger }, cacheBytes)
  const listing = new ArchiveListing(store, clock)
  const chunks = new ArchiveChunks({ clock, files, onGone: () => listing.forget() })

  async function* lane(query: ChunkQuery, call: CallOptions): Lane {
    const [oldest, last] = [dayOf(query.since), dayOf(Math.max(0, query.until - 1))]
    const isOfFew = query.expected !== undefined
    const recent = isOfFew ? Math.max(oldest, Math.min(last, dayOf(clock.now())) - RECENT_DAYS) : oldest
    const windows = [
      [recent, last],
      [oldest, recent - 1],
    ] as const
    for (const [from, to] of windows) {
      if (from > to) continue
      if (to < last) yield { newest: (to + 1) * DAY_MS - 1, isLater: true }
      const { files: listed, listedAt, others } = await listing.read(from, to, call)
      const [first, end] = [dayPrefix(from), `${dayPrefix(to)}0`]
      for (const key of others.filter((other) => other > first && other < end))
        files.tell(key, 'its name is not one of s3sched; it is passed over', query.onProblem)
      const wanted = listed.filter((file) => file.day >= from && file.day <= to && isWanted(file, query))
      const { chunks: ofRare, rest } = await rareChunks(store, wanted, query, call)
      yield* [...ofRare, ...chunks.of(rest, { query, call, listedAt })].toSorted((a, b) => b.newest - a.newest)
    }
  }

  return {
    lanes: async (query, { signal, timeoutMs }) => [lane(query, { signal, timeoutMs })],
  }
}

function isWanted(file: ListedFile, { jobs, since, until }: ChunkQuery): boolean {
  if (file.newest < since || file.oldest >= until) return false
  return jobs?.some((job) => mayHoldJob(file.jobs, job, saltOf(file))) ?? true
}
