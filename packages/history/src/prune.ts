/**
 * Deletes the records that the retention no longer keeps, job by job, in batches.
 *
 * **Order.** The oldest records of a job go first, so that the remaining records have no gap at any moment: an audit
 * takes the ticks since the oldest record for complete. A LIST gives the newest first, so the keys of a job's doomed
 * records are held until the end of the LIST (some 150 B each).
 *
 * A crash half way is harmless: a record is deleted before its mark in `failures/`, every reader skips a mark without a
 * record, and prune deletes such a mark when it is old. Two concurrent prunes are harmless too: deleting a deleted
 * object succeeds.
 *
 * A **needed** run is kept at any age: the record is the only evidence of the run's end.
 */
import type { Clock } from '@s3sched/kernel'
import type { CallOptions, ListPage, ObjectStore } from '@s3sched/store'
import type { PruneReport, ResolvedPruneOptions } from './prune-options.ts'
import { mayGo, youngestExpired, type ResolvedRetention } from './retention.ts'
import { failureKey, FAILURES, invertTime, jobPrefix, parseFailureKey, parseRunKey } from './run-key.ts'
import { bestOfEach, scanJobs, type StoredEntry } from './run-scan.ts'

/**
 * The ids of a job's runs whose records must not be pruned yet. Asked once per prune and job, for jobs with records
 * about to be deleted. A rejection ends the prune.
 */
export type NeededRuns = (job: string, options: CallOptions) => Promise<{ has(runId: string): boolean }>

export interface PruneDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly needed: NeededRuns
}

/** A server deletes up to 1,000 objects for one request. */
const RUNS_PER_DELETE = 1000

export async function pruneRuns(
  { clock, needed, store }: PruneDeps,
  retention: ResolvedRetention,
  { call, dryRun, onProgress }: ResolvedPruneOptions,
): Promise<PruneReport> {
  const deps: PruneDeps = { store, clock, needed: askedOnce(needed) }
  const done = { runs: 0, objects: 0 }
  const gone = new Set<string>()
  const remove = async (keys: readonly string[], runs: number): Promise<void> => {
    if (keys.length === 0) return
    if (!dryRun) await store.delete(keys, call)
    // A dry run meets the mark of a doomed record again.
    else for (const key of keys) if (key.startsWith(FAILURES)) gone.add(key)
    done.runs += runs
    done.objects += keys.length
    onProgress?.({ ...done })
  }
  for await (const job of scanJobs(store, call)) await pruneJob(deps, job, retention, { call, remove })
  await pruneMarks(deps, retention, {
    call,
    remove: (keys) =>
      remove(
        keys.filter((key) => !gone.has(key)),
        0,
      ),
  })
  return { ...done, more: false }
}

interface Removal {
  readonly call: CallOptions
  readonly remove: (keys: readonly string[], runs: number) => Promise<void>
}

function askedOnce(needed: NeededRuns): NeededRuns {
  const answers = new Map<string, ReturnType<NeededRuns>>()
  return (job, options) => {
    const answer = answers.get(job) ?? needed(job, options)
    answers.set(job, answer)
    return answer
  }
}

async function pruneJob(
  deps: PruneDeps,
  job: string,
  retention: ResolvedRetention,
  { call, remove }: Removal,
): Promise<void> {
  const doomed = (await doomedRuns(deps, job, retention, call)).toReversed()
  if (doomed.length === 0) return
  const kept = await deps.needed(job, call)
  const going = doomed.filter(({ runId }) => !kept.has(runId))
  for (let from = 0; from < going.length; from += RUNS_PER_DELETE) {
    const batch = going.slice(from, from + RUNS_PER_DELETE)
    await remove(
      batch.flatMap(({ verdicts }) => verdicts),
      0,
    )
    await remove(
      batch.map(({ record }) => record),
      batch.length,
    )
    await remove(
      batch.flatMap(({ marks }) => marks),
      0,
    )
  }
}

/** The runs of a job that the retention no longer keeps, newest first. */
async function doomedRuns(
  { clock, store }: PruneDeps,
  job: string,
  retention: ResolvedRetention,
  options: CallOptions,
): Promise<Doomed[]> {
  const startAfter = beforeExpired(jobPrefix(job), retention, clock.now())
  if (startAfter === undefined) return []
  const doomed: Doomed[] = []
  let now = clock.now()
  let together: StoredRun[] = []
  for await (const page of store.list(jobPrefix(job), { ...options, startAfter })) {
    now = smallerNow(clock, page)
    for (const { key, lastModified } of page.objects) {
      const run = parseRunKey(key)
      if (run === undefined) continue
      if (together[0] !== undefined && together[0].scheduledTime !== run.scheduledTime) {
        doomed.push(...judge(together, retention, now))
        together = []
      }
      together.push({ ...run, key, lastModified })
    }
  }
  return [...doomed, ...judge(together, retention, now)]
}

interface StoredRun extends StoredEntry {
  readonly lastModified: number
}

/** The keys of a run to delete, in the given order, so that the remains after a crash still tell the truth. */
interface Doomed {
  readonly runId: string
  /** Records with the verdict `lost` of a run that ended after all: a remaining verdict would be believed again. */
  readonly verdicts: readonly string[]
  readonly record: string
  readonly marks: readonly string[]
}

/**
 * Judges all records of one tick. The records of one run go together, judged by the true record, once the last record
 * is old enough.
 */
function judge(together: readonly StoredRun[], retention: ResolvedRetention, now: number): Doomed[] {
  const runs = new Map<string, StoredRun[]>()
  for (const stored of together) runs.set(stored.runId, [...(runs.get(stored.runId) ?? []), stored])
  const doomed: Doomed[] = []
  for (const best of bestOfEach(together)) {
    const all = runs.get(best.runId) ?? []
    const lastModified = Math.max(...all.map((stored) => stored.lastModified))
    if (!mayGo({ ...best, lastModified }, retention, now)) continue
    const verdicts = all.map(({ key }) => key).filter((key) => key !== best.key)
    const marks = all.filter(({ status }) => status !== 'success').map((stored) => failureKey(stored))
    doomed.push({ runId: best.runId, verdicts, record: best.key, marks: [...new Set(marks)] })
  }
  return doomed
}

/** Deletes the marks that are older than the record of any failure may be. */
async function pruneMarks(
  { clock, needed, store }: PruneDeps,
  retention: ResolvedRetention,
  { call, remove }: Removal,
): Promise<void> {
  const longest = Math.max(retention.maxAgeMs, retention.failedMaxAgeMs)
  const startAfter = beforeExpired(FAILURES, { maxAgeMs: longest, failedMaxAgeMs: longest }, clock.now())
  if (startAfter === undefined) return
  for await (const page of store.list(FAILURES, { ...call, startAfter })) {
    const now = smallerNow(clock, page)
    const old: string[] = []
    for (const { key, lastModified } of page.objects) {
      const mark = parseFailureKey(key)
      const isOld = mark !== undefined && now - mark.scheduledTime > longest && now - lastModified > longest
      // A kept record without its mark would be missing in a search for failures.
      if (isOld && !(await needed(mark.job, call)).has(mark.runId)) old.push(key)
    }
    await remove(old, 0)
  }
}

/** The last name before all records that may have expired; `undefined` when no record can have expired. */
function beforeExpired(prefix: string, retention: ResolvedRetention, now: number): string | undefined {
  const time = youngestExpired(retention, now)
  return time < 0 ? undefined : `${prefix}${invertTime(Math.floor(time))}`
}

function smallerNow(clock: Clock, page: ListPage): number {
  return Math.min(clock.now(), page.serverTime ?? Infinity)
}
