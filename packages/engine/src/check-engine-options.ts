import { parseSchedule } from '@s3sched/cron'
import { checkCalendars, type Mistakes, SchedulerError } from '@s3sched/jobs'
import { isObject, S3SchedError } from '@s3sched/kernel'
import { engineFields } from './engine-options.ts'

/**
 * Collects the mistakes in the engine's options that the fields alone do not show: a zone and calendars that no job uses
 * yet. An option of a wrong type is left to {@link engineFields}.
 * @param name - the name of the constructor, for messages
 */
export function checkEngineOptions(input: unknown, name: string, mistakes: Mistakes): void {
  const { calendars, timezone } = isObject(input) ? input : {}
  if (engineFields.timezone.accepts(timezone)) mistakes.collect(() => checkZone(timezone, name))
  if (engineFields.calendars.accepts(calendars)) mistakes.collect(() => checkCalendars(calendars))
}

function checkZone(timezone: string, name: string): void {
  try {
    parseSchedule('@daily', { timezone })
  } catch (cause) {
    if (!(cause instanceof S3SchedError)) throw cause
    throw new SchedulerError(`${name}: expected timezone to be an IANA time zone, got '${timezone}'`, {
      code: 'INVALID_OPTIONS',
      cause,
      ...(cause.suggestion !== undefined && { suggestion: cause.suggestion }),
    })
  }
}
