/**
 * Which ticks of a job counted, and when: what an audit must know of definitions that are no longer in force.
 *
 * A **period** is a stretch of time in which one schedule counted in one zone. A pause, a removal, a change of schedule or
 * zone, by the code or by an operator, ends it. The job's record keeps the last {@link PAST_PERIODS} that ended, and it
 * learns of an end in the very write that makes it, so that no crash can come between the two. In steady state nothing is
 * added, and nothing more is requested.
 */
import { effectiveSpec, isActive, type JobRecord } from './job-record.ts'
import type { StoredSchedule } from './job-spec.ts'
import { hasSameTicks } from './same-ticks.ts'

/** Each is about 100 bytes of the job's record. */
export const PAST_PERIODS = 32

/** A period that has ended. Instants are epoch ms, by the clocks of those who wrote them. */
export interface PastPeriod {
  readonly schedule: StoredSchedule
  readonly timezone: string
  /** Its ticks lie after this instant. */
  readonly since: number
  /** Its ticks lie before or at this instant, or at `lastTick` where that is later: a tick may be claimed ahead. */
  readonly until: number
  /** The last tick of the job that was settled when the period ended. */
  readonly lastTick: number | null
}

/** The record after a change, with the period that the change ended. */
export function rememberPeriod(
  before: JobRecord | undefined,
  after: JobRecord,
  now: number,
  jobName: string,
): JobRecord {
  // A change that says by itself what ended knows better when.
  if (before === undefined || isUntouched(before, after) || before.past !== after.past) return after
  const counted = countingIn(before)
  if (counted === undefined || isSame(counted, countingIn(after), jobName)) return after
  return { ...after, past: endPeriod(before, counted, now) }
}

/** The periods of a record, with the one that counts in it ended at `until`. */
export function endPeriod(
  record: JobRecord,
  counted: Pick<PastPeriod, 'schedule' | 'timezone' | 'since'>,
  until: number,
): readonly PastPeriod[] {
  return [...pastOf(record), { ...counted, until, lastTick: record.lastTick }].slice(-PAST_PERIODS)
}

/** The periods that ended, oldest first. */
export function pastOf(record: JobRecord): readonly PastPeriod[] {
  return record.past ?? []
}

/** What counts now; `undefined` while nothing does. */
export function countingIn(record: JobRecord): Pick<PastPeriod, 'schedule' | 'timezone' | 'since'> | undefined {
  const { schedule, timezone } = effectiveSpec(record)
  return isActive(record) && schedule !== null ? { schedule, timezone, since: record.since } : undefined
}

/** Whether other ticks count after a change than before it. */
export function countsOtherwise(before: JobRecord | undefined, after: JobRecord, jobName: string): boolean {
  return !isSame(before && countingIn(before), countingIn(after), jobName)
}

type Counting = ReturnType<typeof countingIn>

function isSame(a: Counting, b: Counting, jobName: string): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.since === b.since && hasSameTicks(jobName, a, b)
}

/** True for every claim, so that it costs none of them a comparison of schedules. */
function isUntouched(a: JobRecord, b: JobRecord): boolean {
  const isSameDefinition = a.spec === b.spec && a.override === b.override && a.since === b.since
  return isSameDefinition && a.paused === b.paused && a.removed === b.removed
}
