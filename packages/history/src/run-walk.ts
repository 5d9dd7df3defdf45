/**
 * All runs that match a filter, newest first, from keys alone.
 *
 * For one job: the job's own keys, 1 LIST per 1,000. For several jobs: their keys merged, at least 1 LIST per job. For
 * runs of several jobs without success: the keys of `failures/`, for any number of jobs and successes, and 1 LIST per
 * failure with a wanted status, to find its final status (a run that was declared lost may have succeeded since).
 *
 * The order is total: time, then job, then run id. A cursor is a place in this order.
 */
import { mapParallel } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { isBehind, type Position } from './cursor.ts'
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
import { bestOfEach, isFinal, rankOf, REQUESTS_AT_ONCE, scanJobs, scanRuns, type StoredEntry } from './run-scan.ts'

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
): AsyncGenerator<StoredEntry> {
  const { jobs, statuses } = filter
  const isWanted = ({ status }: StoredEntry): boolean => statuses === undefined || statuses.has(status)
  const walk = usesFailures(filter) ? walkFailures(store, filter, options) : walkJobs(store, filter, options, jobs)
  for await (const entry of walk) if (isWanted(entry)) yield entry
}

/** True when the walk reads `failures/`. */
function usesFailures({ jobs, statuses }: ResolvedFilter): boolean {
  return jobs?.length !== 1 && statuses !== undefined && !statuses.has('success')
}

async function* walkJobs(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
  named: readonly string[] | undefined,
): AsyncGenerator<StoredEntry> {
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
): AsyncGenerator<StoredEntry> {
  // The margin keeps the last expected run and its verdict, the neighbouring key, in the same page.
  const firstPage = expected === undefined || statuses !== undefined ? undefined : expected + 8
  const startAfter = after === undefined ? `${invertTime(until)}/` : startOf(job, after)
  const range = { since, startAfter, signal, timeoutMs, ...(firstPage === undefined ? {} : { firstPage }) }
  for await (const entry of scanRuns(store, job, range)) {
    // All records of one time are judged together, so the scan begins at the first key of the cursor's time.
    if (after === undefined || isBehind(entry, after)) yield entry
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
async function* merge(walks: readonly AsyncGenerator<StoredEntry>[]): AsyncGenerator<StoredEntry> {
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

/**
 * The failures of a period by their marks: 1 LIST per 1,000 marks, and 1 LIST for each mark that a late end may have
 * outdated.
 */
export function walkMarks(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
): AsyncGenerator<FailureKey> {
  return resolveMarks(store, filter, options, async (mark) => {
    if (isFinal(mark.status)) return mark
    const entry = await findRun(store, mark, options)
    if (entry === undefined || entry.status === 'success' || filter.statuses?.has(entry.status) === false)
      return undefined
    const { job, runId, scheduledTime, status } = entry
    return { job, runId, scheduledTime, status }
  })
}

function walkFailures(store: ObjectStore, filter: ResolvedFilter, options: WalkOptions): AsyncGenerator<StoredEntry> {
  return resolveMarks(store, filter, options, (mark) => findRun(store, mark, options))
}

async function* resolveMarks<T>(
  store: ObjectStore,
  filter: ResolvedFilter,
  options: WalkOptions,
  resolve: (mark: FailureKey) => Promise<T | undefined>,
): AsyncGenerator<T> {
  let window: FailureKey[] = []
  const resolveAll = async (): Promise<T[]> => {
    const found = await mapParallel(window, REQUESTS_AT_ONCE, resolve)
    window = []
    return found.filter((one) => one !== undefined)
  }
  const enough = Math.min(REQUESTS_AT_ONCE, options.expected ?? REQUESTS_AT_ONCE)
  for await (const mark of scanMarks(store, filter, options)) {
    window.push(mark)
    if (window.length >= enough) yield* await resolveAll()
  }
  yield* await resolveAll()
}

/** The wanted marks, one for each run, by falling time, then by job and run id. */
async function* scanMarks(
  store: ObjectStore,
  { jobs, statuses, since, until }: ResolvedFilter,
  { after, expected, signal, timeoutMs }: WalkOptions,
): AsyncGenerator<FailureKey> {
  const wanted = jobs === undefined ? undefined : new Set(jobs)
  const isWanted = (mark: FailureKey): boolean =>
    (wanted?.has(mark.job) ?? true) &&
    (statuses?.has(mark.status) ?? true) &&
    (after === undefined || isBehind(mark, after))
  const end = `${FAILURES}${invertTime(since)}/`
  let startAfter = FAILURES + (after === undefined ? `${invertTime(until)}/` : invertTime(after.time))
  let together: FailureKey[] = []
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
        const mark = parseFailureKey(key)
        if (mark === undefined) continue
        if (together[0] !== undefined && together[0].scheduledTime !== mark.scheduledTime) {
          yield* bestMarks(together).filter(isWanted)
          together = []
        }
        together.push(mark)
      }
      if (seen === 0) break
    }
    if (seen < limit) break
  }
  yield* bestMarks(together).filter(isWanted)
}

/** One mark for each run among the marks of one time: a run has a mark of the verdict, and another of the real end. */
function bestMarks(marks: readonly FailureKey[]): FailureKey[] {
  const best = new Map<string, FailureKey>()
  for (const mark of marks) {
    const name = `${mark.job}/${mark.runId}`
    const known = best.get(name)
    if (known === undefined || rankOf(mark.status) > rankOf(known.status)) best.set(name, mark)
  }
  return [...best.values()].toSorted((a, b) => {
    if (a.job !== b.job) return a.job < b.job ? -1 : 1
    return a.runId < b.runId ? -1 : 1
  })
}

/** The entry of a run with a known time, by its key: 1 LIST. */
export async function findRun(
  store: ObjectStore,
  run: RunName,
  options: CallOptions,
): Promise<StoredEntry | undefined> {
  const entries = await runsAt(store, run.job, run.scheduledTime, options)
  return entries.find(({ runId }) => runId === run.runId)
}

/** The runs of one tick of a job: 1 LIST. */
export async function runsAt(
  store: ObjectStore,
  job: string,
  time: number,
  { signal, timeoutMs }: CallOptions,
): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const page of store.list(tickPrefix(job, time), { signal, timeoutMs })) {
    for (const { key } of page.objects) {
      const parsed = parseRunKey(key)
      if (parsed !== undefined) entries.push({ ...parsed, key })
    }
  }
  return bestOfEach(entries)
}
