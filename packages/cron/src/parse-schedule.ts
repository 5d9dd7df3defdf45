import { BoundedMap, describe, optional, resolveOptions, string } from '@s3sched/kernel'
import { CronSchedule } from './cron-schedule.ts'
import { findZone } from './find-zone.ts'
import { InvalidScheduleError } from './invalid-schedule-error.ts'
import { parsePattern } from './parse-pattern.ts'
import type { Pattern } from './pattern.ts'
import type { Schedule } from './schedule.ts'

/** The zone of a cron expression, and the seed of its `H`. */
export interface ParseScheduleOptions {
  /** The IANA zone of the expression's local time. @default 'UTC' */
  readonly timezone?: string | undefined
  /** The seed of `H`: the name of the job. Required for an expression with `H`, ignored for others. */
  readonly hashSeed?: string | undefined
}

const OPTIONS = { timezone: string({ max: 64, default: 'UTC' }), hashSeed: optional(string()) }

const MAX_PATTERNS = 4096
const patterns = new BoundedMap<string, Pattern>(MAX_PATTERNS)
const schedules = new BoundedMap<string, Schedule>(MAX_PATTERNS)

/**
 * Parses a cron expression: five fields, six with the seconds first, or an alias such as `@daily`. Equal calls return
 * the same immutable object.
 *
 * @throws S3SchedError `INVALID_OPTIONS` when the options are not of their types.
 * @throws InvalidScheduleError when the expression or the zone can't be read. A well-formed expression that never
 * fires, such as `0 0 30 2 *`, is no error here: its `next` is `null`.
 *
 * @example
 * parseSchedule('0 9 * * mon-fri', { timezone: 'Europe/Berlin' }).next(now)
 */
export function parseSchedule(expression: string, options: ParseScheduleOptions = {}): Schedule {
  if (typeof expression !== 'string') throw notAString(expression)
  const { timezone, hashSeed } = resolveOptions('parseSchedule', OPTIONS, options)
  const hashed = /(?:^|[\s,])H/i.test(expression)
  const source = hashed ? `${expression}\n${hashSeed ?? ''}` : expression
  const key = `${timezone}\n${source}`
  return schedules.get(key) ?? schedules.set(key, build(expression, timezone, hashSeed, source))
}

function build(expression: string, timezone: string, hashSeed: string | undefined, source: string): Schedule {
  const pattern = patterns.get(source) ?? patterns.set(source, parsePattern(expression, hashSeed))
  return new CronSchedule(expression, pattern, findZone(expression, timezone))
}

function notAString(expression: unknown): InvalidScheduleError {
  const described = describe(expression)
  return new InvalidScheduleError({
    expression: described,
    field: 'expression',
    value: described,
    expected: "a string, such as '0 9 * * mon-fri'",
    reason: 'a cron expression is a string',
  })
}
