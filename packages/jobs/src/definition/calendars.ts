/** The calendars of a scheduler, and the exclusions of a definition, which may name a calendar. */
import { type Calendar, composeSchedule, everySchedule } from '@s3sched/cron'
import { describe, isObject, nameAdvice } from '@s3sched/kernel'
import { SchedulerError, type SchedulerErrorCode } from '../scheduler-error.ts'
import { inScheduler } from '../wrap-error.ts'
import type { ScheduleExclusion } from './job-definition.ts'
import type { StoredExclusion } from './stored-schedule.ts'

/** Calendars by name. */
export type Calendars = Readonly<Record<string, Calendar>>

/** The days lie in the record of each job that excludes them. */
const MOST_DATES = 1000
const FIELDS = ['dates', 'timezone', 'weekend']

/**
 * Checks the calendars of a scheduler.
 * @throws SchedulerError `INVALID_OPTIONS`
 */
export function checkCalendars(calendars: Calendars): void {
  for (const [name, calendar] of Object.entries(calendars)) {
    if (isOther(name)) {
      const expected = "a name without blanks that is no date and does not begin with '@'"
      throw mistake(
        'INVALID_OPTIONS',
        `expected ${expected} for a calendar, got ${describe(name)}`,
        'Rename the calendar',
      )
    }
    checkCalendar('INVALID_OPTIONS', `calendar '${name}'`, calendar)
  }
}

/**
 * The exclusions of a definition as plain data, with the days of each named calendar.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function storeExclusions(
  jobName: string,
  exclude: ScheduleExclusion | readonly ScheduleExclusion[],
  calendars: Calendars,
): readonly StoredExclusion[] {
  const list = Array.isArray(exclude) ? (exclude as readonly ScheduleExclusion[]) : [exclude as ScheduleExclusion]
  if (list.length > MOST_DATES) {
    const problem = `Job '${jobName}': expected at most ${MOST_DATES} exclusions, got ${list.length}`
    throw mistake('INVALID_SCHEDULE', problem, 'Write following days as a range { from, until }')
  }
  return list.map((each) => {
    if (typeof each !== 'string') {
      if (isObject(each) && 'dates' in each) checkCalendar('INVALID_SCHEDULE', `Job '${jobName}': a calendar`, each)
      return each
    }
    if (isOther(each)) return each
    const calendar = Object.hasOwn(calendars, each) ? calendars[each] : undefined
    if (calendar === undefined) throw unknownCalendar(jobName, each, Object.keys(calendars))
    return { name: each, ...calendar }
  })
}

function checkCalendar(code: SchedulerErrorCode, subject: string, calendar: unknown): void {
  if (!isObject(calendar) || !Array.isArray(calendar['dates'])) {
    const problem = `${subject}: expected { dates: ['2027-12-25'], timezone: 'Europe/Rome' }, got ${describe(calendar)}`
    throw mistake(code, problem)
  }
  const unknown = Object.keys(calendar).find((field) => !FIELDS.includes(field))
  if (unknown !== undefined) {
    throw mistake(code, `${subject} has an unknown field '${unknown}'`, nameAdvice(unknown, FIELDS))
  }
  const { length } = calendar['dates']
  if (length > MOST_DATES) {
    const problem = `${subject}: expected at most ${MOST_DATES} dates, got ${length}`
    throw mistake(code, problem, 'Write following days as a range { from, until }')
  }
  const rules = { exclude: [calendar as object as Calendar], onExcluded: 'next-working-day' } as const
  inScheduler(code, () => composeSchedule([everySchedule('1d')], rules), subject)
}

/** A date, a cron expression or an alias, and no name of a calendar. */
function isOther(text: string): boolean {
  return text === '' || /\s|^@|^\d+-\d+-\d+$/.test(text)
}

function unknownCalendar(jobName: string, name: string, known: readonly string[]): SchedulerError {
  const problem =
    `Job '${jobName}': expected exclude to be the name of a calendar, a day such as '2027-12-25', ` +
    `or a cron expression, got '${name}'`
  const otherwise = `Name it in the scheduler's calendars: { '${name}': { dates: ['2027-12-25'] } }`
  return mistake('INVALID_SCHEDULE', problem, nameAdvice(name, known, otherwise))
}

function mistake(code: SchedulerErrorCode, problem: string, suggestion?: string): SchedulerError {
  return new SchedulerError(problem, { code, ...(suggestion === undefined ? {} : { suggestion }) })
}
