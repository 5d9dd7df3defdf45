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

function recordedAlone(): ConformanceRig {
  const { clock, history, recordAll } = createRig()
  return {
    clock,
    history,
    recordAll: async (runs) => {
      for (const run of runs) await recordAll([run])
    },
  }
}

const inPages = segments(async () => undefined)
const inSegments = segments(({ flush }) => flush())
const afterCrashes = segments(({ flush }) => flush({ crash: true }))
const inArchive = segments(async ({ archive, flush }) => {
  await flush()
  await archive(false)
})

describeRunHistory('recorded together', createRig)
describeRunHistory('recorded run by run', recordedAlone)
describeRunHistory('in pages', inPages)
describeRunHistory('in segments', inSegments)
describeRunHistory('in pages and segments, after crashes between their writes', afterCrashes)
describeRunHistory('in an archive', inArchive)

describePrune('recorded run by run', recordedAlone)
describePrune('in segments', inSegments)
