/**
 * Jobs with a single instant, or several, as their schedule.
 *
 * Ticks count from the write of a definition to the bucket. A recurring schedule loses nothing by a late write. A
 * single instant that was ahead when the application named it may be past after the answer of a slow store, and its job
 * would never run, without a trace. Such a job counts from just before its instant instead: the job runs late, or the
 * history records the instant as missed.
 *
 * An instant that was past when the application named it is refused, since its job would never run. A job may keep the
 * instant in the code after the run.
 */
import { toDate } from '@s3sched/kernel'
import {
  effectiveSpec,
  hasSameTicks,
  isActive,
  type JobRecord,
  type JobSpec,
  lowerBound,
  pastOf,
  SchedulerError,
  singlesOf,
} from '@s3sched/jobs'

export interface Moments {
  /** The store's time, as far as it is proven, epoch ms. */
  readonly now: number
  /**
   * The time at which the application named the instant, by this machine's clock, epoch ms; `Infinity` if the bucket
   * already has the instant.
   */
  readonly saidAt: number
}

/**
 * A change of a record, which makes ticks count from `now` on, or from just before an instant that passed during the
 * request.
 * @param changeAt - returns the record after the change; `from`: the instant after which ticks count, if the change
 * begins a new schedule
 */
export function changeOneTime(changeAt: (from: number) => JobRecord, { now, saidAt }: Moments): JobRecord {
  const changed = changeAt(now)
  const passed = instantsOf(effectiveSpec(changed)).filter((at) => saidAt < at && at <= now)
  return passed.length === 0 ? changed : changeAt(Math.min(...passed) - 1)
}

/**
 * Refuses a change to an instant at which no run would start any more.
 * @param known - the record before the change
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function refusePast(name: string, known: JobRecord | undefined, changed: JobRecord): void {
  const spec = effectiveSpec(changed)
  const instants = instantsOf(spec)
  const at = instants.at(-1)
  // Another schedule of the job may have later ticks.
  if (at === undefined || spec.schedule === null || instants.length < singlesOf(spec.schedule).length) return
  if (at > lowerBound(changed) || !isActive(changed)) return
  const isNamedBefore =
    known !== undefined && !known.removed && hasSameTicks(name, effectiveSpec(known), effectiveSpec(changed))
  if (isNamedBefore || wasSettled(changed, at)) return
  throw new SchedulerError(
    `Job '${name}': expected schedule to be an instant that is ahead, got ${toDate(at).toISOString()}: ` +
      `the ticks of the job count from ${toDate(lowerBound(changed)).toISOString()} on, and it has not run`,
    {
      code: 'INVALID_SCHEDULE',
      suggestion: 'Give it a later Date, or the schedule null and call runJob',
      context: { jobName: name, schedule: { at } },
    },
  )
}

/** The instants among the schedules of a job, in order. */
export function instantsOf({ schedule }: Pick<JobSpec, 'schedule'>): readonly number[] {
  const singles = schedule === null ? [] : singlesOf(schedule)
  return singles
    .flatMap((single) => (typeof single === 'object' && 'at' in single ? [single.at] : []))
    .toSorted((a, b) => a - b)
}

/** True if the job has run at the instant, or the history tells why not. */
function wasSettled(record: JobRecord, at: number): boolean {
  return record.lastTick === at || pastOf(record).some(({ lastTick }) => lastTick === at)
}
