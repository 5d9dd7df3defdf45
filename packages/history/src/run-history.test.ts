import { createRig } from '../test/records.ts'
import { describePrune, describeRunHistory, type ConformanceRig } from '../test/run-history-conformance.ts'
import { createSegmentRig, type SegmentRig } from '../test/segment-rig.ts'
import type { RunRecord } from './index.ts'

/** Pages and segments; `move` follows each outcome. */
function segments(move: (rig: SegmentRig) => Promise<void>): () => ConformanceRig {
  return () => {
    const rig = createSegmentRig()
    const recordAll = async (runs: readonly RunRecord[]): Promise<void> => {
      for (const run of runs) {
        await rig.record(run)
        await move(rig)
      }
    }
    return { clock: rig.clock, history: rig.reader, recordAll }
  }
}

const inPages = segments(async () => undefined)
const inSegments = segments(({ flush }) => flush())
const afterCrashes = segments(({ flush }) => flush({ crash: true }))
const inArchive = segments(async ({ archive, flush }) => {
  await flush()
  await archive(false)
})

describeRunHistory('with an object for each run', createRig)
describeRunHistory('in pages', inPages)
describeRunHistory('in segments', inSegments)
describeRunHistory('in pages and segments, after crashes between their writes', afterCrashes)
describeRunHistory('in an archive', inArchive)

describePrune('with an object for each run', createRig)
describePrune('in segments', inSegments)
