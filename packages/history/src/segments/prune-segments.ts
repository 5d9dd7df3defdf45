import { custom, integer, mapParallel, optional, resolveOptions, type Clock } from '@s3sched/kernel'
import type { CallOptions, ListPage, ObjectStore } from '@s3sched/store'
import type { RetentionClass } from '../retention.ts'
import { invertTime } from '../run-key.ts'
import { PrunePlan, type SegmentRetention } from './prune-plan.ts'
import { detailsPrefix, parseDetailsKey } from './run-details.ts'
import { DAY_MS, endOfDay, parseSegmentKey, segmentPrefix } from './segment-key.ts'
import { listSegmentPages } from './segment-pages.ts'

export interface SegmentRetentionPolicy {
  /** Time to keep a success, or a skipped or missed tick, ms. `Infinity`: for ever. @default 30 days */
  readonly maxAgeMs?: number
  /** Time to keep a failed, timed-out, cancelled or lost run, ms. @default three times maxAgeMs */
  readonly failedMaxAgeMs?: number
}

export interface SegmentPruneOptions extends CallOptions {
  /** Counts what would be deleted, and deletes nothing. @default false */
  readonly dryRun?: boolean
  /** Most deleted segments, and most deleted details, of one call; the oldest segments go first. @default 10000 */
  readonly limit?: number
}

export interface SegmentPruneReport {
  /** Deleted segments, or in a dry run the segments that would be deleted. */
  readonly segments: number
  /** The runs in these segments, as their keys tell. A run may lie in two segments, and counts twice then. */
  readonly runs: number
  /** Deleted objects with large parts of runs. */
  readonly details: number
  /** More is due than `limit`: call again. */
  readonly more: boolean
}

export interface SegmentPruneDeps {
  readonly store: ObjectStore
  readonly clock: Clock
}

const PAGES_AT_ONCE = 8

const age = (fallback: number) =>
  custom('a number of ms >= 1000', (value): value is number => typeof value === 'number' && value >= 1000, fallback)

const POLICY_SPEC = { maxAgeMs: age(30 * DAY_MS), failedMaxAgeMs: optional(age(0)) }

const OPTIONS_SPEC = { limit: integer({ min: 1, max: 1_000_000, default: 10_000 }) }

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveSegmentRetention(policy: SegmentRetentionPolicy = {}): SegmentRetention {
  const { failedMaxAgeMs, maxAgeMs } = resolveOptions('retention', POLICY_SPEC, policy)
  return { maxAgeMs, failedMaxAgeMs: failedMaxAgeMs ?? maxAgeMs * 3 }
}

/**
 * Deletes the segments and details that are older than the retention: 1 LIST for each page and 1,000 old keys, 1 DELETE
 * per 1,000 objects. Nothing is read, and nothing is written. A prune may die anywhere, and two at once do no harm.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError
 */
export async function pruneSegments(
  { clock, store }: SegmentPruneDeps,
  policy: SegmentRetentionPolicy = {},
  { dryRun = false, limit: wanted, ...call }: SegmentPruneOptions = {},
): Promise<SegmentPruneReport> {
  const retention = resolveSegmentRetention(policy)
  const { limit } = resolveOptions('prune', OPTIONS_SPEC, { limit: wanted })
  const plan = new PrunePlan(retention)
  const begin = youngestExpired(retention, clock.now())
  if (begin === undefined) return { segments: 0, runs: 0, details: 0, more: false }
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
  const remove = async (objects: readonly { readonly key: string }[]): Promise<void> => {
    if (objects.length > 0 && !dryRun)
      await store.delete(
        objects.map(({ key }) => key),
        call,
      )
  }
  await remove(first)
  await remove(afterwards)
  const details = await expiredDetails({ clock, store }, retention, limit, call)
  await remove(details.objects)
  return {
    segments: first.length + afterwards.length,
    runs: [...first, ...afterwards].reduce((sum, { count }) => sum + count, 0),
    details: details.objects.length,
    more: more || details.more,
  }
}

/**
 * Details go by their own age, apart from the segment of their run: details without a run, left by a crash, go as all
 * others. The segment may stay up to a day longer, and its record is short then.
 */
async function expiredDetails(
  { clock, store }: SegmentPruneDeps,
  { failedMaxAgeMs, maxAgeMs }: SegmentRetention,
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
function youngestExpired({ failedMaxAgeMs, maxAgeMs }: SegmentRetention, now: number): number | undefined {
  const time = Math.floor(now - Math.min(maxAgeMs, failedMaxAgeMs))
  return time < 0 ? undefined : time
}

function smallerNow(clock: Clock, page: ListPage): number {
  return Math.min(clock.now(), page.serverTime ?? Infinity)
}
