/**
 * Walking over the keys of runs, newest first, without reading a body.
 *
 * A run may have two records: it was declared `lost`, and then ended after all. Both stand at the same time, so they are
 * neighbours; a walk looks at all keys of one time together and keeps, of each run, the record that knows most.
 */
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { invertTime, jobPrefix, parseRunKey, RUNS, type RunKey } from './run-key.ts'
import type { RunStatus } from './run-status.ts'

/** A run as its key tells it. */
export interface TimelineEntry extends RunKey {
  /** Where its record lies. */
  readonly key: string
}

/** Which part of a job's keys, both bounds by the name of the file below the job's prefix. */
export interface ScanRange extends CallOptions {
  /** Names after this one only; it need not exist. */
  readonly startAfter?: string | undefined
  /** Runs at this time or later, epoch ms. @default all */
  readonly since?: number | undefined
  /** How many keys are wanted at first; more are asked for in pages of 1,000. @default 1000 */
  readonly firstPage?: number
}

const PAGE = 1000

/** How many requests one call has under way at a time: as many as the AWS SDK keeps connections. */
export const REQUESTS_AT_ONCE = 50

/** The runs of one job: 1 LIST per 1,000 keys, the first of at most `firstPage`. */
export async function* scanRuns(store: ObjectStore, job: string, range: ScanRange): AsyncGenerator<TimelineEntry> {
  let time: number | undefined
  // Nothing supersedes a final record, so it need not wait for its neighbours, which may be another LIST away.
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
  // A key of the time `since` is smaller than this; the next older time's is greater.
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

/** Of the records of one time, in the order of their keys, one per run: what really happened, not the verdict. */
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

/** How much a record knows of its run. An action that was told to end may have been run to its end by somebody else. */
export function rankOf(status: RunStatus): number {
  if (status === 'lost') return 0
  if (status === 'skipped' || status === 'missed') return 1
  return status === 'cancelled' ? 2 : FINAL
}

/** The names of all jobs that have runs: 1 LIST each, whatever the number of runs. */
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
      // '0' follows '/': the first key that can't be this job's.
      startAfter = `${RUNS}${job}0`
    }
  }
}
