import { DAYS_PER_CYCLE } from './civil.ts'
import type { Pattern } from './pattern.ts'
import type { Zone } from './zone.ts'

/**
 * From local times to instants: the daylight-saving rule.
 *
 * A zone's clock is a function from instants to local times. The clock goes forward, except where the clock is
 * adjusted: then the clock leaps (a gap of skipped local times) or goes back (a fold of repeated local times). Two
 * kinds of pattern treat adjustments differently, as in cronie.
 *
 * - A **fixed** pattern names moments of the day. The tick for local time L is the first instant at which the clock
 *   shows L *or later*. This sentence is the whole rule: in a gap the tick is the gap's end, where several such ticks
 *   become one; in a fold the tick is the first occurrence, and the second never comes.
 * - An **elapsed** pattern (a wildcard or a step in the hour or the minute) is a rhythm. A tick is every instant with a
 *   matching clock reading: nothing in a gap, twice in a fold, evenly spaced in real time.
 *
 * Both walks ask the pattern for one candidate and check the candidate against the current period of constant offset.
 * The candidate is nearly always the answer. Instants here are epoch seconds; `Infinity` and `-Infinity` stand for
 * "never".
 */

/** More than any offset from UTC, so that a local time `L` is first reached after the instant `L - REACH`. */
const REACH = 86_400

/**
 * More than any adjustment back: a repetition later than this after an instant repeats only times after the instant.
 */
const NEAR = 2 * 86_400

/** The calendar repeats after so much local time: a tick swallowed by gaps until then is swallowed for ever. */
const CYCLE = DAYS_PER_CYCLE * 86_400

/** The first tick strictly after epoch second `after`. */
export function nextTick(pattern: Pattern, zone: Zone, after: number): number {
  if (pattern.elapsed) return nextElapsed(pattern, zone, after)
  const period = zone.periodAt(after)
  const local = pattern.next(Math.max(after + period.offset, period.peak) + 1)
  const instant = local - period.offset
  return instant < period.end || local === Infinity ? instant : firstReaching(zone, local, period.end)
}

/** The last tick at or before epoch second `until`. */
export function previousTick(pattern: Pattern, zone: Zone, until: number): number {
  if (pattern.elapsed) return previousElapsed(pattern, zone, until)
  const period = zone.periodAt(until)
  const local = pattern.previous(Math.max(until + period.offset, period.peak))
  const instant = local - period.offset
  const here = instant >= period.start && local > period.peak
  return here || local === -Infinity ? instant : firstReaching(zone, local, -Infinity)
}

function nextElapsed(pattern: Pattern, zone: Zone, after: number): number {
  let origin = after
  let period = zone.periodAt(after)
  let floor = after + period.offset + 1
  for (const limit = floor + CYCLE; ;) {
    const local = pattern.next(floor)
    const instant = local - period.offset
    if (instant < period.end) return instant
    if (local > limit) return Infinity
    if (period.end - origin < NEAR) {
      // The next period may show earlier local times than the present period: ask again from its start.
      period = zone.periodAt(period.end)
      floor = period.start + period.offset
    } else {
      const reached = firstReaching(zone, local, period.end)
      period = zone.periodAt(reached)
      if (reached + period.offset === local) return reached
      origin = reached
      floor = reached + period.offset
    }
  }
}

function previousElapsed(pattern: Pattern, zone: Zone, until: number): number {
  let origin = until
  let period = zone.periodAt(until)
  let ceiling = until + period.offset
  for (const limit = ceiling - CYCLE; ;) {
    const local = pattern.previous(ceiling)
    const instant = local - period.offset
    if (instant >= period.start) return instant
    if (local < limit) return -Infinity
    if (origin - period.start < NEAR) {
      period = zone.periodAt(period.start - 1)
      ceiling = period.end - 1 + period.offset
    } else {
      const reached = lastReading(zone, local, period.start - 1)
      period = zone.periodAt(reached)
      if (reached + period.offset === local) return reached
      origin = reached
      ceiling = reached + period.offset
    }
  }
}

/** The first instant, not before `from`, at which the clock shows `local` or later. */
export function firstReaching(zone: Zone, local: number, from: number): number {
  let period = zone.periodAt(Math.max(from, local - REACH))
  for (;;) {
    const instant = Math.max(period.start, local - period.offset)
    if (instant < period.end) return instant
    period = zone.periodAt(period.end)
  }
}

/** The last instant, not after `until`, at which the clock shows `local` or earlier. */
function lastReading(zone: Zone, local: number, until: number): number {
  let period = zone.periodAt(Math.min(until, local + REACH))
  for (;;) {
    const instant = Math.min(period.end - 1, local - period.offset)
    if (instant >= period.start) return instant
    period = zone.periodAt(period.start - 1)
  }
}
