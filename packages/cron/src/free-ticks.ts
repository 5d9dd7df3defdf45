/**
 * The ticks of a schedule outside of blocked times.
 *
 * The walk jumps over a blocked unit of time instead of over each of its ticks, so that an excluded year of a schedule
 * with a tick per second costs some hundred steps. A walk gives up after {@link MOST_STEPS}: by then no tick will come.
 */
import type { BlockedTimes } from './blocked-times.ts'
import type { Schedule } from './schedule.ts'

/** The ticks of a schedule, without words about it. */
export type Ticks = Pick<Schedule, 'next' | 'previous'>

/** More than 50 years of blocked days. */
export const MOST_STEPS = 20_000

/** Walks over the ticks of several schedules; a tick of two schedules is one tick. */
export function unionOf(parts: readonly Ticks[]): Ticks {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  return {
    next: (after) => {
      const ticks = found(parts.map((part) => part.next(after)))
      return ticks.length === 0 ? null : Math.min(...ticks)
    },
    previous: (before) => {
      const ticks = found(parts.map((part) => part.previous(before)))
      return ticks.length === 0 ? null : Math.max(...ticks)
    },
  }
}

function found(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null)
}

/** The blocked span around an instant, in epoch ms, end excluded; `undefined` for a free instant. */
export function blockedAt(blocked: readonly BlockedTimes[], at: number): { start: number; end: number } | undefined {
  const second = Math.floor(at / 1000)
  for (const times of blocked) {
    const span = times.spanAt(second)
    if (span !== undefined) return { start: span.start * 1000, end: span.end * 1000 }
  }
  return undefined
}

/** The ticks at free instants. */
export function freeTicks(ticks: Ticks, blocked: readonly BlockedTimes[]): Ticks {
  return {
    next: (after) => {
      let tick = ticks.next(after)
      for (let steps = 0; tick !== null && steps < MOST_STEPS; steps++) {
        const span = blockedAt(blocked, tick)
        if (span === undefined) return tick
        tick = ticks.next(span.end - 1)
      }
      return null
    },
    previous: (before) => {
      let tick = ticks.previous(before)
      for (let steps = 0; tick !== null && steps < MOST_STEPS; steps++) {
        const span = blockedAt(blocked, tick)
        if (span === undefined) return tick
        tick = ticks.previous(span.start)
      }
      return null
    },
  }
}
