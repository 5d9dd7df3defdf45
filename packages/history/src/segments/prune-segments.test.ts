import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import { createPages, createSegmentRig, type SegmentRig } from '../../test/segment-rig.ts'
import { createHistory, type RunRecord } from '../index.ts'
import { resolvePruneOptions, type PruneOptions, type PruneReport } from '../prune-options.ts'
import { resolveRetention } from '../retention.ts'
import { pruneSegments } from './prune-segments.ts'

/** What a prune leaves for audits. */
const MARK = 'pruned.json'
const NOTHING = { runs: 0, objects: 0, more: false }
const prune = (
  { clock, store }: Pick<SegmentRig, 'clock' | 'store'>,
  { limit, ...options }: PruneOptions & { readonly limit?: number } = {},
): Promise<PruneReport> => pruneSegments({ clock, store }, resolveRetention(), resolvePruneOptions(options), limit)
const shown = async ({ reader }: Pick<SegmentRig, 'reader'>): Promise<string[]> =>
  (await reader.list({ limit: 1000 })).runs.map(({ runId, status }) => `${runId} ${status}`)

/** One flush for each list of runs. */
async function flushed(rig: SegmentRig, ...flushes: readonly (readonly RunRecord[])[]): Promise<void> {
  for (const runs of flushes) {
    await rig.recordAll(runs)
    await rig.flush()
  }
}

describe('the retention', () => {
  it('deletes what is too old, and keeps what failed three times as long', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [aRun(), aRun({ runId: 'bad', status: 'failed', scheduledTime: START + 1 })])
    await rig.clock.advance(30 * DAY)
    expect(await prune(rig)).toEqual(NOTHING)
    await rig.clock.advance(1)
    await flushed(rig, [aRun({ runId: 'new', scheduledTime: rig.clock.now() })])
    expect(await prune(rig)).toEqual({ ...NOTHING, objects: 1, runs: 1 })
    expect(await shown(rig)).toEqual(['new success', 'bad failed'])
    await rig.clock.advance(60 * DAY + 1)
    expect(await prune(rig)).toEqual({ ...NOTHING, objects: 2, runs: 2 })
    expect(await rig.keys()).toEqual([MARK])
  })

  it('keeps a segment until its newest run is too old', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [aRun(), aRun({ runId: 'run-2', scheduledTime: START + 10 * MINUTE })])
    await rig.clock.advance(30 * DAY + 10 * MINUTE)
    expect(await prune(rig)).toEqual(NOTHING)
    await rig.clock.advance(1)
    expect(await prune(rig)).toMatchObject({ runs: 2 })
  })

  it('for a month of a job every minute costs one DELETE', async () => {
    const rig = createSegmentRig()
    for (let n = 0; n < 30 * 1440; n += 1) {
      await rig.record(aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE }))
      if (n % 10 === 9) await rig.flushDue(START + n * MINUTE)
    }
    await rig.flush()
    await rig.clock.advance(61 * DAY)
    rig.reset()
    expect((await prune(rig)).objects).toBeLessThan(400)
    expect(rig.requests).toMatchObject({ delete: 1, list: 5, get: 1, put: 1 })
    expect(await rig.keys()).toEqual([MARK])
  })

  it('reads no key of what is kept', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [aRun()])
    await rig.clock.advance(31 * DAY)
    for (let n = 0; n < 1500; n += 1)
      await flushed(rig, [aRun({ runId: `run-${n}`, scheduledTime: START + 2 * DAY + n * MINUTE })])
    rig.reset()
    expect(await prune(rig)).toMatchObject({ objects: 1 })
    // Two to find the page and the end of the pages, one for its old segments, and two for old details.
    expect(rig.requests).toMatchObject({ list: 5, delete: 1 })
  })

  it('counts the same in a dry run, and deletes nothing', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [aRun({ result: 'x'.repeat(3000) })])
    await rig.clock.advance(31 * DAY)
    const before = await rig.keys()
    const counted = await prune(rig, { dryRun: true })
    expect(counted).toEqual({ runs: 1, objects: 2, more: false })
    expect(await rig.keys()).toEqual(before)
    expect(await prune(rig)).toEqual(counted)
    expect(await rig.keys()).toEqual([MARK])
  })

  it('deletes the oldest up to its limit, and says that more is due', async () => {
    const rig = createSegmentRig()
    for (let n = 0; n < 9; n += 1) await flushed(rig, [aRun({ runId: `run-${n}`, scheduledTime: START + n })])
    await rig.clock.advance(31 * DAY)
    expect(await prune(rig, { limit: 4 })).toMatchObject({ objects: 4, more: true })
    expect(await shown(rig)).toEqual([8, 7, 6, 5, 4].map((n) => `run-${n} success`))
    expect(await prune(rig, { limit: 5 })).toMatchObject({ objects: 5, more: false })
  })

  it('deletes details by the age of their run, also those of no run', async () => {
    const rig = createSegmentRig()
    const large = { result: 'x'.repeat(3000) }
    await rig.record(aRun({ ...large, runId: 'bad', status: 'failed' }))
    await rig.record(aRun({ ...large, runId: 'good' }))
    await rig.store.put('details/fine/notes.txt', new Uint8Array())
    await rig.clock.advance(31 * DAY)
    expect(await prune(rig, { limit: 1 })).toMatchObject({ objects: 1, more: false })
    expect(await rig.keys('details/')).toEqual([expect.stringContaining('bad.failed'), 'details/fine/notes.txt'])
    await rig.clock.advance(60 * DAY)
    expect(await prune(rig)).toMatchObject({ objects: 1 })
  })

  it('leaves alone what no flush wrote, and outcomes in pages', async () => {
    const rig = createSegmentRig()
    await rig.store.put('segments/p/notes.txt', new Uint8Array())
    await rig.record(aRun())
    await rig.clock.advance(1000 * DAY)
    expect(await prune(rig)).toEqual(NOTHING)
    expect(await shown(rig)).toEqual(['run-1 success'])
    expect(await rig.keys()).toEqual(['segments/p/notes.txt'])
  })

  it('tells what is deleted, request by request', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [aRun({ status: 'lost' })], [aRun({ result: 'x'.repeat(3000) })])
    await rig.clock.advance(100 * DAY)
    const told: unknown[] = []
    await prune(rig, { onProgress: (soFar) => told.push(soFar) })
    expect(told).toEqual([
      { runs: 1, objects: 1 },
      { runs: 2, objects: 2 },
      { runs: 2, objects: 3 },
    ])
  })
})

describe('clocks', () => {
  it('that run ahead, here or in the store, delete nothing young', async () => {
    for (const ahead of ['own', 'store']) {
      const clocks = { own: createManualClock(START), store: createManualClock(START) }
      const store = createMemoryStore({ clock: clocks.store })
      const pages = createPages(store)
      await pages.record(aRun({ result: 'x'.repeat(3000) }))
      await pages.flush()
      await clocks[ahead as 'own' | 'store'].advance(1000 * DAY)
      expect(await prune({ store, clock: clocks.own })).toEqual(NOTHING)
    }
  })

  it('judge an old tick that was caught up late by its write', async () => {
    const rig = createSegmentRig()
    await rig.clock.advance(100 * DAY)
    await flushed(rig, [aRun({ result: 'x'.repeat(3000) })])
    expect(await prune(rig)).toEqual(NOTHING)
    await rig.clock.advance(31 * DAY)
    expect(await prune(rig)).toMatchObject({ runs: 1, objects: 2 })
  })
})

describe('a run that was declared lost and ended after all', () => {
  const verdict = aRun({ status: 'lost', attempts: [], durationMs: 0 })
  const early = aRun({ runId: 'early', scheduledTime: START - DAY })

  it('stays ended as long as the verdict is there, and goes with it', async () => {
    const rig = createSegmentRig()
    await flushed(rig, [verdict], [aRun(), early], [aRun({ runId: 'later', scheduledTime: START + 1 })])
    await rig.clock.advance(40 * DAY)
    expect(await prune(rig)).toMatchObject({ objects: 2 })
    expect(await shown(rig)).toEqual(['run-1 success'])
    await rig.clock.advance(51 * DAY)
    expect(await prune(rig)).toMatchObject({ objects: 2 })
    expect(await rig.keys()).toEqual([MARK])
  })

  it('never shows the verdict again, wherever a prune dies or is cut', async () => {
    for (const limit of [1, 2, 3, 10]) {
      const rig = createSegmentRig()
      const other = { job: 'other', runId: 'run-2', scheduledTime: START + 2 }
      await flushed(
        rig,
        [verdict],
        [aRun(), aRun({ ...other, status: 'lost' })],
        [aRun({ ...other, status: 'failed' })],
      )
      await rig.clock.advance(89 * DAY)
      for (let turn = 0; turn < 12; turn += 1) {
        const dying: ObjectStore = {
          ...rig.store,
          delete: async (keys, options) => {
            await rig.store.delete((keys as readonly string[]).at(turn % 2 === 0 ? 0 : -1) ?? [], options)
            throw new Error('the process died')
          },
        }
        const store = turn % 3 === 0 ? dying : rig.store
        await prune({ ...rig, store }, { limit }).catch(ignoreDeath)
        const reader = createHistory({ store: rig.store, pages: rig.live })
        expect((await shown({ reader })).filter((run) => run.endsWith('lost'))).toEqual([])
        await rig.clock.advance(DAY / 4)
      }
      expect(await rig.keys()).toEqual([MARK])
    }
  })
})

function ignoreDeath(error: unknown): void {
  if (!String(error).includes('died')) throw error
}
