/**
 * Deletes what the retention no longer keeps, job by job, in batches.
 *
 * Dying half way is harmless: a record goes before its mark in `failures/`, and a mark without a record is skipped by all
 * who read and deleted here once it is old. Pruning twice at the same time is harmless too: deleting what is gone is fine.
 */
import type { Clock } from '@s3sched/kernel'
import type { CallOptions, ListedObject, ListPage, ObjectStore } from '@s3sched/store'
import { countsRuns, mayGo, retentionClassOf, youngestExpired, type ResolvedRetention } from './retention.ts'
import { failureKey, FAILURES, invertTime, jobPrefix, parseFailureKey, parseRunKey } from './run-key.ts'
import { scanJobs } from './run-scan.ts'

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
  const newer = { fine: 0, failed: 0 }
  const prefix = jobPrefix(job)
  const startAfter = countsRuns(retention) ? prefix : beforeExpired(prefix, retention, clock.now())
  if (startAfter === undefined) return 0
  let deleted = 0
  for await (const page of store.list(prefix, { ...options, startAfter })) {
    const now = smallerNow(clock, page)
    const records: string[] = []
    const marks: string[] = []
    for (const { key, lastModified } of page.objects) {
      const run = parseRunKey(key)
      if (run === undefined) continue
      const group = retentionClassOf(run.status)
      const candidate = { ...run, lastModified, newer: newer[group] }
      newer[group] += 1
      if (!mayGo(candidate, retention, now)) continue
      records.push(key)
      if (run.status !== 'success') marks.push(failureKey(run))
    }
    await deleteAll(store, records, options)
    await deleteAll(store, marks, options)
    deleted += records.length
  }
  return deleted
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
