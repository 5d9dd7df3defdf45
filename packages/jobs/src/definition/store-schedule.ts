/** From the schedule of a definition to plain data. {@link compileSchedule} checks the content. */
import { didYouMean, isDate } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { EverySchedule } from './job-definition.ts'
import { type GivenRules, isComposition, singlesOf, type StoredSchedule, type StoredSingle } from './stored-schedule.ts'

/**
 * The code's schedule, or a stored schedule, as plain data.
 * @returns `undefined` for anything else
 */
export function storeSchedule(schedule: unknown): StoredSchedule | null | undefined {
  if (Array.isArray(schedule)) {
    const singles = schedule.map((each) => storeSingle(each))
    const stored = singles.filter((each) => each !== undefined)
    if (stored.length === 0 || stored.length < singles.length) return undefined
    const [first] = stored
    return stored.length === 1 ? first : { of: stored }
  }
  if (schedule === null) return null
  if (typeof schedule === 'object' && isComposition(schedule as StoredSchedule)) return schedule as StoredSchedule
  return storeSingle(schedule)
}

function storeSingle(schedule: unknown): StoredSingle | undefined {
  if (typeof schedule === 'string') return schedule
  if (isDate(schedule)) return { at: schedule.getTime() }
  if (typeof schedule !== 'object' || schedule === null) return undefined
  const { every, anchor = 0, offset } = schedule as EverySchedule
  if (typeof every !== 'string' && typeof every !== 'number') return undefined
  const interval = { every, anchor: isDate(anchor) ? anchor.getTime() : anchor }
  return offset === undefined ? interval : { ...interval, offset }
}

/** A schedule with the rules of its definition; the schedule itself where there are none. */
export function withRules(
  schedule: StoredSchedule,
  { exclude = [], from, onExcluded, until }: GivenRules,
): StoredSchedule {
  const rules = {
    ...(from === undefined ? {} : { from: instantOrDay(from) }),
    ...(until === undefined ? {} : { until: instantOrDay(until) }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(onExcluded === undefined || onExcluded === 'skip' || exclude.length === 0 ? {} : { onExcluded }),
  }
  return Object.keys(rules).length === 0 ? schedule : { of: singlesOf(schedule), ...rules }
}

function instantOrDay(bound: number | Date | string): number | string {
  return isDate(bound) ? bound.getTime() : bound
}

const INTERVAL_FIELDS = ['every', 'anchor', 'offset']

/**
 * Refuses an interval with unknown fields, which {@link storeSchedule} would drop silently.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function checkIntervalFields(name: string, schedule: unknown): void {
  // An array has an `every`, too.
  if (Array.isArray(schedule)) return schedule.forEach((each) => checkIntervalFields(name, each))
  if (typeof schedule !== 'object' || schedule === null || isDate(schedule) || !('every' in schedule)) return
  const unknown = Object.keys(schedule).filter((field) => !INTERVAL_FIELDS.includes(field))
  if (unknown.length === 0) return
  const hints = unknown.map((field) => {
    const meant = didYouMean(field, INTERVAL_FIELDS)
    return `'${field}'${meant === undefined ? '' : ` (did you mean '${meant}'?)`}`
  })
  throw new SchedulerError(`Job '${name}' has an interval with unknown fields: ${hints.join(', ')}`, {
    code: 'INVALID_SCHEDULE',
    suggestion:
      'An interval has every, anchor and offset. It follows elapsed time, so that no zone plays a part; ' +
      'from and until are fields of the job',
    context: { jobName: name, schedule },
  })
}
