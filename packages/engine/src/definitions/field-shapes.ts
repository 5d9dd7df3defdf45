/** The shapes of the fields of a definition. */
import type { Backoff } from '@s3sched/executor'
import { isDate, isObject } from '@s3sched/kernel'
import type { GroupLimit, ScheduleExclusion } from '@s3sched/jobs'

export const isBackoff = (value: unknown): value is Backoff =>
  value !== null && ['string', 'object', 'function'].includes(typeof value)

const isLimit = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100_000

export const isGroupLimit = (value: unknown): value is number | GroupLimit => {
  if (!isObject(value)) return isLimit(value)
  const given = Object.entries(value).filter(([, limit]) => limit !== undefined)
  return given.length > 0 && given.every(([of, limit]) => (of === 'process' || of === 'fleet') && isLimit(limit))
}

export const isBound = (value: unknown): value is number | Date | string =>
  isDate(value) || typeof value === 'number' || typeof value === 'string'

export const isExclusion = (value: unknown): value is ScheduleExclusion | readonly ScheduleExclusion[] =>
  typeof value === 'string' || (typeof value === 'object' && value !== null && !isDate(value))

export const isTags = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= 20 &&
  value.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= 64)
