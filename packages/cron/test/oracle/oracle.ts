import { readClock, readingMs, readingOf, type Reading } from './local-clock.ts'
import { referenceExpression } from './reference-expression.ts'

/** A period of a zone's time, read once, instant by instant. */
export interface Window {
  readonly zone: string
  readonly stepMs: number
  readonly instants: readonly number[]
  readonly readings: readonly Reading[]
  /** The number of instants at the start that only serve as the history of the clock, and are not checked. */
  readonly before: number
}

/** More than any clock was put back since 1970. */
const MEMORY_MS = 4 * 3_600_000

/** Reads a zone's clock from `from` to `to`, every `stepMs`, and for some hours before. */
export function openWindow(zone: string, from: number, to: number, stepMs: number): Window {
  const instants: number[] = []
  for (let at = from - MEMORY_MS; at < to; at += stepMs) instants.push(at)
  const readings = instants.map((at) => readClock(zone, at))
  return { zone, stepMs, instants, readings, before: Math.round(MEMORY_MS / stepMs) }
}

/**
 * The ticks of an expression in a window, from a check of every instant.
 *
 * Elapsed: does the expression name the clock's reading? Fixed: does the expression name any reading that the clock
 * shows for the first time, or has skipped, since the previous instant?
 */
export function oracleTicks(expression: string, window: Window): number[] {
  const reference = referenceExpression(expression)
  const ticks: number[] = []
  let latest = -Infinity
  for (const [index, reading] of window.readings.entries()) {
    const shown = readingMs(reading)
    const asked = index >= window.before
    const due = reference.elapsed ? reference.matches(reading) : asked && anyNamed(latest, shown)
    if (asked && due) ticks.push(window.instants[index] ?? Number.NaN)
    latest = Math.max(latest, shown)
  }
  return ticks

  function anyNamed(after: number, upTo: number): boolean {
    if (upTo === after + window.stepMs) return reference.matches(readingOf(upTo))
    for (let local = after + window.stepMs; local <= upTo; local += window.stepMs) {
      if (reference.matches(readingOf(local))) return true
    }
    return false
  }
}
