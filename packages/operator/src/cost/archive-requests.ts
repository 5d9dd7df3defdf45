import type { CostedFleet } from './costed-fleet.ts'
import { segmentMoves } from './page-commits.ts'
import { DAY_MS, HOUR_MS, times, type Requests } from './requests.ts'

/** The receipts, the segments and the archive are listed. */
const LISTS_OF_PASS = 3
/** Segments that are worth a pass while a day goes on. */
const SEGMENTS_OF_PASS = 8
/** Two files and a receipt. */
const PUTS_OF_PASS = 3
/** The files of two sets that are written again. */
const GETS_OF_PASS = 4

/** The moves of segments into the archive, in a month. An instance reads its own segments without a request. */
export function archiveRequests(fleet: CostedFleet): Requests {
  const segments = segmentMoves(fleet)
  const days = Math.min(times(DAY_MS), segments)
  const writing = Math.min(times(HOUR_MS), days + segments / SEGMENTS_OF_PASS)
  // Each clean-up makes a pass in any case.
  const passes = times(DAY_MS) + writing
  return {
    put: writing * PUTS_OF_PASS,
    get: writing * GETS_OF_PASS,
    list: passes * LISTS_OF_PASS,
  }
}
