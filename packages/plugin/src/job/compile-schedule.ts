import { everySchedule, onceSchedule, parseSchedule, type Schedule } from '@s3sched/cron'
import { describe, isDate } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { EverySchedule } from './job-definition.ts'
import type { JobSpec, StoredSchedule } from './job-spec.ts'

/** A schedule as the code writes it, as plain data. Its content is checked by {@link compileSchedule}. */
export function storeSchedule(schedule: unknown): StoredSchedule | null | undefined {
  if (schedule === null || typeof schedule === 'string') return schedule
  if (isDate(schedule)) return { at: schedule.getTime() }
  if (typeof schedule !== 'object' || schedule === undefined) return undefined
  const { every, anchor = 0 } = schedule as EverySchedule
  if (typeof every !== 'string' && typeof every !== 'number') return undefined
  return { every, anchor: isDate(anchor) ? anchor.getTime() : anchor }
}

/**
 * The schedule of a specification, `null` where it has none.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function compileSchedule(
  name: string,
  { schedule, timezone }: Pick<JobSpec, 'schedule' | 'timezone'>,
): Schedule | null {
  if (schedule === null) return null
  try {
    if (typeof schedule === 'string') return parseSchedule(schedule, { timezone, hashSeed: name })
    return 'at' in schedule ? onceSchedule(schedule.at) : everySchedule(schedule.every, { anchor: schedule.anchor })
  } catch (cause) {
    const kind = typeof schedule === 'string' ? 'cron expression' : 'schedule'
    const value = typeof schedule === 'string' ? `'${schedule}'` : describe(schedule)
    const why = cause instanceof Error ? ` (${cause.message})` : ''
    throw new SchedulerError(`Job '${name}' has invalid ${kind}: ${value}${why}`, {
      code: 'INVALID_SCHEDULE',
      cause,
      context: { jobName: name, schedule },
    })
  }
}
