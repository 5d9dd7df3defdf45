/**
 * Times without ticks: days of a calendar, and the local times of a cron expression.
 *
 * A time is blocked by what the clock of the zone shows at that time. Where the clock goes back, both passes through a
 * blocked hour are blocked. An expression of five fields blocks whole minutes, and an expression with seconds blocks
 * whole seconds.
 */
import type { Pattern } from './pattern.ts'
import type { Zone } from './zone.ts'

export const DAY_SECONDS = 86_400

/** Days since 1970-01-01, both ends included. */
export interface DayRange {
  readonly from: number
  readonly until: number
}

/** A unit of blocked local time around an instant: the first second of the unit and the second after the unit. */
export interface BlockedSpan {
  readonly start: number
  readonly end: number
}

export interface BlockedTimes {
  /** Equal for equal times. */
  readonly meaning: string
  /** True if whole days are blocked, and no parts of days. */
  readonly isDaily: boolean
  /** The blocked seconds around an epoch second, all of the same offset; `undefined` for a free second. */
  spanAt(second: number): BlockedSpan | undefined
}

/** Blocks days of a zone. @param ranges - in any order */
export function blockDays(zone: Zone, ranges: readonly DayRange[]): BlockedTimes {
  const merged = mergeRanges(ranges)
  return {
    meaning: JSON.stringify(['days', zone.canonicalName, merged.map(({ from, until }) => [from, until])]),
    isDaily: true,
    spanAt: (second) => {
      const { end, offset, start } = zone.periodAt(second)
      const range = rangeWith(merged, Math.floor((second + offset) / DAY_SECONDS))
      if (range === undefined) return undefined
      const first = range.from * DAY_SECONDS - offset
      return { start: Math.max(start, first), end: Math.min(end, (range.until + 1) * DAY_SECONDS - offset) }
    },
  }
}

/** Blocks the local times of a pattern. @param wholeMinutes - true for an expression without seconds */
export function blockPattern(zone: Zone, pattern: Pattern, wholeMinutes: boolean): BlockedTimes {
  const grain = pattern.grain(wholeMinutes)
  const shown = wholeMinutes ? 60 : 1
  return {
    meaning: JSON.stringify(['local', zone.canonicalName, pattern.meaning, wholeMinutes]),
    isDaily: grain === DAY_SECONDS,
    spanAt: (second) => {
      const { end, offset, start } = zone.periodAt(second)
      const local = second + offset
      const from = Math.floor(local / shown) * shown
      if (pattern.next(from) !== from) return undefined
      const unit = Math.floor(local / grain) * grain - offset
      return { start: Math.max(start, unit), end: Math.min(end, unit + grain) }
    },
  }
}

/** In order, and without overlaps. */
function mergeRanges(ranges: readonly DayRange[]): readonly DayRange[] {
  const merged: { from: number; until: number }[] = []
  for (const { from, until } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.until + 1) last.until = Math.max(last.until, until)
    else merged.push({ from, until })
  }
  return merged
}

function rangeWith(ranges: readonly DayRange[], day: number): DayRange | undefined {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (range === undefined) return undefined
    if (day < range.from) high = middle - 1
    else if (day > range.until) low = middle + 1
    else return range
  }
  return undefined
}
