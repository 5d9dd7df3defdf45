import { createManualClock } from '@s3sched/kernel/testing'
import { createCountingStore, createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, collect, DAY, MINUTE, START } from '../../test/records.ts'
import { createPages, createSegmentRig } from '../../test/segment-rig.ts'
import { createHistory, type RunRecord } from '../index.ts'
import { type RunPlace } from './index.ts'
import { fill, ids, minutely } from '../../test/minutely-runs.ts'

describe('a cursor', () => {
  it('goes on where its page ended, while outcomes come and move', async () => {
    const { flush, reader, record, recordAll } = createSegmentRig()
    await recordAll(minutely(10))
    const seen: string[] = []
    let cursor: string | undefined
    for (let turn = 0; turn < 20; turn += 1) {
      const page = await reader.list({ job: 'report', limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...ids(page.runs))
      cursor = page.cursor
      if (cursor === undefined) break
      await record(aRun({ runId: `new-${turn}`, scheduledTime: START + DAY + turn }))
      await flush({ crash: turn % 2 === 0 })
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, n) => `run-${9 - n}`))
  })

  it('belongs to its query', async () => {
    const { reader, recordAll } = createSegmentRig()
    await recordAll(minutely(3))
    const { cursor = '' } = await reader.list({ limit: 1 })
    await expect(reader.list({ job: 'report', cursor })).rejects.toThrow(/another query/)
    await expect(reader.list({ cursor: 'x' })).rejects.toThrow(/cursor/)
  })
})

describe('large parts', () => {
  const large = aRun({ result: 'x'.repeat(5000) })

  it('come with a list, a run and an export, and not where nobody wants them', async () => {
    const { flush, reader, record, requests, reset } = createSegmentRig({ cacheBytes: 0 })
    await record(large)
    await flush()
    expect((await reader.list()).runs).toEqual([large])
    expect(await reader.get('report', 'run-1', START)).toEqual(large)
    expect((await collect(reader.exportRuns())).map((line) => JSON.parse(line) as unknown)).toEqual([large])
    reset()
    const [short] = (await reader.list({ details: false })).runs
    expect(short).toMatchObject({ runId: 'run-1', details: { fields: ['result'] } })
    await reader.timeline()
    expect(requests.get).toBe(2)
  })

  it('that are gone or unreadable leave a short record', async () => {
    const { keys, reader, record, store } = createSegmentRig({ cacheBytes: 0 })
    await record(large)
    const [key = ''] = await keys('details/')
    await store.put(key, Buffer.from('{"v":1'))
    expect((await reader.list()).runs).toMatchObject([{ runId: 'run-1', details: { key } }])
    await store.put(key, Buffer.from('{"v":1,"nonce":"n","result":1,"log":2}'))
    expect((await reader.list()).runs).toMatchObject([{ runId: 'run-1', result: 1 }])
    await store.delete(key)
    expect((await reader.list()).runs).toMatchObject([{ runId: 'run-1', details: { key } }])
  })
})

describe('trouble in the bucket', () => {
  it('costs the runs of the object alone, and is told once', async () => {
    const told: string[] = []
    const ignore = (): void => undefined
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (text: string) => void told.push(text) }
    const rig = createSegmentRig({ logger })
    await fill(rig, minutely(30), 10)
    const [, middle = '', oldest = ''] = await rig.keys('segments/')
    await rig.store.put(middle, Buffer.from('{"v":1,"job":"report"\n'))
    await rig.store.put(oldest, Uint8Array.of(0x1f, 0x8b, 1, 2, 3))
    await rig.store.put('segments/p/notes.txt', new Uint8Array())
    for (let turn = 0; turn < 2; turn += 1) expect(await rig.reader.timeline({ job: 'report' })).toHaveLength(10)
    expect(told).toEqual([
      expect.stringMatching(/^segment segments\/p\/.*: line 1: it is not JSON/),
      expect.stringMatching(/^segment segments\/p\/.*: the body can't be unpacked/),
    ])
  })

  it('does not keep a query from its end: a server that lists what it cannot find', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(30), 10)
    const [, middle = ''] = await rig.keys('segments/')
    const store: ObjectStore = {
      ...rig.store,
      get: async (key, options) => (key === middle ? { outcome: 'missing' } : rig.store.get(key, options)),
    }
    rig.reset()
    const reader = createHistory({ store, pages: rig.live })
    expect(await reader.timeline({ job: 'report' })).toHaveLength(20)
    expect(rig.requests.list).toBe(4)
  })

  it('of the store itself is thrown', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(30), 10)
    const store = { ...rig.store, get: () => Promise.reject(new Error('no store')) }
    await expect(createHistory({ store, pages: rig.live }).timeline()).rejects.toThrow('no store')
  })
})

it('a segment that goes while it is read is not missed: the runs have moved to the archive, or were too old', async () => {
  const clock = createManualClock(START)
  const { store, requests } = createCountingStore(createMemoryStore({ clock }))
  const pages = createPages(store)
  for (const run of minutely(30)) await pages.record(run)
  await pages.flush()
  const archived: RunRecord[] = []
  const archive: RunPlace = {
    async lanes() {
      const chunk = { newest: START + DAY, oldest: START, statuses: new Set(['success'] as const) }
      return archived.length === 0 ? [] : [one({ ...chunk, read: async () => archived })]
    },
  }
  const moving: ObjectStore = {
    ...store,
    async get(key, options) {
      if (archived.length === 0) archived.push(...minutely(30))
      await store.delete(key)
      return store.get(key, options)
    },
  }
  const reader = createHistory({ store: moving, pages: pages.live, archive, clock })
  expect(ids((await reader.list({ limit: 100 })).runs)).toEqual(ids(minutely(30).toReversed()))
  expect(requests).toMatchObject({ list: 2, get: 1 })
})

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item
}

it('statistics count each tick of a range of missed ticks', async () => {
  const { reader, record } = createSegmentRig()
  await record(aRun({ status: 'missed', attempts: [], durationMs: 0, from: START, to: START + MINUTE, count: 40 }))
  expect(await reader.statistics('report')).toMatchObject({ total: 40, counts: { missed: 40 } })
})

it('options and queries are checked', async () => {
  const { live, reader, store } = createSegmentRig()
  expect(() => createHistory({ store, pages: live }, { cacheBytes: -1 })).toThrow(/cacheBytes/)
  await expect(reader.list({ limit: 0 })).rejects.toThrow(/limit/)
  await expect(reader.get('a\nb', 'run-1', START)).rejects.toThrow(/job/)
  await expect(reader.get('report', '!', START)).rejects.toThrow(/runId/)
  expect(() => reader.exportRuns({ status: 'no' as 'success' })).toThrow(/status/)
})
