import { expect, it } from 'vitest'
import { afterTheDay, runs, shown } from '../../test/archived-runs.ts'
import { createArchiveWorld } from '../../test/archive-world.ts'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import type { RunRecord } from '../run-record.ts'
import { ByteCache, flushPage, pageOutcome } from '../segments/index.ts'
import { parseArchiveKey } from './archive-key.ts'
import { archiveSegments, deleteArchived } from './index.ts'

it('writes a file for successes and one for the rest, and deletes the segments ten minutes later', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(400))
  const before = await shown(world)
  expect(await world.archive()).toMatchObject({ runs: 400, files: 2, segments: 8, deletedSegments: 0 })
  const files = (await world.keys('history/')).map(parseArchiveKey)
  expect(files.map((file) => [file?.outcome, file?.count])).toEqual([
    ['other', 40],
    ['success', 360],
  ])
  expect(await shown(world)).toEqual(before)

  await world.clock.advance(9 * MINUTE)
  expect(await world.archive()).toMatchObject({ runs: 0, deletedSegments: 0 })
  await world.clock.advance(2 * MINUTE)
  expect(await world.archive()).toMatchObject({ runs: 0, deletedSegments: 8 })
  expect(await world.keys('segments/')).toEqual([])
  expect(await world.keys('archived/')).toEqual([])
  expect(await shown(world)).toEqual(before)
})

it('costs 3 LIST when nothing is to be done', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(50))
  await world.archive()
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  world.reset()
  await world.archive()
  expect(world.requests).toMatchObject({ list: 3, get: 0, put: 0, delete: 0 })
})

it('gives every field of every run back', async () => {
  const world = createArchiveWorld(afterTheDay)
  const odd = [
    aRun({ runId: 'a', result: { rows: [1, null] }, log: [{ at: START, attempt: 1, message: 'half', fields: [2] }] }),
    aRun({ runId: 'b', status: 'missed', attempts: [], reason: 'stopped', from: START, to: START + 9, count: 10 }),
    aRun({ runId: 'c', lagMs: 0.25, epoch: 7, fence: 2 ** 40, queuedMs: 1, workerId: 'w\ud800' }),
    aRun({
      runId: 'd',
      status: 'failed',
      error: { name: 'E', message: 'm', stack: 'at', cause: { name: 'F', message: '' } },
    }),
  ]
  await world.segments(odd)
  await world.archive()
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  expect(await world.keys('segments/')).toEqual([])
  expect(await shown(world)).toEqual(odd)
})

it('takes the real end and drops the verdict, within a pass and a day later', async () => {
  const world = createArchiveWorld(afterTheDay)
  const lost = (runId: string): RunRecord => aRun({ runId, status: 'lost', attempts: [] })
  await world.segments([lost('early'), lost('late'), ...runs(10, { status: 'success' })])
  await world.segments([aRun({ runId: 'early' })])
  await world.archive()
  await world.segments([aRun({ runId: 'late' })])
  await world.archive()
  const settledFiles = async (): Promise<unknown[]> =>
    (await world.keys('history/')).map(parseArchiveKey).map((file) => [file?.outcome, file?.count])
  expect(await settledFiles()).toContainEqual(['other', 1])
  const early = (await shown(world)).filter(({ runId }) => runId === 'early' || runId === 'late')
  expect(early.map(({ status, wasLost }) => [status, wasLost])).toEqual([
    ['success', true],
    ['success', true],
  ])
  await world.clock.advance(DAY)
  await world.archive()
  expect(await settledFiles()).toEqual([['success', 12]])
  expect((await shown(world)).filter(({ wasLost }) => wasLost)).toHaveLength(2)
})

it('merges what two archivers wrote at once, and every run is there once', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(300))
  const before = await shown(world)
  await Promise.all([world.archive(), world.archive()])
  expect(await shown(world)).toEqual(before)
  await world.clock.advance(DAY)
  await world.archive()
  expect(await shown(world)).toEqual(before)
  const counts = (await world.keys('history/')).map((key) => parseArchiveKey(key)?.count ?? 0)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300)
})

it('leaves a segment with a line of a later version, and archives the others', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(100))
  const [key = ''] = await world.keys('segments/')
  await world.store.put(key, new TextEncoder().encode('{"job":"a","v":99}\n'))
  expect(await world.archive()).toMatchObject({ segments: 1 })
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  expect(await world.keys('segments/')).toEqual([key])
  expect(world.told).toContainEqual(expect.stringContaining('newer than 1; upgrade s3sched; it is not archived'))
})

it('deletes nothing for a damaged receipt, and archives again', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(20))
  await world.store.put(
    'archived/x.json',
    new TextEncoder().encode('{"v":1,"nonce":"n","segments":["jobs/a.json"],"files":[]}'),
  )
  await world.store.put('jobs/a.json', new Uint8Array(1))
  await world.archive()
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  expect(await world.keys('jobs/')).toEqual(['jobs/a.json'])
  expect(world.told).toContainEqual(expect.stringContaining('receipt archived/x.json: it is unreadable'))
})

it('is overtaken when a segment is gone, and writes nothing', async () => {
  const world = createArchiveWorld(afterTheDay)
  await world.segments(runs(100))
  const [gone = ''] = await world.keys('segments/')
  const store = {
    ...world.store,
    get: async (key: string) => (key === gone ? ({ outcome: 'missing' } as const) : world.store.get(key)),
  }
  expect(await world.archive({}, store)).toMatchObject({ runs: 0, overtaken: 1 })
  expect(await world.keys('history/')).toEqual([])
})

it('refuses a wait that no query could meet', async () => {
  const world = createArchiveWorld()
  await expect(world.archive({ deleteAfterMs: 1000 })).rejects.toThrow('expected deleteAfterMs to be an integer')
})

it('reads the segments of its own process without a request, and deletes them by what it remembers', async () => {
  const world = createArchiveWorld(START + DAY + 60 * MINUTE)
  const own = new ByteCache(1_000_000)
  const written = Array.from({ length: 300 }, (_, n) => aRun({ runId: `r${n}`, scheduledTime: START + n * MINUTE }))
  for (let from = 0; from < written.length; from += 100)
    await flushPage(world.store, { page: 'p', outcomes: written.slice(from, from + 100).map(pageOutcome) }, {}, own)
  world.reset()
  // A file, its receipt, and the copy of the runs of rare jobs.
  const { receipts } = await archiveSegments({ store: world.store, clock: world.clock, own })
  expect(world.requests).toMatchObject({ get: 1, list: 3, put: 3 })
  world.reset()
  await deleteArchived(world.store, receipts)
  expect(world.requests).toMatchObject({ get: 0, list: 0, put: 0, delete: 2 })
  expect(await world.keys('segments/')).toEqual([])
  expect(await world.keys('archived/')).toEqual([])
  expect((await world.newReader().timeline({ limit: 1000 })).map(({ runId }) => runId).toSorted()).toEqual(
    written.map(({ runId }) => runId).toSorted(),
  )
})
