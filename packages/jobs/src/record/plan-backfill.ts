/** The checks of a request for a backfill, on the job's record. */
import type { Schedule } from '@s3sched/cron'
import { describe, isDate, nameAdvice, toDate } from '@s3sched/kernel'
import { compileSchedule } from '../definition/compile-schedule.ts'
import { SchedulerError } from '../scheduler-error.ts'
import type { Backfill, BackfillOverlap } from './backfill-cursor.ts'
import { effectiveSpec, type JobRecord } from './job-record.ts'
import { PAST_PERIODS, pastOf } from './past-periods.ts'

/** A request for runs of ticks that are over. */
export interface BackfillOptions {
  /** The first instant of the ticks, included: a Date or epoch ms. */
  readonly from: Date | number
  /** The last instant of the ticks, included; not ahead. @default now */
  readonly to?: Date | number
  /**
   * `'queue'`: one run after the other, in the order of the ticks, and none beside another run of the job. `'allow'`: up to
   * 20 at a time, also beside other runs. @default 'queue'
   */
  readonly overlap?: BackfillOverlap
}

export interface BackfillFacts {
  /** The id of a new backfill. */
  readonly id: string
  readonly now: number
  /** Outcomes up to this instant may have been pruned, epoch ms; `undefined` where nothing ever was. */
  readonly prunedTo: number | undefined
}

/** The backfill that a request began. */
export interface BackfillStart {
  /** The id of the backfill. */
  readonly id: string
  /** The ticks in the range; those with a run before are passed over. */
  readonly ticks: number
}

const OPTIONS = ['from', 'to', 'overlap']
/** The ticks of a range are counted before its first run, and the history of the range is read at once. */
const MOST_TICKS = 10_000

/**
 * @returns the record with the backfill, and what the caller is told
 * @throws SchedulerError `INVALID_ARGUMENT`, `INVALID_SCHEDULE`, or `BACKFILL_RUNNING`
 */
export function planBackfill(
  name: string,
  record: JobRecord,
  options: BackfillOptions,
  { id, now, prunedTo }: BackfillFacts,
): { readonly planned: JobRecord; readonly start: BackfillStart } {
  const { from, overlap, to } = resolve(name, options, now)
  if (record.backfill !== undefined) throw isRunning(name, record.backfill)
  const spec = effectiveSpec(record)
  const schedule = compileSchedule(name, spec)
  if (schedule === null) {
    throw wrong(name, 'expected a job with a schedule, and it has none', 'Only ticks of a schedule can be backfilled')
  }
  const known = knownFrom(record)
  if (prunedTo !== undefined && from <= prunedTo && known < prunedTo) {
    const since = iso(prunedTo)
    throw wrong(
      name,
      `expected from to be after ${since}, got ${iso(from)}: the history before was pruned, and does not tell which ticks ran`,
      `Begin after ${since}`,
    )
  }
  const ticks = countTicks(schedule, from, to)
  if (ticks === 0) {
    throw wrong(name, `expected a tick from ${iso(from)} to ${iso(to)}, and the schedule has none`, 'Widen the range')
  }
  if (ticks > MOST_TICKS) {
    throw wrong(name, `expected at most ${MOST_TICKS} ticks from ${iso(from)} to ${iso(to)}`, 'Backfill in parts')
  }
  const backfill: Backfill = { id, from, to, overlap, after: from - 1, claimed: 0 }
  const planned = { ...record, backfill, ...(from < known ? { backfilledFrom: from } : {}) }
  return { planned, start: { id, ticks } }
}

/** No tick of the job before this instant has a run, as far as the record knows; epoch ms. */
export function knownFrom(record: JobRecord): number {
  const past = pastOf(record)
  if (past.length >= PAST_PERIODS) return -Infinity
  return Math.min(past[0]?.since ?? record.since, record.backfilledFrom ?? Infinity)
}

function resolve(
  name: string,
  options: BackfillOptions,
  now: number,
): Required<Pick<Backfill, 'from' | 'to' | 'overlap'>> {
  if (typeof options !== 'object' || options === null)
    throw wrong(name, `expected { from, to }, got ${describe(options)}`)
  const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option))
  if (unknown !== undefined) {
    throw wrong(name, `unknown option '${unknown}'`, nameAdvice(unknown, OPTIONS))
  }
  const { overlap = 'queue' } = options
  if (overlap !== 'queue' && overlap !== 'allow') {
    throw wrong(name, `expected overlap to be 'queue' or 'allow', got ${describe(overlap)}`)
  }
  const from = instantOf(name, 'from', options.from)
  const to = options.to === undefined ? now : instantOf(name, 'to', options.to)
  if (to > now)
    throw wrong(name, `expected to to be in the past, got ${iso(to)}`, 'The schedule runs ticks that are ahead')
  if (to < from)
    throw wrong(name, `expected to to be at or after from, ${iso(from)}, got ${iso(to)}`, 'Exchange from and to')
  return { from, to, overlap }
}

function instantOf(name: string, option: string, value: unknown): number {
  const ms = isDate(value) ? value.getTime() : value
  if (typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= 0 && ms <= 9_999_999_999_999) return ms
  throw wrong(name, `expected ${option} to be a Date or epoch milliseconds, got ${describe(value)}`)
}

function countTicks(schedule: Schedule, from: number, to: number): number {
  let count = 0
  for (
    let tick = schedule.next(from - 1);
    tick !== null && tick <= to && count <= MOST_TICKS;
    tick = schedule.next(tick)
  ) {
    count++
  }
  return count
}

function isRunning(name: string, { from, to }: Backfill): SchedulerError {
  return new SchedulerError(`Job '${name}' has a backfill under way, from ${iso(from)} to ${iso(to)}`, {
    code: 'BACKFILL_RUNNING',
    retriable: true,
    suggestion: 'Wait for its end, or cancel it',
    context: { jobName: name },
  })
}

function wrong(name: string, problem: string, suggestion?: string): SchedulerError {
  return new SchedulerError(`Backfill of job '${name}': ${problem}`, {
    code: 'INVALID_ARGUMENT',
    context: { jobName: name },
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

function iso(at: number): string {
  return toDate(at).toISOString()
}
