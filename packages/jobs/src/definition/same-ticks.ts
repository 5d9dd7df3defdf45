/**
 * Compares the ticks of two specifications of a job.
 *
 * Schedules are compared by meaning instead of text. Otherwise a deployment that only rewrites a schedule (`0 0 12 * *
 * *` for `0 12 * * *`, `Etc/UTC` for `UTC`) would begin a new schedule without a past, and ticks due during the
 * deployment would be lost without a trace.
 */
import { SchedulerError } from '../scheduler-error.ts'
import { compileSchedule } from './compile-schedule.ts'
import { hashSpec, type JobSpec } from './job-spec.ts'

type Timed = Pick<JobSpec, 'schedule' | 'timezone'>

/**
 * True where two schedules have the same ticks, however they are written.
 * @param jobName - the seed of `H`
 */
export function hasSameTicks(jobName: string, a: Timed, b: Timed): boolean {
  // True at every claim, which therefore writes no texts of schedules.
  if (a.schedule === b.schedule && a.timezone === b.timezone) return true
  if (textOf(a) === textOf(b)) return true
  const meaning = meaningOf(jobName, a)
  return meaning !== undefined && meaning === meaningOf(jobName, b)
}

/** True if two specifications mean the same, even if their schedules are written differently. */
export function isSameDefinition(jobName: string, a: JobSpec, b: JobSpec): boolean {
  const { schedule, timezone } = b
  return hashSpec({ ...a, schedule, timezone }) === hashSpec(b) && hasSameTicks(jobName, a, b)
}

function textOf({ schedule, timezone }: Timed): string {
  return JSON.stringify([schedule, timezone])
}

/** `undefined` for a schedule unknown to this version. */
function meaningOf(jobName: string, timed: Timed): string | undefined {
  try {
    return compileSchedule(jobName, timed)?.meaning ?? 'none'
  } catch (error) {
    if (error instanceof SchedulerError) return undefined
    throw error
  }
}
