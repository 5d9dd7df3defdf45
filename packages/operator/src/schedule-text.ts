import type { JobSpec } from '@s3sched/jobs'

export interface ScheduleWords {
  /** Writes an instant, epoch ms. */
  readonly instant: (at: number) => string
  /** Writes a duration in ms. */
  readonly duration: (ms: number) => string
}

/** A job's schedule in a few words, such as `0 3 * * * (Europe/Berlin)` or `after import`. */
export function scheduleText({ after, schedule, timezone }: JobSpec, { duration, instant }: ScheduleWords): string {
  if (after.length > 0) return `after ${after.join(', ')}`
  if (schedule === null) return 'by hand'
  if (typeof schedule === 'string') return timezone === 'UTC' ? schedule : `${schedule} (${timezone})`
  if ('at' in schedule) return `once, ${instant(schedule.at)}`
  return `every ${typeof schedule.every === 'number' ? duration(schedule.every) : schedule.every}`
}
