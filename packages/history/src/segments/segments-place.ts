import type { Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { invertTime } from '../inverted-time.ts'
import type { ImmutableObjects } from './immutable-objects.ts'
import { mayHoldJob } from './job-filter.ts'
import type { LivePages } from './live-pages.ts'
import type { ChunkQuery, RunChunk, RunPlace } from './run-chunk.ts'
import { decodeSegment } from './segment-body.ts'
import { endOfDay, parseSegmentKey, segmentPrefix, SEGMENTS, type SegmentKey } from './segment-key.ts'
import { listSegmentPages } from './segment-pages.ts'
import type { ShortTurns } from './short-turns.ts'

export interface SegmentsPlaceDeps {
  readonly store: ObjectStore
  readonly objects: ImmutableObjects
  readonly live: LivePages
  readonly logger: Logger
  readonly turns: ShortTurns
}

const PAGE = 1000
/** A first LIST for a caller that wants few runs. A longer answer of S3 takes longer to come. */
const FIRST_PAGE = 100

/** A query of so many pages first lists the segments of all pages together: there are few besides those of the archive. */
const MANY_PAGES = 3

/**
 * The segments of all pages, a lane for each page: 1 LIST for each page and 1,000 keys, or 1 LIST for all pages where all
 * their segments fit into one answer; and 1 GET for each segment read.
 */
export function segmentsPlace(given: SegmentsPlaceDeps): RunPlace {
  const { live, store } = given
  const deps: LaneDeps = { ...given, missing: new Map() }
  return {
    async lanes(query, call) {
      const named = live.pagesOf?.(query.jobs)
      if (query.jobs === undefined || named === undefined || named.length >= MANY_PAGES) {
        const lanes = await lanesOfAll(deps, query.jobs === undefined ? undefined : named, query, call)
        if (lanes !== undefined) return lanes
      }
      const pages = named ?? (await listSegmentPages(store, call))
      return pages.map((page) => laneOf(deps, page, query, call))
    },
  }
}

interface LaneDeps extends SegmentsPlaceDeps {
  /** For each listed segment that was not found, the number of failed reads. */
  readonly missing: Map<string, number>
}

// A LIST after the deletion no longer names the segment. A server may break this promise of S3, and a query that begins
// again for ever would cost money.
const MOST_MISSES = 3
const MOST_REMEMBERED = 1000

/** `undefined` when there are more segments than one LIST names. @param pages - `undefined` for all */
async function lanesOfAll(
  deps: LaneDeps,
  pages: readonly string[] | undefined,
  query: ChunkQuery,
  call: CallOptions,
): Promise<AsyncGenerator<RunChunk>[] | undefined> {
  const keys: string[] = []
  for await (const { objects } of deps.store.list(SEGMENTS, { ...callOf(call), limit: PAGE })) {
    keys.push(...objects.map(({ key }) => key))
    if (keys.length >= PAGE) return undefined
  }
  const ofPages = new Map((pages ?? []).map((page) => [page, [] as RunChunk[]]))
  for (const key of keys) {
    const segment = parseSegmentKey(key)
    if (segment === undefined) tellOther(key, query)
    if (segment === undefined || (pages !== undefined && !ofPages.has(segment.page))) continue
    if (!isWanted(segment, query)) continue
    const chunks = ofPages.get(segment.page) ?? []
    ofPages.set(segment.page, chunks)
    chunks.push(chunkOf(deps, { key, segment }, query, call))
  }
  return [...ofPages.values()].map((chunks) => each(chunks))
}

function tellOther(key: string, { onProblem }: ChunkQuery): void {
  onProblem({ key, problem: 'its name is not one of s3sched; it is passed over' })
}

async function* each(chunks: readonly RunChunk[]): AsyncGenerator<RunChunk> {
  yield* chunks
}

function isWanted({ hash, jobs: filter, newest, oldest }: SegmentKey, { jobs, since, until }: ChunkQuery): boolean {
  return newest >= since && oldest < until && (jobs?.some((job) => mayHoldJob(filter, job, hash)) ?? true)
}

/** No segment spans two days, so a segment with runs of the period is at most as new as the end of the last day. */
async function* laneOf(deps: LaneDeps, page: string, query: ChunkQuery, call: CallOptions): AsyncGenerator<RunChunk> {
  const { expected, since, until } = query
  const prefix = segmentPrefix(page)
  const end = `${prefix}${invertTime(since)}/`
  let startAfter = prefix + invertTime(endOfDay(Math.max(0, until - 1)))
  for (let limit = expected === undefined ? PAGE : FIRST_PAGE; ; limit = PAGE) {
    let seen = 0
    for await (const { objects } of deps.store.list(prefix, { ...callOf(call), startAfter, limit })) {
      for (const { key } of objects) {
        if (key > end) return
        seen += 1
        startAfter = key
        const segment = parseSegmentKey(key)
        if (segment === undefined) tellOther(key, query)
        else if (isWanted(segment, query)) yield chunkOf(deps, { key, segment }, query, call)
      }
    }
    if (seen < limit) return
  }
}

function chunkOf(
  { logger, missing, objects, turns }: LaneDeps,
  { key, segment: { newest, oldest, statuses } }: { readonly key: string; readonly segment: SegmentKey },
  { jobs, onProblem }: ChunkQuery,
  call: CallOptions,
): RunChunk {
  return {
    newest,
    oldest,
    statuses,
    async read() {
      const object = await objects.read(key, call)
      const tell = (problem: string): void => {
        onProblem({ key, problem })
        // An object in the cache was told of when it came.
        if (object.outcome !== 'found' || object.isNew) logger.warn(`segment ${key}: ${problem}`, { key })
      }
      if (object.outcome === 'missing') {
        if (missing.size >= MOST_REMEMBERED) missing.clear()
        const misses = (missing.get(key) ?? 0) + 1
        missing.set(key, misses)
        if (misses <= MOST_MISSES) return 'gone'
        tell(`${misses} LISTs have named it, and no GET finds it; its runs are left out`)
        return []
      }
      if (object.outcome === 'too-large') {
        tell('it is larger than any segment; its runs are left out')
        return []
      }
      // Unpacking takes about 0.5 ms.
      if (turns.isOver) await turns.next(call.signal)
      return decodeSegment(object.body, { jobs, onProblem: tell })
    },
  }
}

function callOf({ signal, timeoutMs }: CallOptions): CallOptions {
  return { signal, timeoutMs }
}
