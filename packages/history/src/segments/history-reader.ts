import {
  having,
  integer,
  mapParallel,
  oneOf,
  optional,
  resolveOptions,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
} from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { runLines, type ExportOptions } from '../export-runs.ts'
import type { ListQuery, RunPage, StatisticsQuery, TimelineQuery } from '../history.ts'
import { checkJobName, checkRunId, type FailureKey, type RunKey, type RunName } from '../run-key.ts'
import { resolveFilter, resolveInstant, resolveLimit, type Instant, type ResolvedFilter } from '../run-query.ts'
import { keyOf, type RunRecord } from '../run-record.ts'
import { REQUESTS_AT_ONCE } from '../run-scan.ts'
import { RUN_STATUSES } from '../run-status.ts'
import { summarizeStatistics, type StatisticsSummary } from '../statistics-summary.ts'
import { foldRuns } from './fold-runs.ts'
import { ImmutableObjects } from './immutable-objects.ts'
import { livePagesPlace, type LivePages } from './live-pages.ts'
import { mergeRuns, type MergeOptions } from './merge-runs.ts'
import { readDetails } from './read-details.ts'
import type { Archive, RunPlace } from './run-chunk.ts'
import { segmentsPlace } from './segments-place.ts'

export interface HistoryReaderDeps {
  /** The store of the pages and segments, scoped to their prefix. */
  readonly store: ObjectStore
  readonly pages: LivePages
  /** @default no archive */
  readonly archive?: Archive
  /** @default the machine's */
  readonly clock?: Clock
  /** Told of unreadable lines and objects, which are passed over. @default silent */
  readonly logger?: Logger
}

export interface HistoryReaderOptions {
  /** Memory for segments and details that were read, in bytes; 0 for none. @default 8388608 */
  readonly cacheBytes?: number
}

export interface ReaderListQuery extends ListQuery {
  /**
   * Reads large results, logs and errors too: 1 GET for each run with large parts. Without, such a run comes
   * short, and its field `details` names what is missing.
   * @default true
   */
  readonly details?: boolean
}

/**
 * The runs of all jobs, from pages, segments and an archive. See {@link createHistoryReader}. The answers are those of
 * `History`, run by run. All calls take `signal`, and `timeoutMs` per request.
 *
 * A query takes 1 LIST per page of jobs and 1,000 segments of its period, and 1 GET for each segment that may hold a
 * wanted run and is not in the cache. Outcomes in pages cost no request.
 */
export interface HistoryReader {
  /** Complete records of runs, newest first. */
  list(query?: ReaderListQuery): Promise<RunPage>
  /** The record of one run, whole. Without its tick, all segments of the job are read until the run is found. */
  get(job: string, runId: string, scheduledTime?: Instant, options?: CallOptions): Promise<RunRecord | undefined>
  /** The record of a run in a timeline. */
  read(run: RunName, options?: CallOptions): Promise<RunRecord | undefined>
  /** Runs without their details, newest first. */
  timeline(query?: TimelineQuery): Promise<RunKey[]>
  /** The runs without success. A run that was declared lost and then succeeded is none. */
  failures(query?: TimelineQuery): Promise<FailureKey[]>
  /** The runs of one tick. */
  runsOfTick(job: string, scheduledTime: Instant, options?: CallOptions): Promise<RunKey[]>
  /** A run of a tick; `undefined` when the run has no record yet. */
  find(job: string, scheduledTime: Instant, runId: string, options?: CallOptions): Promise<RunKey | undefined>
  /** True when the run of the tick has a record. */
  runExists(job: string, scheduledTime: Instant, runId: string, options?: CallOptions): Promise<boolean>
  /** Computed from all runs of a job in a period. */
  statistics(job: string, query?: StatisticsQuery): Promise<StatisticsSummary>
  /** All runs of a filter as text, newest first. */
  exportRuns(options?: ExportOptions): AsyncIterable<string>
}

const NO_SUCCESS: ReadonlySet<string> = new Set(RUN_STATUSES.filter((status) => status !== 'success'))

const OPTIONS_SPEC = {
  cacheBytes: integer({ min: 0, default: 8_388_608 }),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
}

/**
 * Reads the history from pages, for the newest runs, and from segments, for older runs. The reader holds no state
 * besides its cache of immutable objects.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createHistoryReader(deps: HistoryReaderDeps, options: HistoryReaderOptions = {}): HistoryReader {
  const { archive, pages, store, ...given } = deps
  const {
    cacheBytes,
    clock = systemClock,
    logger = silentLogger,
  } = resolveOptions('createHistoryReader', OPTIONS_SPEC, { ...given, ...options })
  const objects = new ImmutableObjects(store, clock, cacheBytes)
  // The order in which runs move: a run that has left a place is in the next.
  const places: RunPlace[] = [livePagesPlace(pages), segmentsPlace({ store, objects, live: pages, logger })]
  if (archive !== undefined) places.push(archive)

  const walk = (filter: ResolvedFilter, merge: MergeOptions): AsyncGenerator<RunRecord> =>
    mergeRuns(places, filter, merge)
  const whole = (run: RunRecord, call: CallOptions): Promise<RunRecord> => readDetails({ objects, logger }, run, call)
  const runsAt = (job: string, time: Instant, call: CallOptions): AsyncGenerator<RunRecord> => {
    checkJobName(job)
    const since = resolveInstant(time)
    return walk({ jobs: [job], statuses: undefined, since, until: since + 1 }, { ...callOf(call), expected: 1 })
  }
  const find = async (job: string, time: Instant, runId: string, call: CallOptions): Promise<RunRecord | undefined> => {
    checkRunId(runId)
    for await (const run of runsAt(job, time, call)) if (run.runId === runId) return run
    return undefined
  }
  const get: HistoryReader['get'] = async (job, runId, scheduledTime, call = {}) => {
    if (scheduledTime !== undefined) {
      const run = await find(job, scheduledTime, runId, call)
      return run === undefined ? undefined : whole(run, call)
    }
    checkRunId(runId)
    for await (const run of walk(resolveFilter({ job }), callOf(call))) if (run.runId === runId) return whole(run, call)
    return undefined
  }

  return {
    async list(query = {}) {
      const { limit: wanted, cursor, signal, timeoutMs, details = true, ...rest } = query
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 50, 1000)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, filter)
      const found: RunRecord[] = []
      let more = false
      for await (const run of walk(filter, { after, expected: limit, signal, timeoutMs })) {
        more = found.length === limit
        if (more) break
        found.push(run)
      }
      const runs = details
        ? await mapParallel(found, REQUESTS_AT_ONCE, (run) => whole(run, { signal, timeoutMs }))
        : found
      const last = found.at(-1)
      if (!more || last === undefined) return { runs }
      const { job, runId, scheduledTime } = last
      return { runs, cursor: encodeCursor({ time: scheduledTime, job, name: runId }, filter) }
    },
    get,
    read: ({ job, runId, scheduledTime }, call) => get(job, runId, scheduledTime, call),
    async timeline({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      return take(walk(filter, { expected: limit, signal, timeoutMs }), limit, keyOf)
    },
    async failures({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      const statuses = new Set([...(filter.statuses ?? RUN_STATUSES)].filter((status) => NO_SUCCESS.has(status)))
      return take(walk({ ...filter, statuses }, { expected: limit, signal, timeoutMs }), limit, failureOf)
    },
    runsOfTick: async (job, scheduledTime, call = {}) => take(runsAt(job, scheduledTime, call), Infinity, keyOf),
    async find(job, scheduledTime, runId, call = {}) {
      const run = await find(job, scheduledTime, runId, call)
      return run === undefined ? undefined : keyOf(run)
    },
    runExists: async (job, scheduledTime, runId, call = {}) =>
      (await find(job, scheduledTime, runId, call)) !== undefined,
    async statistics(job, { signal, timeoutMs, ...period } = {}) {
      const runs = walk(resolveFilter({ job, ...period }), { signal, timeoutMs })
      return summarizeStatistics(await foldRuns(runs, () => clock.sleep(0, signal)))
    },
    exportRuns(query = {}) {
      const { format: wanted, signal, timeoutMs, ...rest } = query
      const { format } = resolveOptions(
        'exportRuns',
        { format: oneOf(['ndjson', 'csv'], 'ndjson') },
        { format: wanted },
      )
      const filter = resolveFilter(rest)
      return runLines(
        allWhole(walk(filter, { signal, timeoutMs }), (run) => whole(run, { signal, timeoutMs })),
        format,
      )
    },
  }
}

function failureOf({ job, runId, scheduledTime, status }: RunRecord): FailureKey {
  return { job, runId, scheduledTime, status }
}

async function take<T>(runs: AsyncIterable<RunRecord>, limit: number, map: (run: RunRecord) => T): Promise<T[]> {
  const taken: T[] = []
  for await (const run of runs) {
    taken.push(map(run))
    if (taken.length >= limit) break
  }
  return taken
}

async function* allWhole(
  runs: AsyncIterable<RunRecord>,
  whole: (run: RunRecord) => Promise<RunRecord>,
): AsyncGenerator<RunRecord> {
  let window: RunRecord[] = []
  for await (const run of runs) {
    window.push(run)
    if (window.length < REQUESTS_AT_ONCE) continue
    yield* await mapParallel(window, REQUESTS_AT_ONCE, whole)
    window = []
  }
  yield* await mapParallel(window, REQUESTS_AT_ONCE, whole)
}

function callOf({ signal, timeoutMs }: CallOptions): CallOptions {
  return { signal, timeoutMs }
}
