import type { Calendar, DateRange, OnExcluded } from '@s3sched/cron'

/** A single schedule as plain data. */
export type StoredSingle =
  | string
  | { readonly every: string | number; readonly anchor: number; readonly offset?: string | number }
  | { readonly at: number }

/** A calendar with its days, so that a record needs nothing besides itself. */
export interface StoredCalendar extends Calendar {
  /** The name in the scheduler's `calendars`; for people. */
  readonly name?: string
}

/** Excluded days as the record has them: a cron expression, a range of dates, or a calendar. */
export type StoredExclusion = string | DateRange | StoredCalendar

/**
 * Several schedules, bounds and exclusions. A bound is an instant in epoch ms, or a day in the zone of the job. Usual
 * rules are left out.
 */
export interface StoredComposition {
  readonly of: readonly StoredSingle[]
  readonly from?: number | string
  readonly until?: number | string
  readonly exclude?: readonly StoredExclusion[]
  readonly onExcluded?: Exclude<OnExcluded, 'skip'>
}

/** A schedule as plain data. */
export type StoredSchedule = StoredSingle | StoredComposition

/** The rules of a definition beside its schedules. */
export interface GivenRules {
  readonly from?: number | Date | string | undefined
  readonly until?: number | Date | string | undefined
  readonly exclude?: readonly StoredExclusion[] | undefined
  readonly onExcluded?: OnExcluded | undefined
}

/** The single schedules of a stored schedule. */
export function singlesOf(schedule: StoredSchedule): readonly StoredSingle[] {
  return isComposition(schedule) ? schedule.of : [schedule]
}

/** True for a schedule with rules beside its ticks. */
export function isComposition(schedule: StoredSchedule): schedule is StoredComposition {
  return typeof schedule === 'object' && 'of' in schedule
}
