import {
  composeSchedule,
  everySchedule,
  InvalidScheduleError,
  onceSchedule,
  parseSchedule,
  type Schedule,
} from '@s3sched/cron'
import { describe, messageOf, S3SchedError, toDate, isObject, wrongArgument } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { JobSpec } from './job-spec.ts'
import { isComposition, type StoredComposition, type StoredSchedule, type StoredSingle } from './stored-schedule.ts'

/**
 * The time from one tick of an interval to the next, in ms, the shortest of several intervals; `undefined` for schedules of
 * other kinds.
 */
export function intervalOf(schedule: Schedule | null): number | undefined {
  if (schedule?.kind === 'composed') {
    const intervals = (schedule.parts ?? []).map((part) => intervalOf(part)).filter((ms) => ms !== undefined)
    return intervals.length === 0 ? undefined : Math.min(...intervals)
  }
  if (schedule?.kind !== 'every') return undefined
  const tick = schedule.next(0)
  const following = tick === null ? null : schedule.next(tick)
  return tick === null || following === null ? Infinity : following - tick
}

/**
 * The compiled schedule of a specification; `null` if the specification has none.
 * @throws SchedulerError `INVALID_SCHEDULE`
 */
export function compileSchedule(name: string, spec: Pick<JobSpec, 'schedule' | 'timezone'>): Schedule | null {
  if (!isObject(spec)) throw wrongArgument('compileSchedule', "a job's name and its { schedule, timezone }", spec)
  const { schedule, timezone } = spec
  try {
    // A wrong zone is refused even if the job's schedule does not use local time.
    if (typeof schedule !== 'string') parseSchedule('@daily', { timezone })
    if (schedule === null) return null
    return isComposition(schedule) ? compose(name, schedule, timezone) : compileSingle(name, schedule, timezone)
  } catch (cause) {
    throw invalidSchedule(name, schedule, timezone, cause)
  }
}

function compose(name: string, { of, ...rules }: StoredComposition, timezone: string): Schedule {
  const schedules = of.map((single) => compileSingle(name, single, timezone))
  return composeSchedule(schedules, { ...rules, timezone, hashSeed: name })
}

function compileSingle(name: string, schedule: StoredSingle, timezone: string): Schedule {
  if (typeof schedule === 'string') return parseSchedule(schedule, { timezone, hashSeed: name })
  return 'at' in schedule ? onceSchedule(schedule.at) : compileInterval(schedule)
}

/** A shorter interval is a mistake: a tick takes two requests, and a store answers in 5 to 100 ms. */
const SHORTEST_INTERVAL_MS = 100

function compileInterval({ every, anchor, offset }: Extract<StoredSingle, { readonly every: unknown }>): Schedule {
  const compiled = everySchedule(every, { anchor, offset })
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
  if (!isZone && schedule !== null && typeof schedule === 'object' && isComposition(schedule)) {
    return invalid(name, schedule, `Job '${name}' has an invalid schedule: ${problemOf(cause)}`, cause)
  }
  const kind = isZone ? 'time zone' : typeof schedule === 'string' ? 'cron expression' : 'schedule'
  const value = isZone ? `'${timezone}'` : typeof schedule === 'string' ? `'${schedule}'` : describe(schedule)
  const reason = cause instanceof Error && !isZone ? ` (${problemOf(cause)})` : ''
  return invalid(name, schedule, `Job '${name}' has invalid ${kind}: ${value}${reason}`, cause)
}

function invalid(name: string, schedule: StoredSchedule | null, text: string, cause: unknown): SchedulerError {
  const suggestion = cause instanceof S3SchedError ? cause.suggestion : undefined
  return new SchedulerError(text, {
    code: 'INVALID_SCHEDULE',
    cause,
    context: { jobName: name, schedule },
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

/** The message of the cause, without its suggestion. */
function problemOf(cause: unknown): string {
  return cause instanceof S3SchedError ? cause.problem : messageOf(cause)
}

/** Every schedule with any future tick has a tick after this instant: by then all zone rules are settled. */
const FAR_OFF = 4_102_444_800_000

/**
 * The compiled schedule of a job under definition.
 * @throws SchedulerError `INVALID_SCHEDULE`, also for an expression that never fires
 */
export function compileNewSchedule(name: string, spec: Pick<JobSpec, 'schedule' | 'timezone'>): Schedule | null {
  const schedule = compileSchedule(name, spec)
  if (spec.schedule !== null && isComposition(spec.schedule))
    return composedWithTicks(name, spec, spec.schedule, schedule)
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

/** @throws SchedulerError `INVALID_SCHEDULE` where a part never fires, or the rules leave no tick */
function composedWithTicks(
  name: string,
  { timezone }: Pick<JobSpec, 'timezone'>,
  stored: StoredComposition,
  schedule: Schedule | null,
): Schedule | null {
  for (const single of stored.of) compileNewSchedule(name, { schedule: single, timezone })
  // A job stays in the code after its last tick.
  const hasTick = schedule?.next(0) != null || schedule?.next(FAR_OFF) != null || schedule?.previous(FAR_OFF) != null
  if (hasTick) return schedule
  const { exclude, from, until } = stored
  const isBounded = from !== undefined || until !== undefined
  throw new SchedulerError(
    `Job '${name}' has no tick: ` +
      (exclude === undefined ? 'its schedule has none' : 'its exclusions leave none') +
      (isBounded ? ` from ${boundText(from)} until ${boundText(until)}` : ''),
    {
      code: 'INVALID_SCHEDULE',
      suggestion: isBounded ? 'Give from and until that hold a tick' : 'Exclude less, or move ticks with onExcluded',
      context: { jobName: name, schedule: stored },
    },
  )
}

function boundText(bound: number | string | undefined): string {
  if (bound === undefined) return 'ever'
  return typeof bound === 'string' ? bound : toDate(bound).toISOString()
}
