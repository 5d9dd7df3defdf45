import type { JobSpec } from '@s3sched/operator'
import { formatDuration, formatInstant } from './times.ts'

/** A job's schedule, in a few words. */
export function scheduleText({ after, schedule, timezone }: JobSpec): string {
  if (after.length > 0) return `after ${after.join(', ')}`
  if (schedule === null) return 'by hand'
  if (typeof schedule === 'string') return timezone === 'UTC' ? schedule : `${schedule} (${timezone})`
  if ('at' in schedule) return `once, ${formatInstant(schedule.at, 'UTC')}`
  return `every ${typeof schedule.every === 'number' ? formatDuration(schedule.every) : schedule.every}`
}
