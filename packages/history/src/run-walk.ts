/**
 * All runs that match a filter, newest first, from keys alone.
 *
 * For one job: the job's own keys, 1 LIST per 1,000. For several jobs: their keys merged, at least 1 LIST per job. For
 * runs of several jobs without success: the keys of `failures/`, for any number of jobs and successes, and 1 LIST per
 * failure with a wanted status, to find its final status (a run that was declared lost may have succeeded since).
 *
 * The order is total: time, then job, then key. A cursor is a place in this order.
 */
import { mapParallel } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import type { Position } from './cursor.ts'
import {
  FAILURES,
  invertTime,
  parseFailureKey,
  parseRunKey,
  tickPrefix,
  type FailureKey,
  type RunName,
} from './run-key.ts'
import type { ResolvedFilter } from './run-query.ts'
import { bestOfEach, rankOf, REQUESTS_AT_ONCE, scanJobs, scanRuns, type TimelineEntry } from './run-scan.ts'

export interface WalkOptions extends CallOptions {
  /** Begin after this position. */
  readonly after?: Position | undefined
  /** Expected number of taken runs; avoids a large first page. */
  readonly expected?: number | undefined
}

export async function* walkRuns(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
): AsyncGenerator<TimelineEntry> {
  const { jobs, statuses } = filter
  const isWanted = ({ status }: TimelineEntry): boolean => statuses === undefined || statuses.has(status)
  const walk = usesFailures(filter) ? walkFailures(store, filter, options) : walkJobs(store, filter, options, jobs)
  for await (const entry of walk) if (isWanted(entry)) yield entry
}

/** True when the walk reads `failures/`. */
function usesFailures({ jobs, statuses }: ResolvedFilter): boolean {
  return jobs?.length !== 1 && statuses !== undefined && !statuses.has('success')
}

/** The place of an entry in a walk with this filter. */
export function positionOf(entry: TimelineEntry, filter: ResolvedFilter): Position {
  return { time: entry.scheduledTime, job: entry.job, name: usesFailures(filter) ? entry.runId : entry.key }
}

async function* walkJobs(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
  named: readonly string[] | undefined,
): AsyncGenerator<TimelineEntry> {
  const jobs = named ?? (await allJobs(store, options))
  const [only] = jobs
  if (only !== undefined && jobs.length === 1) yield* walkJob(store, only, filter, options)
  else yield* merge(jobs.map((job) => walkJob(store, job, filter, options)))
}

async function* walkJob(
  store: ObjectStore,
  job: string,
  { statuses, since, until }: ResolvedFilter,
  { after, expected, signal, timeoutMs }: WalkOptions,
): AsyncGenerator<TimelineEntry> {
  // The margin keeps the last expected run and its verdict, the neighbouring key, in the same page.
  const firstPage = expected === undefined || statuses !== undefined ? undefined : expected + 8
  const startAfter = after === undefined ? `${invertTime(until)}/` : startOf(job, after)
  const range = { since, startAfter, signal, timeoutMs, ...(firstPage === undefined ? {} : { firstPage }) }
  for await (const entry of scanRuns(store, job, range)) {
    // Choosing between a run and its verdict needs both, so the scan begins at the first key of the cursor's time.
    if (after !== undefined && entry.scheduledTime === after.time && job === after.job && entry.key <= after.name)
      continue
    yield entry
  }
}

/** Start of a job's keys after a position that may belong to another job. */
function startOf(job: string, after: Position): string {
  const inverted = invertTime(after.time)
  return job < after.job ? `${inverted}/` : inverted
}

async function allJobs(store: ObjectStore, { signal, timeoutMs }: CallOptions): Promise<string[]> {
  const jobs: string[] = []
  for await (const job of scanJobs(store, { signal, timeoutMs })) jobs.push(job)
  return jobs.toSorted()
}

/** Merges several sorted walks. @param walks - in the order of their jobs' names */
async function* merge(walks: readonly AsyncGenerator<TimelineEntry>[]): AsyncGenerator<TimelineEntry> {
  const heads = await mapParallel(walks, REQUESTS_AT_ONCE, async (walk) => ({ walk, next: await walk.next() }))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.next.done === true) continue
      if (
        first === undefined ||
        first.next.done === true ||
        head.next.value.scheduledTime > first.next.value.scheduledTime
      )
        first = head
    }
    if (first === undefined || first.next.done === true) return
    yield first.next.value
    first.next = await first.walk.next()
  }
}

/** The failures of a period by their keys alone: 1 LIST per 1,000. */
export async function* scanFailures(
  store: ObjectStore,
  { jobs, statuses, since, until }: ResolvedFilter,
  { after, expected, signal, timeoutMs }: WalkOptions,
): AsyncGenerator<FailureKey> {
  const wanted = jobs === undefined ? undefined : new Set(jobs)
  const isWanted = ({ job, status }: FailureKey): boolean =>
    (wanted === undefined || wanted.has(job)) && (statuses === undefined || statuses.has(status))
  const end = `${FAILURES}${invertTime(since)}/`
  const from = after === undefined ? `${invertTime(until)}/` : `${invertTime(after.time)}.${after.job}.${after.name}/`
  let startAfter = FAILURES + from
  // The marks of one run are neighbours: the mark of the verdict, and the mark of the real end.
  let mark: FailureKey | undefined
  for (let limit = Math.min(1000, (expected ?? 1000) + 8); ; limit = 1000) {
    let seen = 0
    for await (const page of store.list(FAILURES, { startAfter, limit, signal, timeoutMs })) {
      for (const { key } of page.objects) {
        if (key > end) {
          seen = 0
          break
        }
        seen += 1
        startAfter = key
        const failure = parseFailureKey(key)
        if (failure === undefined) continue
        if (mark !== undefined && isSameRun(mark, failure)) {
          if (rankOf(failure.status) > rankOf(mark.status)) mark = failure
          continue
        }
        if (mark !== undefined && isWanted(mark)) yield mark
        mark = failure
      }
      if (seen === 0) break
    }
    if (seen < limit) break
  }
  if (mark !== undefined && isWanted(mark)) yield mark
}

function isSameRun(a: RunName, b: RunName): boolean {
  return a.runId === b.runId && a.job === b.job && a.scheduledTime === b.scheduledTime
}

async function* walkFailures(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
): AsyncGenerator<TimelineEntry> {
  let window: FailureKey[] = []
  const resolve = async (): Promise<TimelineEntry[]> => {
    const found = await mapParallel(window, REQUESTS_AT_ONCE, (failure) => findRun(store, failure, options))
    window = []
    return found.filter((entry) => entry !== undefined)
  }
  const enough = Math.min(REQUESTS_AT_ONCE, options.expected ?? REQUESTS_AT_ONCE)
  for await (const failure of scanFailures(store, filter, options)) {
    window.push(failure)
    if (window.length >= enough) yield* await resolve()
  }
  yield* await resolve()
}

/** The entry of a run with a known time, by its key: 1 LIST. */
export async function findRun(
  store: ObjectStore,
  run: RunName,
  options: CallOptions,
): Promise<TimelineEntry | undefined> {
  const entries = await runsAt(store, run.job, run.scheduledTime, options)
  return entries.find(({ runId }) => runId === run.runId)
}

/** The runs of one tick of a job: 1 LIST. */
export async function runsAt(
  store: ObjectStore,
  job: string,
  time: number,
  { signal, timeoutMs }: CallOptions,
): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = []
  for await (const page of store.list(tickPrefix(job, time), { signal, timeoutMs })) {
    for (const { key } of page.objects) {
      const parsed = parseRunKey(key)
      if (parsed !== undefined) entries.push({ ...parsed, key })
    }
  }
  return bestOfEach(entries)
}
