/**
 * Whether two specifications of a job have the same ticks.
 *
 * Schedules are compared by what they mean, and not by their text. A deployment that only writes a schedule otherwise (`0 0 12 * * *`
 * for `0 12 * * *`, `Etc/UTC` for `UTC`) would else begin a new schedule, which has no past: what was due during the deployment
 * would be gone without a trace.
 */
import { SchedulerError } from '../scheduler-error.ts'
import { compileSchedule } from './compile-schedule.ts'
import { hashSpec, type JobSpec } from './job-spec.ts'

type Timed = Pick<JobSpec, 'schedule' | 'timezone'>

/** @param jobName - what `H` is spread by */
export function hasSameTicks(jobName: string, a: Timed, b: Timed): boolean {
  if (textOf(a) === textOf(b)) return true
  const meaning = meaningOf(jobName, a)
  return meaning !== undefined && meaning === meaningOf(jobName, b)
}

/** Whether two specifications say the same, in whatever words their schedules are written. */
export function isSameDefinition(jobName: string, a: JobSpec, b: JobSpec): boolean {
  const { schedule, timezone } = b
  return hashSpec({ ...a, schedule, timezone }) === hashSpec(b) && hasSameTicks(jobName, a, b)
}

function textOf({ schedule, timezone }: Timed): string {
  return JSON.stringify([schedule, timezone])
}

/** `undefined` for a schedule that this version does not know. */
function meaningOf(jobName: string, timed: Timed): string | undefined {
  try {
    return compileSchedule(jobName, timed)?.meaning ?? 'none'
  } catch (error) {
    if (error instanceof SchedulerError) return undefined
    throw error
  }
}
