import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { describe, expect, it } from 'vitest'
import { pageOutcome, flushPage } from '../src/segments/index.ts'
import type { RunRecord } from '../src/index.ts'
import { decodeSegment } from '../src/segments/segment-body.ts'
import { parseSegmentKey } from '../src/segments/segment-key.ts'
import { collect } from './records.ts'
import { changePage, readPage } from './simulation/page-object.ts'
import type { Process } from './simulation/mortal-process.ts'
import { RETENTION, simulateSegments, STEPS, type Steps } from './simulation/simulate-segments.ts'

it.each(Array.from({ length: casesOf(8) }, (_, index) => index + 1))(
  'every kept outcome is shown once, as it ended, whoever dies and whatever moves: seed %i',
  async (seed) => {
    const { checked, problems } = await simulateSegments(seed)
    expect(problems).toEqual([])
    expect(checked).toBeGreaterThan(1000)
  },
)

async function segmentsOf({ store }: Process): Promise<RunRecord[]> {
  const runs: RunRecord[] = []
  for (const { objects } of await collect(store.list('segments/'))) {
    for (const { key } of objects) {
      const got = await store.get(key)
      if (got.outcome === 'found') runs.push(...decodeSegment(got.body, { onProblem: () => undefined }))
    }
  }
  return runs
}

interface BrokenLimits {
  readonly fineMs: number
  readonly failedMs: number
  readonly from: 'newest' | 'oldest'
}

/** Deletes each segment by its own age alone. */
async function pruneByAge({ clock, store }: Process, { failedMs, fineMs, from }: BrokenLimits): Promise<void> {
  for (const { objects } of await collect(store.list('segments/'))) {
    for (const { key, lastModified } of objects) {
      const segment = parseSegmentKey(key)
      if (segment === undefined) continue
      const isFine = segment.statuses.has('success') || segment.statuses.has('skipped')
      const written = from === 'newest' ? lastModified : 0
      if (clock.now() - Math.max(segment[from], written) > (isFine ? fineMs : failedMs)) await store.delete(key)
    }
  }
}

const { maxAgeMs: fineMs, failedMaxAgeMs: failedMs } = RETENTION

const BROKEN: readonly (readonly [string, Partial<Steps>])[] = [
  [
    'a flush that drops what was appended since',
    {
      async flush({ random, store }, page) {
        await flushPage(store, page)
        await changePage(store, random, () => [])
      },
    },
  ],
  [
    'a flush that drops before it writes',
    {
      async flush({ random, store }, page) {
        const drop = new Set(page.outcomes.map(({ id }) => id))
        await changePage(store, random, (outcomes) => outcomes.filter(({ id }) => !drop.has(id)))
        await flushPage(store, page)
      },
    },
  ],
  [
    'one id for the verdict and the truth of a run',
    { outcomeOf: async (_, run) => ({ ...pageOutcome(run), id: run.runId }) },
  ],
  [
    'a reader that counts a run twice',
    {
      async read(process) {
        const { outcomes } = await readPage(process.store)
        return [...outcomes.map(({ run }) => run), ...(await segmentsOf(process))]
      },
    },
  ],
  [
    'a reader that believes the page before the segments',
    {
      async read(process) {
        const runs = new Map((await segmentsOf(process)).map((run) => [run.runId, run]))
        for (const { run } of (await readPage(process.store)).outcomes) runs.set(run.runId, run)
        return [...runs.values()]
      },
    },
  ],
  [
    'a retention that deletes a failure early',
    { prune: (process) => pruneByAge(process, { fineMs, failedMs: fineMs, from: 'newest' }) },
  ],
  [
    'a retention that deletes the truth before the verdict',
    { prune: (process) => pruneByAge(process, { fineMs, failedMs, from: 'newest' }) },
  ],
  [
    'a retention that deletes a segment as soon as its oldest run is too old',
    { prune: (process) => pruneByAge(process, { fineMs, failedMs, from: 'oldest' }) },
  ],
]

/** The first shows the variants soon; the others are for a later protocol, of which the same may no longer be true. */
const HUNTED = [11, 1, 2, 3, 4, 5, 6, 7, 8]

describe('the checker catches', () => {
  it.each(BROKEN)('%s', async (_, broken) => {
    let found = 0
    for (const seed of HUNTED) {
      found += (await simulateSegments(seed, { ...STEPS, ...broken })).problems.length
      if (found > 0) break
    }
    expect(found).toBeGreaterThan(0)
  })
})
