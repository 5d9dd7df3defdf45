import { findZone } from './find-zone.ts'
import { instantMs } from './instant.ts'

/** A change of a zone's clock, forward or back. */
export interface ClockChange {
  /** The first instant of the new offset, epoch ms. */
  readonly at: number
  /** Local time minus UTC, before `at` and from `at` on, ms. */
  readonly beforeMs: number
  readonly afterMs: number
}

/**
 * The changes of a zone's clock, in order.
 * @param until - the end: changes in `(after, until]`, epoch ms
 * @throws InvalidScheduleError when the engine doesn't know the zone; S3SchedError `INVALID_INSTANT`
 */
export function clockChanges(timezone: string, after: number, until: number): ClockChange[] {
  const zone = findZone(timezone, timezone)
  const changes: ClockChange[] = []
  let period = zone.periodAt(Math.floor(instantMs('after', after) / 1000))
  const end = instantMs('until', until)
  while (period.end * 1000 <= end) {
    const next = zone.periodAt(period.end)
    // The edge of a remembered block is no change.
    if (next.offset !== period.offset) {
      changes.push({ at: period.end * 1000, beforeMs: period.offset * 1000, afterMs: next.offset * 1000 })
    }
    period = next
  }
  return changes
}
