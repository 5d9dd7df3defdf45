import { boolean, custom, mapParallel, oneOf, optional, type Clock, type Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { runLines } from '../export-runs.ts'
import type { HistoryProblem, ProblemReports } from '../history-problem.ts'
import type { RunHistory } from '../run-history.ts'
import { checkJobName, checkRunId } from '../run-name.ts'
import {
  failuresOf,
  limitOf,
  QUERY_SPEC,
  resolveFilter,
  resolveInstant,
  resolveQuery,
  type ResolvedFilter,
} from '../run-query.ts'
import type { RunRecord } from '../run-record.ts'
import { summarizeStatistics } from '../statistics-summary.ts'
import { entryOf, type FailureEntry } from '../timeline-entry.ts'
import { foldRuns } from './fold-runs.ts'
import { ImmutableObjects } from './immutable-objects.ts'
import { livePagesPlace, type LivePages } from './live-pages.ts'
import { mergeRuns, type MergeOptions } from './merge-runs.ts'
import { readDetails } from './read-details.ts'
import { REQUESTS_AT_ONCE } from './requests-at-once.ts'
import type { Archive, RunPlace } from './run-chunk.ts'
import { segmentsPlace } from './segments-place.ts'
import { ShortTurns } from './short-turns.ts'

export interface HistoryReaderDeps {
  readonly store: ObjectStore
  readonly pages: LivePages
  readonly archive: Archive | undefined
  readonly clock: Clock
  readonly logger: Logger
}

const LIST_SPEC = {
  limit: limitOf(50, 1000),
  cursor: optional(
    custom<string>('a cursor that list() returned', (value): value is string => typeof value === 'string'),
  ),
  details: boolean(true),
  refresh: QUERY_SPEC.refresh,
}
const TIMELINE_SPEC = { ...QUERY_SPEC, limit: limitOf(1000, 100_000) }
const RUNS_SPEC = { details: boolean(true), onProblem: QUERY_SPEC.onProblem }
const EXPORT_SPEC = { format: oneOf(['ndjson', 'csv'], 'ndjson'), onProblem: QUERY_SPEC.onProblem }

interface WholeOptions extends CallOptions, ProblemReports {}

/** The part of a history that reads. */
export type HistoryReader = Omit<RunHistory, 'prune'>

/**
 * Reads the history from pages, for the newest runs, and from segments, for older runs. The reader holds no state
 * besides its cache of immutable objects.
 */
export function createHistoryReader(
  { archive, clock, logger, pages, store }: HistoryReaderDeps,
  cacheBytes: number,
): HistoryReader {
  const objects = new ImmutableObjects(store, cacheBytes)
  const turns = new ShortTurns(clock)
  // The order in which runs move: a run that has left a place is in the next.
  const places: RunPlace[] = [
    livePagesPlace(pages, turns),
    segmentsPlace({ store, objects, live: pages, logger, turns }),
  ]
  if (archive !== undefined) places.push(archive)

  async function* walk(filter: ResolvedFilter, merge: MergeOptions): AsyncGenerator<RunRecord> {
    await pages.refresh?.(filter.jobs, { ...callOf(merge), refresh: merge.refresh })
    yield* mergeRuns(places, filter, turns, merge)
  }
  const whole = (run: RunRecord, { onProblem, signal, timeoutMs }: WholeOptions): Promise<RunRecord> =>
    readDetails({ objects, logger, onProblem }, run, { signal, timeoutMs })
  const get: HistoryReader['get'] = async (job, runId, scheduledTime, call = {}) => {
    checkJobName(job)
    checkRunId(runId)
    const since = scheduledTime === undefined ? undefined : resolveInstant(scheduledTime)
    const runs =
      since === undefined
        ? walk(resolveFilter({ job }), callOf(call))
        : walk({ jobs: [job], statuses: undefined, since, until: since + 1 }, { ...callOf(call), expected: 1 })
    for await (const run of runs) if (run.runId === runId) return whole(run, call)
    return undefined
  }

  return {
    async list(query = {}) {
      const { cursor, details, filter, limit, refresh, signal, timeoutMs } = resolveQuery(LIST_SPEC, query)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, filter)
      const found: RunRecord[] = []
      let more = false
      const problems = new Map<string, HistoryProblem>()
      const onProblem = (problem: HistoryProblem): void => void problems.set(problem.key, problem)
      for await (const run of walk(filter, { after, expected: limit, onProblem, refresh, signal, timeoutMs })) {
        more = found.length === limit
        if (more) break
        found.push(run)
      }
      const runs = details
        ? await mapParallel(found, REQUESTS_AT_ONCE, (run) => whole(run, { onProblem, signal, timeoutMs }))
        : found
      const page = problems.size === 0 ? { runs } : { runs, problems: [...problems.values()] }
      const last = found.at(-1)
      if (!more || last === undefined) return page
      const { job, runId, scheduledTime } = last
      return { ...page, cursor: encodeCursor({ time: scheduledTime, job, runId }, filter) }
    },
    get,
    async timeline(query = {}) {
      const { filter, limit, onProblem, refresh, signal, timeoutMs } = resolveQuery(TIMELINE_SPEC, query)
      return take(walk(filter, { expected: limit, onProblem, refresh, signal, timeoutMs }), limit, entryOf)
    },
    async failures(query = {}) {
      const { filter, limit, onProblem, refresh, signal, timeoutMs } = resolveQuery(TIMELINE_SPEC, query)
      return take(
        walk(failuresOf(filter), { expected: limit, onProblem, refresh, signal, timeoutMs }),
        limit,
        failureOf,
      )
    },
    async statistics(job, period = {}) {
      checkJobName(job)
      const { filter, signal, timeoutMs } = resolveQuery({}, period)
      const runs = walk({ ...filter, jobs: [job] }, { signal, timeoutMs })
      return summarizeStatistics(await foldRuns(runs, turns, signal))
    },
    runs(query = {}) {
      const { details, filter, onProblem, signal, timeoutMs } = resolveQuery(RUNS_SPEC, query)
      const reading = { onProblem, signal, timeoutMs }
      const found = walk(filter, reading)
      return details ? allWhole(found, (run) => whole(run, reading)) : found
    },
    exportRuns(query = {}) {
      const { filter, format, onProblem, signal, timeoutMs } = resolveQuery(EXPORT_SPEC, query)
      const reading = { onProblem, signal, timeoutMs }
      return runLines(
        allWhole(walk(filter, reading), (run) => whole(run, reading)),
        format,
      )
    },
  }
}

function failureOf({ job, runId, scheduledTime, status }: RunRecord): FailureEntry {
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
