/**
 * The ticks of a schedule whose blocked ticks move to a working day, at the same local time.
 *
 * A **working day** of a tick is neither a day of the weekend nor blocked at the tick's time of day. A blocked tick moves
 * to the nearest working day after (or before) its own day, and becomes one with a tick that is there already. A tick
 * without a working day within {@link MOST_DAYS} vanishes.
 *
 * Moved ticks may overtake others. So a walk also looks at the blocked ticks on the other side of its start, or behind
 * its best tick, up to an **open day**: a working day for every time of day, which no tick jumps over.
 */
import { blockedAt, MOST_STEPS, type Ticks } from './free-ticks.ts'
import { type BlockedTimes, DAY_SECONDS } from './blocked-times.ts'
import { weekdayOf } from './civil.ts'
import { MAX_INSTANT_MS } from './instant.ts'
import type { Zone } from './zone.ts'
import { firstReaching } from './zoned-walk.ts'

export interface WorkingDays {
  readonly zone: Zone
  /** Whole days only. */
  readonly blocked: readonly BlockedTimes[]
  /** Bit 0 is Sunday. */
  readonly weekend: number
  /** 1: blocked ticks move to the next working day; -1: to the previous working day. */
  readonly towards: 1 | -1
}

const MOST_DAYS = 400

export function movedTicks(ticks: Ticks, days: WorkingDays): Ticks {
  return {
    next: (after) => walk(ticks, days, Number(after), 1),
    previous: (before) => walk(ticks, days, Number(before), -1),
  }
}

/** @param way - 1: the first tick after `origin`; -1: the last tick before `origin` */
function walk(ticks: Ticks, days: WorkingDays, origin: number, way: 1 | -1): number | null {
  const isWith = days.towards === way
  let best: number | null = null
  let barrier = Infinity
  let from: number = origin
  if (isWith) {
    const open = openDay(days, dayOf(days.zone, origin), way > 0 ? -1 : 1)
    const edge = startOf(days.zone, way > 0 ? open : open + 1)
    from = way > 0 ? Math.min(origin, edge - 1) : Math.max(origin, edge)
  }
  const step = (at: number): number | null => (way > 0 ? ticks.next(at) : ticks.previous(at))
  let tick = Math.abs(from) > MAX_INSTANT_MS ? null : step(from)
  for (let steps = 0; tick !== null && steps < MOST_STEPS; tick = step(tick), steps++) {
    if (best !== null && (isWith ? (tick - best) * way >= 0 : (dayOf(days.zone, tick) - barrier) * way >= 0))
      return best
    const landed = blockedAt(days.blocked, tick) === undefined ? tick : move(days, tick)
    if (landed === null || (landed - origin) * way <= 0) continue
    if (best !== null && (landed - best) * way >= 0) continue
    best = landed
    if (!isWith) barrier = openDay(days, dayOf(days.zone, best), way)
  }
  return best
}

/** The instant that a blocked tick moves to. */
function move({ blocked, towards, weekend, zone }: WorkingDays, tick: number): number | null {
  const second = Math.floor(tick / 1000)
  const local = second + zone.periodAt(second).offset
  const day = Math.floor(local / DAY_SECONDS)
  for (let distance = 1; distance <= MOST_DAYS; distance++) {
    const other = day + distance * towards
    if ((weekend & (1 << weekdayOf(other))) !== 0) continue
    const moved =
      firstReaching(zone, local + distance * towards * DAY_SECONDS, -Infinity) * 1000 + (tick - second * 1000)
    if (blockedAt(blocked, moved) === undefined) return moved
  }
  return null
}

/** The first day after `day`, in the given direction, that is a working day for every tick. */
function openDay(days: WorkingDays, day: number, way: 1 | -1): number {
  for (let distance = 1; distance <= MOST_DAYS; distance++) {
    if (isOpen(days, day + distance * way)) return day + distance * way
  }
  return day + MOST_DAYS * way
}

/** A blocked day of another zone touches the start, the end or the middle of this zone's day. */
function isOpen({ blocked, weekend, zone }: WorkingDays, day: number): boolean {
  if ((weekend & (1 << weekdayOf(day))) !== 0) return false
  const start = startOf(zone, day)
  const end = startOf(zone, day + 1)
  return [start, (start + end) / 2, end - 1].every((at) => blockedAt(blocked, at) === undefined)
}

function dayOf(zone: Zone, at: number): number {
  const second = Math.floor(at / 1000)
  return Math.floor((second + zone.periodAt(second).offset) / DAY_SECONDS)
}

function startOf(zone: Zone, day: number): number {
  return firstReaching(zone, day * DAY_SECONDS, -Infinity) * 1000
}
