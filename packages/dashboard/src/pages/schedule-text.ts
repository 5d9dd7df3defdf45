import type { JobSpec } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { formatInstant } from '../html/instant.ts'

/** A job's schedule in a few words. */
export function scheduleText({ after, schedule, timezone }: JobSpec): string {
  if (after.length > 0) return `after ${after.join(', ')}`
  if (schedule === null) return 'by hand'
  if (typeof schedule === 'string') return timezone === 'UTC' ? schedule : `${schedule} (${timezone})`
  if ('at' in schedule) return `once, ${formatInstant(schedule.at)}`
  return `every ${typeof schedule.every === 'number' ? formatDuration(schedule.every) : schedule.every}`
}
