import { mapParallel, type Clock } from '@s3sched/kernel'
import type { CallOptions, ListPage, ObjectStore } from '@s3sched/store'
import type { PruneReport, ResolvedPruneOptions } from '../prune-options.ts'
import { invertTime } from '../inverted-time.ts'
import type { ResolvedRetention, RetentionClass } from '../retention.ts'
import { PrunePlan, type ListedSegment } from './prune-plan.ts'
import { detailsPrefix, parseDetailsKey } from './run-details.ts'
import { notePruned } from './pruned-mark.ts'
import { endOfDay, parseSegmentKey, segmentPrefix } from './segment-key.ts'
import { listSegmentPages } from './segment-pages.ts'

export interface SegmentPruneDeps {
  readonly store: ObjectStore
  readonly clock: Clock
}

const PAGES_AT_ONCE = 8
/** The objects of one DELETE request. */
const PER_DELETE = 1000

/**
 * Deletes the segments and details that are older than the retention: 1 LIST for each page and 1,000 old keys, 1 DELETE
 * per 1,000 objects. No segment is read. A prune with segments to delete first notes how far it goes (see `pruned-mark`),
 * 1 GET and 1 PUT. A prune may die anywhere, and two at once do no harm.
 * @param limit - most deleted segments, and most deleted details; the oldest segments go first
 */
export async function pruneSegments(
  { clock, store }: SegmentPruneDeps,
  retention: ResolvedRetention,
  { call, dryRun, onProgress }: ResolvedPruneOptions,
  limit: number = 10_000,
): Promise<PruneReport> {
  const plan = new PrunePlan(retention)
  const begin = youngestExpired(retention, clock.now())
  if (begin === undefined) return { runs: 0, objects: 0, more: false }
  await mapParallel(await listSegmentPages(store, call), PAGES_AT_ONCE, async (page) => {
    // The verdicts of a day protect the truths of the day, so the LIST begins with the newest segment of the day.
    const startAfter = segmentPrefix(page) + invertTime(endOfDay(begin))
    for await (const listed of store.list(segmentPrefix(page), { ...call, startAfter })) {
      const now = smallerNow(clock, listed)
      for (const { key, lastModified } of listed.objects) {
        const segment = parseSegmentKey(key)
        if (segment !== undefined) plan.see({ ...segment, key, lastModified }, now)
      }
    }
  })
  const { afterwards, first, more } = plan.decide(limit)
  const leaving = [...first, ...afterwards]
  if (!dryRun && leaving.length > 0) await notePruned(store, latestEnd(leaving), call)
  const done = { runs: 0, objects: 0 }
  const remove = async (objects: readonly Removed[]): Promise<void> => {
    for (let from = 0; from < objects.length; from += PER_DELETE) {
      const batch = objects.slice(from, from + PER_DELETE)
      const keys = batch.map(({ key }) => key)
      if (!dryRun) await store.delete(keys, call)
      done.runs += batch.reduce((sum, { count = 0 }) => sum + count, 0)
      done.objects += batch.length
      onProgress?.({ ...done })
    }
  }
  await remove(first)
  await remove(afterwards)
  const details = await expiredDetails({ clock, store }, retention, limit, call)
  await remove(details.objects)
  return { ...done, more: more || details.more }
}

/** No run of the segments has a later tick, or a later end: a segment is written after the ends of its runs. */
function latestEnd(segments: readonly ListedSegment[]): number {
  return Math.ceil(segments.reduce((latest, { lastModified, newest }) => Math.max(latest, newest, lastModified), 0))
}

/** A segment with its runs, or details. */
type Removed = Pick<ListedSegment, 'key'> & Partial<Pick<ListedSegment, 'count'>>

/**
 * Details go by their own age, apart from the segment of their run: details without a run, left by a crash, go as all
 * others. The segment may stay up to a day longer, and its record is short then.
 */
async function expiredDetails(
  { clock, store }: SegmentPruneDeps,
  { failedMaxAgeMs, maxAgeMs }: ResolvedRetention,
  limit: number,
  call: CallOptions,
): Promise<{ readonly objects: readonly { readonly key: string }[]; readonly more: boolean }> {
  const objects: { readonly key: string }[] = []
  const limits: Readonly<Record<RetentionClass, number>> = { fine: maxAgeMs, failed: failedMaxAgeMs }
  for (const group of ['fine', 'failed'] as const) {
    const begin = youngestExpired({ maxAgeMs: limits[group], failedMaxAgeMs: limits[group] }, clock.now())
    if (begin === undefined) continue
    const startAfter = detailsPrefix(group) + invertTime(begin)
    for await (const listed of store.list(detailsPrefix(group), { ...call, startAfter })) {
      const now = smallerNow(clock, listed)
      for (const { key, lastModified } of listed.objects) {
        const run = parseDetailsKey(key)
        const isOld = run !== undefined && now - Math.max(run.scheduledTime, lastModified) > limits[group]
        if (isOld && objects.length === limit) return { objects, more: true }
        if (isOld) objects.push({ key })
      }
    }
  }
  return { objects, more: false }
}

/** The latest tick that may have expired; `undefined` when none can have. */
function youngestExpired({ failedMaxAgeMs, maxAgeMs }: ResolvedRetention, now: number): number | undefined {
  const time = Math.floor(now - Math.min(maxAgeMs, failedMaxAgeMs))
  return time < 0 ? undefined : time
}

function smallerNow(clock: Clock, page: ListPage): number {
  return Math.min(clock.now(), page.serverTime ?? Infinity)
}
