/**
 * Scans over the keys of runs, newest first, without reading a body.
 *
 * A run may have two records, when it was declared `lost` and then ended after all. Both records have the same time, so
 * their keys are neighbours; a scan looks at all keys of one time together and keeps the record with the most knowledge
 * per run.
 */
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { invertTime, jobPrefix, parseRunKey, RUNS, type RunKey } from './run-key.ts'
import type { RunStatus } from './run-status.ts'

/** A run with the data in its key. */
export interface TimelineEntry extends RunKey {
  /** Key of the record. */
  readonly key: string
}

/** A part of a job's keys; both bounds are file names below the job's prefix. */
export interface ScanRange extends CallOptions {
  /** Only names after the given name. The given name need not exist. */
  readonly startAfter?: string | undefined
  /** Runs at this time or later, epoch ms. @default all */
  readonly since?: number | undefined
  /** Number of keys in the first request; further pages have 1,000 keys. @default 1000 */
  readonly firstPage?: number
}

const PAGE = 1000

/** Largest number of concurrent requests of a call: the number of connections kept by the AWS SDK. */
export const REQUESTS_AT_ONCE = 50

/** The runs of one job: 1 LIST per 1,000 keys, at most `firstPage` keys in the first. */
export async function* scanRuns(store: ObjectStore, job: string, range: ScanRange): AsyncGenerator<TimelineEntry> {
  let time: number | undefined
  // No record supersedes a final record, so a final record need not wait for its neighbours, which may be in the next
  // LIST.
  const told = new Set<string>()
  let waiting: TimelineEntry[] = []
  for await (const entry of scanKeys(store, job, range)) {
    if (entry.scheduledTime !== time) {
      yield* bestOfEach(waiting).filter(({ runId }) => !told.has(runId))
      time = entry.scheduledTime
      waiting = []
      told.clear()
    }
    if (waiting.length > 0 || rankOf(entry.status) < FINAL) waiting.push(entry)
    else if (!told.has(entry.runId)) {
      told.add(entry.runId)
      yield entry
    }
  }
  yield* bestOfEach(waiting).filter(({ runId }) => !told.has(runId))
}

async function* scanKeys(store: ObjectStore, job: string, range: ScanRange): AsyncGenerator<TimelineEntry> {
  const { since = 0, firstPage = PAGE, signal, timeoutMs } = range
  const prefix = jobPrefix(job)
  // A key with the time `since` is smaller than `end`; a key with an older time is greater.
  const end = `${prefix}${invertTime(since)}/`
  let startAfter = range.startAfter === undefined ? undefined : prefix + range.startAfter
  for (let limit = Math.min(PAGE, firstPage); ; limit = PAGE) {
    let seen = 0
    for await (const page of store.list(prefix, { startAfter, limit, signal, timeoutMs })) {
      for (const { key } of page.objects) {
        if (key > end) return
        seen += 1
        startAfter = key
        const parsed = parseRunKey(key)
        if (parsed !== undefined) yield { ...parsed, key }
      }
    }
    if (seen < limit) return
  }
}

/** One record per run among the records of one time, in the order of their keys: the real end wins over the verdict. */
export function bestOfEach<Entry extends RunKey>(entries: readonly Entry[]): Entry[] {
  if (entries.length < 2) return [...entries]
  const best = new Map<string, Entry>()
  for (const entry of entries) {
    const known = best.get(entry.runId)
    if (known === undefined || rankOf(entry.status) > rankOf(known.status)) best.set(entry.runId, entry)
  }
  return entries.filter((entry) => best.get(entry.runId) === entry)
}

const FINAL = 3

/**
 * Amount of knowledge in a record about its run. A run with a `cancelled` record may have been finished by another
 * process.
 */
export function rankOf(status: RunStatus): number {
  if (status === 'lost') return 0
  if (status === 'skipped' || status === 'missed') return 1
  return status === 'cancelled' ? 2 : FINAL
}

/** The names of all jobs with runs: 1 LIST per job, for any number of runs. */
export async function* scanJobs(store: ObjectStore, options: CallOptions = {}): AsyncGenerator<string> {
  let startAfter: string | undefined
  for (;;) {
    let found: string | undefined
    for await (const page of store.list(RUNS, { ...options, startAfter, limit: 1 }))
      found = page.objects[0]?.key ?? found
    const job = found?.split('/')[1]
    if (found === undefined || job === undefined) return
    if (parseRunKey(found) === undefined) startAfter = found
    else {
      yield job
      // '0' follows '/': the first key after all keys of this job.
      startAfter = `${RUNS}${job}0`
    }
  }
}
