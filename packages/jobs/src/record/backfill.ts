/**
 * Runs for the ticks of a time that is over, as pure functions of the job's record.
 *
 * **State.** The record holds at most one backfill, with a cursor (`after`): each tick up to the cursor is claimed by the
 * backfill, or passed over. The claim of a tick moves the cursor in the same write, so that no crash and no second leader
 * can claim a tick twice.
 *
 * **Against the schedule.** The schedule claims ticks after {@link lowerBound} alone, and the backfill claims ticks up to
 * there, or while no ticks count. The bound never goes back, so a tick belongs to one of both.
 *
 * **Against runs before.** A tick with a run, by the schedule or by an earlier backfill, is passed over: the runs in
 * `running` and those in the history tell. The record is read before the history, and each end leaves `running` in the
 * write that brings the end into the history, so no run is in neither.
 */
import type { Schedule } from '@s3sched/cron'
import type { Backfill } from './backfill-cursor.ts'
import { isTicking, lowerBound, type JobRecord } from './job-record.ts'

/** The most runs of a backfill at a time with `overlap: 'allow'`: each is named in the job's record. */
export const MOST_AT_ONCE = 20

/** The claimed record with the cursor at the claimed tick. */
export function moveCursor(record: JobRecord, tick: number): JobRecord {
  const { backfill } = record
  if (backfill === undefined) return record
  return { ...record, backfill: { ...backfill, after: tick, claimed: backfill.claimed + 1 } }
}

/** No tick is left, or nobody wants the rest. @param id - of the backfill that ends; any by default */
export function endBackfill(record: JobRecord, id?: string): JobRecord {
  const { backfill, ...rest } = record
  return backfill === undefined || (id !== undefined && backfill.id !== id) ? record : rest
}

/** True while the schedule may still claim ticks of the backfill. */
export function awaitsSchedule(record: JobRecord, schedule: Schedule, { to }: Pick<Backfill, 'to'>): boolean {
  if (!isTicking(record)) return false
  const open = schedule.next(lowerBound(record))
  return open !== null && open <= to
}

/**
 * The next tick of a backfill; `null` when none is left.
 * @param hasRun - tells whether a tick had a run before the backfill
 */
export function nextOfBackfill(
  { after, from, to }: Backfill,
  schedule: Schedule,
  hasRun: (tick: number) => boolean,
): number | null {
  let tick = schedule.next(Math.max(after, from - 1))
  while (tick !== null && tick <= to && hasRun(tick)) tick = schedule.next(tick)
  return tick !== null && tick <= to ? tick : null
}

/** Why the next tick can't be claimed now: too many runs of the job go on, or a tick of the schedule is about to start. */
export function mustWait(record: JobRecord, schedule: Schedule, { overlap }: Backfill, dueBy: number): boolean {
  const { running } = record
  if (overlap === 'allow') return running.filter(({ trigger }) => trigger === 'backfill').length >= MOST_AT_ONCE
  if (running.length > 0) return true
  const next = isTicking(record) ? schedule.next(lowerBound(record)) : null
  return next !== null && next <= dueBy
}
