/**
 * Deletes what the retention no longer keeps, job by job, in batches.
 *
 * Dying half way is harmless: a record goes before its mark in `failures/`, and a mark without a record is skipped by all
 * who read and deleted here once it is old. Pruning twice at the same time is harmless too: deleting what is gone is fine.
 */
import type { Clock } from '@s3sched/kernel'
import type { CallOptions, ListedObject, ListPage, ObjectStore } from '@s3sched/store'
import { countsRuns, mayGo, retentionClassOf, youngestExpired } from './retention.ts'
import type { ResolvedRetention, RetentionClass } from './retention.ts'
import { failureKey, FAILURES, invertTime, jobPrefix, parseFailureKey, parseRunKey } from './run-key.ts'
import { bestOfEach, scanJobs, type TimelineEntry } from './run-scan.ts'

export interface PruneReport {
  /** Records deleted. */
  readonly deleted: number
  /** Marks of failures deleted that had no record any more. */
  readonly orphans: number
}

interface PruneDeps {
  readonly store: ObjectStore
  readonly clock: Clock
}

export async function pruneRuns(
  { store, clock }: PruneDeps,
  retention: ResolvedRetention,
  options: CallOptions,
): Promise<PruneReport> {
  let deleted = 0
  for await (const job of scanJobs(store, options)) deleted += await pruneJob({ store, clock }, job, retention, options)
  return { deleted, orphans: await pruneMarks({ store, clock }, retention, options) }
}

async function pruneJob(
  { store, clock }: PruneDeps,
  job: string,
  retention: ResolvedRetention,
  options: CallOptions,
): Promise<number> {
  const prefix = jobPrefix(job)
  const startAfter = countsRuns(retention) ? prefix : beforeExpired(prefix, retention, clock.now())
  if (startAfter === undefined) return 0
  const newer = { fine: 0, failed: 0 }
  let deleted = 0
  let now = clock.now()
  let together: StoredRun[] = []
  for await (const page of store.list(prefix, { ...options, startAfter })) {
    now = smallerNow(clock, page)
    const doomed: Doomed[] = []
    for (const { key, lastModified } of page.objects) {
      const run = parseRunKey(key)
      if (run === undefined) continue
      if (together[0] !== undefined && together[0].scheduledTime !== run.scheduledTime) {
        doomed.push(judge(together, newer, retention, now))
        together = []
      }
      together.push({ ...run, key, lastModified })
    }
    deleted += await deleteRuns(store, doomed, options)
  }
  return deleted + (await deleteRuns(store, [judge(together, newer, retention, now)], options))
}

interface StoredRun extends TimelineEntry {
  readonly lastModified: number
}

/** Keys to delete, in this order, so that whatever is left after a death still tells the truth. */
interface Doomed {
  /** That a run was lost which ended after all: left behind, it would be believed again. */
  readonly verdicts: readonly string[]
  readonly records: readonly string[]
  readonly marks: readonly string[]
}

/** All records of one tick. Those of one run go together, judged by the one that is true, once the last is old enough. */
function judge(
  together: readonly StoredRun[],
  newer: Record<RetentionClass, number>,
  retention: ResolvedRetention,
  now: number,
): Doomed {
  const records: string[] = []
  const runs = new Map<string, StoredRun[]>()
  for (const stored of together) runs.set(stored.runId, [...(runs.get(stored.runId) ?? []), stored])
  const doomed: StoredRun[] = []
  for (const best of bestOfEach(together)) {
    const all = runs.get(best.runId) ?? []
    const group = retentionClassOf(best.status)
    const lastModified = Math.max(...all.map((stored) => stored.lastModified))
    const isDoomed = mayGo({ ...best, lastModified, newer: newer[group] }, retention, now)
    newer[group] += 1
    if (!isDoomed) continue
    records.push(best.key)
    doomed.push(...all)
  }
  const verdicts = doomed.map(({ key }) => key).filter((key) => !records.includes(key))
  const marks = doomed.filter(({ status }) => status !== 'success').map((stored) => failureKey(stored))
  return { verdicts, records, marks: [...new Set(marks)] }
}

/** @returns how many records are gone, verdicts included */
async function deleteRuns(store: ObjectStore, doomed: readonly Doomed[], options: CallOptions): Promise<number> {
  const verdicts = doomed.flatMap((each) => each.verdicts)
  const records = doomed.flatMap((each) => each.records)
  await deleteAll(store, verdicts, options)
  await deleteAll(store, records, options)
  const marks = doomed.flatMap((each) => each.marks)
  await deleteAll(store, marks, options)
  return verdicts.length + records.length
}

/** Marks that are older than any record of a failure may be. */
async function pruneMarks(
  { store, clock }: PruneDeps,
  retention: ResolvedRetention,
  options: CallOptions,
): Promise<number> {
  const longest = Math.max(retention.maxAgeMs, retention.failedMaxAgeMs)
  const startAfter = beforeExpired(FAILURES, { ...retention, maxAgeMs: longest, failedMaxAgeMs: longest }, clock.now())
  if (startAfter === undefined) return 0
  let deleted = 0
  for await (const page of store.list(FAILURES, { ...options, startAfter })) {
    const now = smallerNow(clock, page)
    const isOld = ({ key, lastModified }: ListedObject): boolean => {
      const mark = parseFailureKey(key)
      return mark !== undefined && now - mark.scheduledTime > longest && now - lastModified > longest
    }
    const old = page.objects.filter(isOld).map(({ key }) => key)
    await deleteAll(store, old, options)
    deleted += old.length
  }
  return deleted
}

/** The last name before all that may have expired; `undefined` when nothing can have. */
function beforeExpired(prefix: string, retention: ResolvedRetention, now: number): string | undefined {
  const time = youngestExpired(retention, now)
  return time < 0 ? undefined : `${prefix}${invertTime(Math.floor(time))}`
}

function smallerNow(clock: Clock, page: ListPage): number {
  return Math.min(clock.now(), page.serverTime ?? Infinity)
}

async function deleteAll(store: ObjectStore, keys: readonly string[], options: CallOptions): Promise<void> {
  if (keys.length > 0) await store.delete(keys, options)
}
