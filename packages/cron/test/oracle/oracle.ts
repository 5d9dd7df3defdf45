import { readClock, readingMs, readingOf, type Reading } from './local-clock.ts'
import { referenceExpression } from './reference-expression.ts'

/** A stretch of a zone's time, read once, instant by instant. */
export interface Window {
  readonly zone: string
  readonly stepMs: number
  readonly instants: readonly number[]
  readonly readings: readonly Reading[]
  /** How many of the instants at the start only tell what the clock has shown, and are not asked for. */
  readonly before: number
}

/** More than any clock was put back since 1970. */
const MEMORY_MS = 4 * 3_600_000

/** Reads a zone's clock from `from` to `to`, every `stepMs`, and for some hours before that. */
export function openWindow(zone: string, from: number, to: number, stepMs: number): Window {
  const instants: number[] = []
  for (let at = from - MEMORY_MS; at < to; at += stepMs) instants.push(at)
  const readings = instants.map((at) => readClock(zone, at))
  return { zone, stepMs, instants, readings, before: Math.round(MEMORY_MS / stepMs) }
}

/**
 * The ticks of an expression in a window, by walking through it and asking at each instant.
 *
 * Elapsed: is what the clock shows named? Fixed: is anything named among what the clock shows for the first time, or
 * has leapt over, since the instant before?
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
