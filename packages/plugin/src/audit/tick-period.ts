import type { Schedule } from '@s3sched/cron'
import { compileSchedule } from '../job/compile-schedule.ts'
import type { JobRecord } from '../job/job-record.ts'
import { countingIn, pastOf } from '../job/past-periods.ts'

/** A stretch of time in which one schedule of a job counted. Instants are epoch ms. */
export interface TickPeriod {
  readonly schedule: Schedule
  /** Its ticks lie after this instant, */
  readonly from: number
  /** and up to this one. */
  readonly to: number
  /** Ticks up to this one were settled. Later ones were due, and withdrawn by what ended the period; those of the period in force are open. */
  readonly settledTo: number
  readonly isInForce: boolean
}

/** The clock of a machine that claims may be ahead of the store's by `maxClockSkew`, in ms; a claim may be ahead of its instant by less. */
const AHEAD_MS = 600_000

/** No tick after it can have been settled, epoch ms. */
export function latestSettled(now: number): number {
  return now + AHEAD_MS
}

/**
 * The periods that the record knows, oldest first, also those without a tick. They do not overlap, whatever the clocks said of those who wrote them.
 * The one in force goes up to now, or to the last tick that was settled where that is later: a tick may be claimed ahead.
 * A record that is far ahead of now is not followed: counting its ticks would take for ever.
 * @param now - by the store's clock, epoch ms
 * @throws SchedulerError `INVALID_SCHEDULE` for a schedule that this version does not know
 */
export function periodsOf(job: string, record: JobRecord, now: number): TickPeriod[] {
  const past = pastOf(record)
  const current = countingIn(record)
  const periods: TickPeriod[] = []
  const believed = (instant: number): number => (instant > latestSettled(now) ? now : instant)
  let [end, settledTo] = [-Infinity, -Infinity]
  const add = (
    source: Parameters<typeof compileSchedule>[1],
    since: number,
    until: number,
    isInForce: boolean,
  ): void => {
    const schedule = compileSchedule(job, source)
    const from = Math.max(since, end)
    end = Math.max(from, until, settledTo)
    if (schedule !== null) periods.push({ schedule, from, to: end, settledTo: Math.max(from, settledTo), isInForce })
  }
  for (const [index, { lastTick, since, until, ...source }] of past.entries()) {
    settledTo = Math.max(settledTo, believed(lastTick ?? -Infinity))
    // What begins before this ended, by another's clock, takes over the ticks that were not settled.
    const next = past[index + 1]?.since ?? current?.since ?? Infinity
    add(source, since, believed(Math.min(until, next)), false)
  }
  settledTo = Math.max(settledTo, believed(record.lastTick ?? -Infinity))
  if (current !== undefined) add(current, current.since, now, true)
  return periods
}

/** The part of a period that lies within the bounds; `undefined` where there is none. */
export function withinBounds(period: TickPeriod, since: number, until: number): TickPeriod | undefined {
  const bounded = { ...period, from: Math.max(period.from, since), to: Math.min(period.to, until) }
  return bounded.to > bounded.from ? bounded : undefined
}
