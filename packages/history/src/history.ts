import {
  custom,
  mapParallel,
  having,
  optional,
  resolveOptions,
  systemClock,
  systemRandom,
  type Clock,
  type Random,
} from '@s3sched/kernel'
import { openStore, scopeStore, type CallOptions, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { exportRuns, type ExportOptions } from './export-runs.ts'
import { pruneRuns, type NeededRuns, type PruneOptions, type PruneReport } from './prune.ts'
import { writeRun } from './recorder.ts'
import { resolveRetention, type RetentionPolicy } from './retention.ts'
import { checkJobName, checkRunId, type FailureKey } from './run-key.ts'
import { resolveFilter, resolveInstant, resolveLimit, type Instant, type RunFilter } from './run-query.ts'
import { readRun } from './run-reader.ts'
import type { RunRecord } from './run-record.ts'
import { REQUESTS_AT_ONCE, scanJobs, type TimelineEntry } from './run-scan.ts'
import { findRun, positionOf, runsAt, scanFailures, walkRuns } from './run-walk.ts'
import { emptyStatistics, foldStatistics, type JobStatistics } from './statistics.ts'
import { summarizeStatistics, type StatisticsSummary } from './statistics-summary.ts'

export interface HistoryOptions {
  /** @default the machine's */
  readonly clock?: Clock
  /** @default the machine's */
  readonly random?: Random
  /** The default policy of `prune`. */
  readonly retention?: RetentionPolicy
  /**
   * The runs of a job that `prune` keeps at any age. Asked once per prune and job, for jobs with records about to be
   * deleted.
   * @default none
   */
  readonly needed?: NeededRuns
  /** Prefix of the records, ending in a slash. @default 's3sched/' for a connection, '' for a store */
  readonly prefix?: string
}

export interface ListQuery extends RunFilter, CallOptions {
  /** 1 to 1000. @default 50 */
  readonly limit?: number
  /** The cursor of the call before; all options except `limit` must be unchanged. */
  readonly cursor?: string
}

export interface RunPage {
  /** Newest tick first. */
  readonly runs: readonly RunRecord[]
  /** Cursor for the next page; absent at the end. */
  readonly cursor?: string
}

export interface TimelineQuery extends RunFilter, CallOptions {
  /** 1 to 100000. @default 1000 */
  readonly limit?: number
}

export interface StatisticsQuery extends CallOptions, Pick<RunFilter, 'since' | 'until'> {}

/**
 * The runs of all jobs, in a bucket. See {@link createHistory}. All calls take `signal`, and `timeoutMs` per request.
 */
export interface History {
  /**
   * Stores the record of an ended run: 1 PUT, or 2 PUTs for a run without success. Retriable failures are retried for
   * `timeoutMs` (30 s by default). Recording the same run again changes nothing.
   * @throws S3SchedError `INVALID_RECORD`; StoreError
   */
  record(run: RunRecord, options?: CallOptions): Promise<void>
  /** Complete records of runs: 1 LIST for one job, and 1 GET per run. */
  list(query?: ListQuery): Promise<RunPage>
  /**
   * The record of one run. With its tick (or the start of a manual run): 1 LIST and 1 GET; without, all keys of the job
   * may be listed.
   */
  get(job: string, runId: string, scheduledTime?: Instant, options?: CallOptions): Promise<RunRecord | undefined>
  /**
   * The record of a run in a timeline: 1 GET. `undefined` when the record was deleted since. A record never changes and
   * may be cached; a run that was declared lost may get a second record.
   */
  read(entry: TimelineEntry, options?: CallOptions): Promise<RunRecord | undefined>
  /** Runs with the data in their keys: 1 LIST per 1,000 runs of one job, no GET. */
  timeline(query?: TimelineQuery): Promise<TimelineEntry[]>
  /**
   * The runs without success, by their keys alone: 1 LIST per 1,000, for any number of jobs and successes. A run that
   * was declared lost and then succeeded is still included; `list` gives the final status.
   */
  failures(query?: TimelineQuery): Promise<FailureKey[]>
  /** The runs of one tick: 1 LIST. */
  runsOfTick(job: string, scheduledTime: Instant, options?: CallOptions): Promise<TimelineEntry[]>
  /** The entry of a run of a tick, by the key: 1 LIST. `undefined` when the run has no record yet. */
  find(job: string, scheduledTime: Instant, runId: string, options?: CallOptions): Promise<TimelineEntry | undefined>
  /** True when the run of the tick has a record: 1 LIST. */
  runExists(job: string, scheduledTime: Instant, runId: string, options?: CallOptions): Promise<boolean>
  /**
   * Computed from all keys of a job in a period: 1 LIST per 1,000, and up to 1 GET for the last error's message. A
   * range of missed ticks counts as 1, because the key does not contain the number of ticks.
   */
  statistics(job: string, query?: StatisticsQuery): Promise<StatisticsSummary>
  /** The names of all jobs with runs: 1 LIST per job. */
  jobs(options?: CallOptions): AsyncIterable<string>
  /** Deletes the records that the retention no longer keeps. One instance at a time is enough; two do no harm. */
  prune(policy?: RetentionPolicy, options?: PruneOptions): Promise<PruneReport>
  /** All runs of a filter as text, newest first, a few at a time. */
  exportRuns(options?: ExportOptions): AsyncIterable<string>
}

const OPTIONS_SPEC = {
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a Random', 'float', 'id')),
  needed: optional(custom<NeededRuns>('a function', (value): value is NeededRuns => typeof value === 'function')),
}

const NONE: { has(runId: string): boolean } = new Set<string>()

/**
 * A history on a store, a client or a connection string. The history holds no state besides the store, so many
 * histories may exist on the same store. The caller closes the store.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError `INVALID_CONNECTION`
 * @example const history = createHistory('s3://my-bucket'); await history.list({ job: 'report', limit: 50 })
 */
export function createHistory(
  connection: string | S3ClientConnection | ObjectStore,
  options: HistoryOptions = {},
): History {
  const { retention, prefix, ...given } = options
  const {
    clock = systemClock,
    needed = () => Promise.resolve(NONE),
    random = systemRandom,
  } = resolveOptions('createHistory', OPTIONS_SPEC, given)
  const kept = resolveRetention(retention)
  const opened = openStore(connection, { clock, random })
  const store = scopeStore(opened, prefix ?? (opened === connection ? '' : 's3sched/'))

  const find: History['find'] = async (job, scheduledTime, runId, call = {}) => {
    checkJobName(job)
    checkRunId(runId)
    return findRun(store, { job, runId, scheduledTime: resolveInstant(scheduledTime) }, call)
  }

  return {
    record: (run, call = {}) => writeRun({ store, clock, random }, run, call),
    async list(query = {}) {
      const { limit: wanted, cursor, signal, timeoutMs, ...rest } = query
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 50, 1000)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, filter)
      const entries: TimelineEntry[] = []
      let more = false
      for await (const entry of walkRuns(store, filter, { after, expected: limit, signal, timeoutMs })) {
        more = entries.length === limit
        if (more) break
        entries.push(entry)
      }
      const read = await mapParallel(entries, REQUESTS_AT_ONCE, (entry) => readRun(store, entry, { signal, timeoutMs }))
      const runs = read.filter((run) => run !== undefined)
      const last = entries.at(-1)
      return more && last !== undefined ? { runs, cursor: encodeCursor(positionOf(last, filter), filter) } : { runs }
    },
    async get(job, runId, scheduledTime, call = {}) {
      let entry: TimelineEntry | undefined
      if (scheduledTime !== undefined) entry = await find(job, scheduledTime, runId, call)
      else {
        checkRunId(runId)
        for await (const candidate of walkRuns(store, resolveFilter({ job }), call)) {
          if (candidate.runId === runId) entry = candidate
          if (entry !== undefined) break
        }
      }
      return entry === undefined ? undefined : readRun(store, entry, call)
    },
    read: (entry, call = {}) => readRun(store, entry, call),
    async timeline({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      return take(walkRuns(store, filter, { expected: limit, signal, timeoutMs }), limit)
    },
    async failures({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      return take(scanFailures(store, filter, { expected: limit, signal, timeoutMs }), limit)
    },
    async runsOfTick(job, scheduledTime, call = {}) {
      checkJobName(job)
      return runsAt(store, job, resolveInstant(scheduledTime), call)
    },
    find,
    runExists: async (...run) => (await find(...run)) !== undefined,
    async statistics(job, { signal, timeoutMs, ...period } = {}) {
      const filter = resolveFilter({ job, ...period })
      const entries = await take(walkRuns(store, filter, { signal, timeoutMs }), Infinity)
      const folded = entries.toReversed().reduce<JobStatistics>(foldStatistics, emptyStatistics())
      const { lastError } = folded
      const failed = entries.find(({ runId, status }) => runId === lastError?.runId && status === lastError.status)
      if (lastError === undefined || failed === undefined) return summarizeStatistics(folded)
      const body = await readRun(store, failed, { signal, timeoutMs })
      const told = { ...failed, error: body?.error, reason: body?.reason }
      return summarizeStatistics({
        ...folded,
        lastError: foldStatistics(emptyStatistics(), told).lastError ?? lastError,
      })
    },
    jobs: (call) => scanJobs(store, call),
    prune: async (policy, pruned = {}) => {
      if (pruned.job !== undefined) checkJobName(pruned.job)
      return pruneRuns({ store, clock, needed }, policy === undefined ? kept : resolveRetention(policy), pruned)
    },
    exportRuns: (exported) => exportRuns(store, exported),
  }
}

async function take<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) {
    taken.push(item)
    if (taken.length >= limit) break
  }
  return taken
}
