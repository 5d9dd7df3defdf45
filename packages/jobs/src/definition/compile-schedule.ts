import { everySchedule, InvalidScheduleError, onceSchedule, parseSchedule, type Schedule } from '@s3sched/cron'
import { describe, didYouMean, isDate, S3SchedError } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { EverySchedule } from './job-definition.ts'
import type { JobSpec, StoredSchedule } from './job-spec.ts'

/** The code's schedule as plain data. {@link compileSchedule} checks the content. */
export function storeSchedule(schedule: unknown): StoredSchedule | null | undefined {
  if (schedule === null || typeof schedule === 'string') return schedule
  if (isDate(schedule)) return { at: schedule.getTime() }
  if (typeof schedule !== 'object' || schedule === undefined) return undefined
  const { every, anchor = 0 } = schedule as EverySchedule
  if (typeof every !== 'string' && typeof every !== 'number') return undefined
  return { every, anchor: isDate(anchor) ? anchor.getTime() : anchor }
}

/** A shorter interval is a mistake: a tick takes two requests, and a store answers in 5 to 100 ms. */
const SHORTEST_INTERVAL_MS = 100
const INTERVAL_FIELDS = ['every', 'anchor']

/**
 * Refuses an interval with unknown fields, which {@link storeSchedule} would drop silently.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function checkIntervalFields(name: string, schedule: unknown): void {
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
      'An interval has every and anchor. It follows elapsed time, so that no zone plays a part, and it has no end',
    context: { jobName: name, schedule },
  })
}

/** The time from one tick of an interval to the next, in ms; `undefined` for schedules of other kinds. */
export function intervalOf(schedule: Schedule | null): number | undefined {
  if (schedule?.kind !== 'every') return undefined
  const tick = schedule.next(0)
  const following = tick === null ? null : schedule.next(tick)
  return tick === null || following === null ? Infinity : following - tick
}

/**
 * The compiled schedule of a specification; `null` if the specification has none.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function compileSchedule(
  name: string,
  { schedule, timezone }: Pick<JobSpec, 'schedule' | 'timezone'>,
): Schedule | null {
  try {
    // A wrong zone is refused even if the job's schedule does not use local time.
    if (typeof schedule !== 'string') parseSchedule('@daily', { timezone })
    if (schedule === null) return null
    if (typeof schedule === 'string') return parseSchedule(schedule, { timezone, hashSeed: name })
    return 'at' in schedule ? onceSchedule(schedule.at) : compileInterval(schedule)
  } catch (cause) {
    throw invalidSchedule(name, schedule, timezone, cause)
  }
}

function compileInterval({ every, anchor }: Extract<StoredSchedule, { readonly every: unknown }>): Schedule {
  const compiled = everySchedule(every, { anchor })
  const intervalMs = intervalOf(compiled) ?? Infinity
  if (intervalMs >= SHORTEST_INTERVAL_MS) return compiled
  throw new InvalidScheduleError({
    expression: compiled.expression,
    field: 'interval',
    value: compiled.expression,
    expected: `${SHORTEST_INTERVAL_MS} ms or more`,
    reason: `expected an interval of ${SHORTEST_INTERVAL_MS} ms or more, got ${compiled.expression}`,
    suggestion: 'Loop inside the action of a job with a longer interval',
  })
}

function invalidSchedule(
  name: string,
  schedule: StoredSchedule | null,
  timezone: string,
  cause: unknown,
): SchedulerError {
  const isZone = cause instanceof InvalidScheduleError && cause.field === 'timezone'
  const kind = isZone ? 'time zone' : typeof schedule === 'string' ? 'cron expression' : 'schedule'
  const value = isZone ? `'${timezone}'` : typeof schedule === 'string' ? `'${schedule}'` : describe(schedule)
  const suggestion = cause instanceof S3SchedError ? cause.suggestion : undefined
  return new SchedulerError(`Job '${name}' has invalid ${kind}: ${value}${isZone ? '' : reasonOf(cause, suggestion)}`, {
    code: 'INVALID_SCHEDULE',
    cause,
    context: { jobName: name, schedule },
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

/** The message of the cause, in parentheses, without the suggestion at its end. */
function reasonOf(cause: unknown, suggestion: string | undefined): string {
  if (!(cause instanceof Error)) return ''
  const end = suggestion === undefined ? '' : `. ${suggestion}`
  return ` (${cause.message.endsWith(end) ? cause.message.slice(0, cause.message.length - end.length) : cause.message})`
}

/** Every schedule with any future tick has a tick after this instant: by then all zone rules are settled. */
const FAR_OFF = 4_102_444_800_000

/**
 * The compiled schedule of a job under definition.
 * @throws SchedulerError `INVALID_SCHEDULE`, also for an expression that never fires
 */
export function compileNewSchedule(name: string, spec: Pick<JobSpec, 'schedule' | 'timezone'>): Schedule | null {
  const schedule = compileSchedule(name, spec)
  // A one-time job stays in the code after its run; a cron expression that never fires is a mistake.
  if (schedule?.kind !== 'cron' || schedule.next(FAR_OFF) !== null) return schedule
  const { expression, timezone } = schedule
  const hasDate = parseSchedule(expression, { hashSeed: name }).next(FAR_OFF) !== null
  throw new SchedulerError(`Job '${name}' has a cron expression that never fires: '${expression}'`, {
    code: 'INVALID_SCHEDULE',
    suggestion: hasDate
      ? `On each of its days the clock of ${timezone} skips that hour: name a fixed time, without a step, or another hour`
      : 'Look at its day and month: no year has that date',
    context: { jobName: name, schedule: spec.schedule },
  })
}
