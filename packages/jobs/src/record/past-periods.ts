/**
 * Which ticks of a job counted, and when: what an audit must know of definitions no longer in force.
 *
 * A **period** is a stretch of time with the same schedule and zone in force. A pause, a removal, the last run of
 * `maxRuns`, or a change of schedule or zone, by the code or by an operator, ends the period. The job's record keeps the last {@link
 * PAST_PERIODS} ended periods. The write that ends a period also records the end, so that no crash can come between the
 * two. In steady state no period is added, and no request is made.
 */
import { effectiveSpec, isTicking, type JobRecord, type PastPeriod } from './job-record.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { hasSameTicks } from '../definition/same-ticks.ts'

/** A period takes about 100 bytes of the job's record. */
export const PAST_PERIODS = 32

/** The record after a change, with the period ended by the change. */
export function rememberPeriod(
  before: JobRecord | undefined,
  after: JobRecord,
  now: () => number,
  jobName: string,
): JobRecord {
  // A change that sets `past` knows the end of the period better.
  if (before === undefined || before.past !== after.past) return after
  const counted = countingIn(before)
  if (counted === undefined || isSameCounting(counted, countingIn(after), jobName)) return after
  return { ...after, past: endPeriod(before, counted, now()) }
}

/** The periods of a record, including its current period, ended at `until`. */
export function endPeriod(record: JobRecord, counted: Counting, until: number): readonly PastPeriod[] {
  return [...pastOf(record), { ...counted, until, lastTick: record.lastTick }].slice(-PAST_PERIODS)
}

/** The ended periods, oldest first. */
export function pastOf(record: JobRecord): readonly PastPeriod[] {
  return record.past ?? []
}

/** The ticks that count: those of a schedule from an instant on. */
export type Counting = Pick<PastPeriod, 'schedule' | 'timezone' | 'since'>

/** The current period; `undefined` while no ticks count. */
export function countingIn(record: JobRecord): Counting | undefined {
  return isTicking(record) ? countingBy(effectiveSpec(record), record.since) : undefined
}

/** The ticks of a job that is active. */
export function countingBy({ schedule, timezone }: JobSpec, since: number): Counting | undefined {
  return schedule === null ? undefined : { schedule, timezone, since }
}

/** True if the same ticks count. */
export function isSameCounting(a: Counting | undefined, b: Counting | undefined, jobName: string): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.since === b.since && hasSameTicks(jobName, a, b)
}
