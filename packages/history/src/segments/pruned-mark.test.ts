import { createMemoryStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { expect, it, vi } from 'vitest'
import { aRun, DAY, START } from '../../test/records.ts'
import { createSegmentRig } from '../../test/segment-rig.ts'
import { resolvePruneOptions } from '../prune-options.ts'
import { resolveRetention } from '../retention.ts'
import { pruneSegments } from './prune-segments.ts'
import { notePruned, readPrunedTo } from './pruned-mark.ts'

it('grows, and never goes back', async () => {
  const { requests, store } = createCountingStore(createMemoryStore())
  expect(await readPrunedTo(store)).toBeUndefined()
  await notePruned(store, 5, {})
  await notePruned(store, 3, {})
  expect(await readPrunedTo(store)).toBe(5)
  expect(requests).toMatchObject({ put: 1 })
  await notePruned(store, 8, {})
  expect(await readPrunedTo(store)).toBe(8)
})

it('keeps the later instant of two prunes at once', async () => {
  const store = createMemoryStore()
  await Promise.all([7, 9, 8].map((prunedTo) => notePruned(store, prunedTo, {})))
  expect(await readPrunedTo(store)).toBe(9)
})

it('tells how far a prune went before anything is deleted, also by the end of a long run', async () => {
  const rig = createSegmentRig()
  await rig.recordAll([aRun(), aRun({ runId: 'kept', status: 'failed' })])
  await rig.flush()
  const writtenAt = rig.clock.now()
  await rig.clock.advance(31 * DAY)
  const marks: unknown[] = []
  const remove = rig.store.delete.bind(rig.store)
  vi.spyOn(rig.store, 'delete').mockImplementation(async (keys, options) => {
    marks.push(await readPrunedTo(rig.store))
    return remove(keys, options)
  })
  await pruneSegments(rig, resolveRetention(), resolvePruneOptions({ dryRun: true }))
  expect(await readPrunedTo(rig.store)).toBeUndefined()
  await pruneSegments(rig, resolveRetention(), resolvePruneOptions({}))
  expect(marks).toEqual([Math.max(START, writtenAt)])
  expect(await readPrunedTo(rig.store)).toBe(Math.max(START, writtenAt))
})
