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
import { exportRuns } from './export-runs.ts'
import { resolvePruneOptions } from './prune-options.ts'
import { pruneRuns, type NeededRuns } from './prune.ts'
import { writeRun } from './recorder.ts'
import { resolveRetention, type RetentionPolicy } from './retention.ts'
import type { RunHistory, TimelineEntry } from './run-history.ts'
import { checkJobName, checkRunId, runKey } from './run-key.ts'
import { resolveFailures, resolveFilter, resolveInstant, resolveLimit, type Instant } from './run-query.ts'
import { readRun } from './run-reader.ts'
import type { RunRecord } from './run-record.ts'
import { REQUESTS_AT_ONCE, type StoredEntry } from './run-scan.ts'
import { findRun, runsAt, walkMarks, walkRuns } from './run-walk.ts'
import { emptyStatistics, foldStatistics, type JobStatistics, type RunSample } from './statistics.ts'
import { summarizeStatistics } from './statistics-summary.ts'

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

/**
 * The runs of all jobs in a bucket, with an object for each run. See {@link createHistory}.
 *
 * For one job a query costs 1 LIST per 1,000 runs, and 1 GET for each whole record; a search for failures costs 1 LIST
 * per 1,000 failures of all jobs.
 */
export interface History extends RunHistory {
  /**
   * Stores the record of an ended run: 1 PUT, or 2 PUTs for a run without success. Retriable failures are retried for
   * `timeoutMs` (30 s by default). Recording the same run again changes nothing.
   * @throws S3SchedError `INVALID_RECORD`; StoreError
   */
  record(run: RunRecord, options?: CallOptions): Promise<void>
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

  const find = async (
    job: string,
    scheduledTime: Instant,
    runId: string,
    call: CallOptions = {},
  ): Promise<StoredEntry | undefined> => {
    checkJobName(job)
    checkRunId(runId)
    return findRun(store, { job, runId, scheduledTime: resolveInstant(scheduledTime) }, call)
  }

  return {
    record: (run, call = {}) => writeRun({ store, clock, random }, run, call),
    async list(query = {}) {
      const { limit: wanted, cursor, details: _always, signal, timeoutMs, ...rest } = query
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 50, 1000)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, filter)
      const entries: StoredEntry[] = []
      let more = false
      for await (const entry of walkRuns(store, filter, { after, expected: limit, signal, timeoutMs })) {
        more = entries.length === limit
        if (more) break
        entries.push(entry)
      }
      const read = await mapParallel(entries, REQUESTS_AT_ONCE, (entry) => readRun(store, entry, { signal, timeoutMs }))
      const runs = read.filter((run) => run !== undefined)
      const last = entries.at(-1)
      if (!more || last === undefined) return { runs }
      const { job, runId, scheduledTime } = last
      return { runs, cursor: encodeCursor({ time: scheduledTime, job, runId }, filter) }
    },
    async get(job, runId, scheduledTime, call = {}) {
      let entry: StoredEntry | undefined
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
    read: (entry, call = {}) => readRun(store, { ...entry, key: runKey(entry) }, call),
    async timeline({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFilter(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      return (await take(walkRuns(store, filter, { expected: limit, signal, timeoutMs }), limit)).map(shown)
    },
    async failures({ limit: wanted, signal, timeoutMs, ...rest } = {}) {
      const filter = resolveFailures(rest)
      const limit = resolveLimit(wanted, 1000, 100_000)
      return take(walkMarks(store, filter, { expected: limit, signal, timeoutMs }), limit)
    },
    async runsOfTick(job, scheduledTime, call = {}) {
      checkJobName(job)
      return (await runsAt(store, job, resolveInstant(scheduledTime), call)).map(shown)
    },
    async find(...run) {
      const entry = await find(...run)
      return entry === undefined ? undefined : shown(entry)
    },
    runExists: async (...run) => (await find(...run)) !== undefined,
    async statistics(job, { signal, timeoutMs, ...period } = {}) {
      const filter = resolveFilter({ job, ...period })
      const entries = await take(walkRuns(store, filter, { signal, timeoutMs }), Infinity)
      // The key of a range of missed ticks does not contain their number.
      const samples = await mapParallel(entries.toReversed(), REQUESTS_AT_ONCE, async (entry): Promise<RunSample> => {
        if (entry.status !== 'missed') return entry
        return { ...entry, count: (await readRun(store, entry, { signal, timeoutMs }))?.count }
      })
      const folded = samples.reduce<JobStatistics>(foldStatistics, emptyStatistics())
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
    prune: async (policy, options = {}) =>
      pruneRuns(
        { store, clock, needed },
        policy === undefined ? kept : resolveRetention(policy),
        resolvePruneOptions(options),
      ),
    exportRuns: (exported) => exportRuns(store, exported),
  }
}

function shown({ attempts, durationMs, job, runId, scheduledTime, status }: StoredEntry): TimelineEntry {
  return { job, runId, scheduledTime, status, durationMs, attempts }
}

async function take<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) {
    taken.push(item)
    if (taken.length >= limit) break
  }
  return taken
}
