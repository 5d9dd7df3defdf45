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
export interface StoredEntry extends RunKey {
  /** Key of the record. */
  readonly key: string
  /** The run was declared lost, and ended after all. */
  readonly wasLost?: true
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
export async function* scanRuns(store: ObjectStore, job: string, range: ScanRange): AsyncGenerator<StoredEntry> {
  let together: StoredEntry[] = []
  for await (const entry of scanKeys(store, job, range)) {
    if (together[0] !== undefined && together[0].scheduledTime !== entry.scheduledTime) {
      yield* bestOfEach(together)
      together = []
    }
    together.push(entry)
  }
  yield* bestOfEach(together)
}

async function* scanKeys(store: ObjectStore, job: string, range: ScanRange): AsyncGenerator<StoredEntry> {
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

/** One record per run among a job's records of one time, by run id: the real end wins over the verdict. */
export function bestOfEach<Entry extends StoredEntry>(entries: readonly Entry[]): Entry[] {
  if (entries.length < 2) return [...entries]
  const best = new Map<string, Entry>()
  const lost = new Set<string>()
  for (const entry of entries) {
    if (entry.status === 'lost') lost.add(entry.runId)
    const known = best.get(entry.runId)
    if (known === undefined || rankOf(entry.status) > rankOf(known.status)) best.set(entry.runId, entry)
  }
  return [...best.values()]
    .map((entry) => (entry.status !== 'lost' && lost.has(entry.runId) ? { ...entry, wasLost: true as const } : entry))
    .toSorted((a, b) => (a.runId < b.runId ? -1 : 1))
}

const FINAL = 3

/** True when no other record of the same run can know more. */
export function isFinal(status: RunStatus): boolean {
  return rankOf(status) === FINAL
}

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
