import { offsetAt } from './output/times.ts'

/** A zone's clock was put forward or back. */
export interface ClockChange {
  /** The first instant of the new offset, epoch ms. */
  readonly at: number
  /** Local time minus UTC before and after the change, minutes. */
  readonly before: number
  readonly after: number
}

const STEP_MS = 6 * 86_400_000

/**
 * The changes in `(from, to]`. Two changes within six days that cancel each other out go unseen; no zone has had such.
 */
export function clockChanges(zone: string, from: number, to: number): ClockChange[] {
  const changes: ClockChange[] = []
  let known = from
  let before = offsetAt(from, zone)
  while (known < to) {
    const probe = Math.min(known + STEP_MS, to)
    const after = offsetAt(probe, zone)
    if (after !== before) {
      const at = changeBetween(zone, known, probe, before)
      const settled = offsetAt(at, zone)
      changes.push({ at, before, after: settled })
      known = at
      before = settled
    } else known = probe
  }
  return changes
}

/** The first whole second of `(known, probe]` with another offset; clocks change at whole seconds. */
function changeBetween(zone: string, known: number, probe: number, before: number): number {
  let low = Math.floor(known / 1000)
  let high = Math.ceil(probe / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * 1000, zone) === before) low = middle
    else high = middle
  }
  return high * 1000
}
