import type { Schedule } from '@s3sched/cron'
import { compileSchedule, countingIn, type JobRecord, pastOf } from '@s3sched/jobs'

/** A stretch of time with one schedule of a job in force. Instants are epoch ms. */
export interface TickPeriod {
  readonly schedule: Schedule
  /** The period's ticks lie after this instant, */
  readonly from: number
  /** and up to this instant. */
  readonly to: number
  /**
   * Ticks up to this instant were settled. Later ticks were due, and withdrawn by the end of the period; later ticks of
   * the period in force are open.
   */
  readonly settledTo: number
  readonly isInForce: boolean
}

/**
 * A claiming machine's clock may be ahead of the store's by `maxClockSkew`, in ms; a claim may precede its instant by
 * less.
 */
const AHEAD_MS = 600_000

/** No later tick can have been settled, epoch ms. */
export function latestSettled(now: number): number {
  return now + AHEAD_MS
}

/**
 * The periods in the record, oldest first, including periods without a tick. The periods do not overlap, whatever the
 * clocks of the writers showed. The period in force goes up to now, or to the last settled tick where later: a tick may
 * be claimed ahead. A record far ahead of now is not followed, since the count of its ticks would take for ever.
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
    // A period that begins before the end of this one, by another clock, takes over the unsettled ticks.
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
