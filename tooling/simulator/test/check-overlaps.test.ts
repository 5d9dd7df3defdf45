import { expect, it } from 'vitest'
import { checkOverlaps } from '../src/check/check-overlaps.ts'
import type { Evidence } from '../src/check/evidence.ts'
import type { JobVersion } from '../src/check/job-versions.ts'

const GONE = { isDeleted: true }

function naming(...runIds: readonly string[]): object {
  return {
    isDeleted: false,
    running: runIds.map((runId) => ({ runId, role: runId.startsWith('m') ? 'member' : 'leader' })),
  }
}

/** The runs work at the same time; the first was claimed first. */
function violationsOf([first, second]: readonly [string, string], ...versions: readonly object[]): string[] {
  const [a, b] = [first, second].map((runId, index) => ({ runId, fence: index, process: 'p' }))
  const evidence = { plan: { jobs: [{ name: 'job', overlap: 'skip' }] }, overlaps: [{ job: 'job', calls: [a, b] }] }
  const ofJob = new Map([['job', versions as readonly JobVersion[]]])
  return checkOverlaps(evidence as unknown as Evidence, ofJob)
}

const VIOLATED = [expect.stringContaining('overlap: job')]

it('notices two runs at once, also where both were claimed by members', () => {
  expect(violationsOf(['m1', 'm2'], naming('m1'), naming('m1', 'm2'))).toEqual(VIOLATED)
})

it('lets a member start a run beside one that a restored page does not name, and no leader', () => {
  expect(violationsOf(['m1', 'm2'], naming('m1'), GONE, naming(), naming('m2'))).toEqual([])
  expect(violationsOf(['m1', 'm2'], naming('m1'), GONE, naming('m2'))).toEqual([])
  expect(violationsOf(['m1', 'leaders'], naming('m1'), GONE, naming(), naming('leaders'))).toEqual(VIOLATED)
})

it('lets no member start a run beside one that the restored page names, or that was claimed later', () => {
  expect(violationsOf(['m1', 'm2'], naming('m1'), GONE, naming('m1'), naming('m2'))).toEqual(VIOLATED)
  expect(violationsOf(['m1', 'm2'], GONE, naming('m1'), naming('m1', 'm2'))).toEqual(VIOLATED)
})
