import { createManualClock } from '@s3sched/kernel/testing'
import { createCountingStore, createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, collect, DAY, MINUTE, START } from '../../test/records.ts'
import { createPages, createSegmentRig, type SegmentRig } from '../../test/segment-rig.ts'
import { createHistory, type RunRecord } from '../index.ts'
import { flushPage, pageOutcome, parseSegmentKey, planFlush, segmentKey, type RunPlace } from './index.ts'

const minutely = (count: number, fields: Partial<RunRecord> = {}): RunRecord[] =>
  Array.from({ length: count }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, ...fields }))
const ids = (runs: readonly { readonly runId: string }[]): string[] => runs.map(({ runId }) => runId)

/** Writes each `every` runs as segments, and leaves the rest in the page. */
async function fill({ recordAll, store }: SegmentRig, runs: readonly RunRecord[], every: number): Promise<void> {
  const whole = runs.length - (runs.length % every)
  for (let from = 0; from < whole; from += every)
    await flushPage(store, { page: 'p', outcomes: runs.slice(from, from + every).map(pageOutcome) })
  await recordAll(runs.slice(whole))
}

describe('requests', () => {
  it('for the last 50 of 100,000 runs of one job are 1 LIST and a few GET', async () => {
    const rig = createSegmentRig()
    const runs = minutely(400)
    await fill(rig, runs, 120)
    await rig.flush()
    const { segments } = planFlush({ page: 'p', outcomes: runs.slice(0, 120).map(pageOutcome) })
    const [{ body, key } = { body: new Uint8Array(), key: '' }] = segments
    const segment = parseSegmentKey(key)
    if (segment === undefined) throw new Error(`${key} is no key of a segment`)
    // The others are older, and never read.
    for (let n = 1; n <= 830; n += 1) {
      const moved = { newest: segment.newest - n * 120 * MINUTE, oldest: segment.oldest - n * 120 * MINUTE }
      await rig.store.put(segmentKey({ ...segment, ...moved }), body)
    }
    rig.reset()
    const { cursor, runs: shown } = await rig.reader.list({ job: 'report' })
    expect(shown).toEqual(runs.slice(-50).toReversed())
    expect(cursor).toBeTypeOf('string')
    // The newest segment has 40 runs; the window grows from one segment to two.
    expect(rig.requests).toMatchObject({ list: 1, get: 3, put: 0, delete: 0 })
  })

  it('are a LIST while the newest runs are in the page', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(300), 120)
    rig.reset()
    expect(ids((await rig.reader.list({ job: 'report' })).runs)).toHaveLength(50)
    expect(rig.requests).toMatchObject({ list: 1, get: 0 })
  })

  it('grow with the jobs that share the page, and are made several at once', async () => {
    const rig = createSegmentRig()
    const jobs = Array.from({ length: 100 }, (_, n) => `job-${n}`)
    const runs = minutely(120).flatMap((run) => jobs.map((job) => ({ ...run, job })))
    await fill(rig, runs, 120)
    await rig.flush()
    rig.reset()
    expect((await rig.reader.list({ job: 'job-7' })).runs).toHaveLength(50)
    // 50 minutes of 100 jobs are 42 segments of 120 runs; the last step of the growing window may read 16 too many.
    expect(rig.requests.list).toBe(1)
    expect(rig.requests.get).toBeGreaterThanOrEqual(42)
    expect(rig.requests.get).toBeLessThanOrEqual(58)
  })

  it('for a rare job among many read hardly a segment without the job', async () => {
    const rig = createSegmentRig()
    const jobs = Array.from({ length: 40 }, (_, n) => `job-${n}`)
    const runs = minutely(600).flatMap((run, n) => [
      ...jobs.map((job) => ({ ...run, job })),
      ...(n % 60 === 0 ? [{ ...run, job: 'hourly' }] : []),
    ])
    await fill(rig, runs, 120)
    await rig.flush()
    rig.reset()
    expect((await rig.reader.list({ job: 'hourly', limit: 5 })).runs).toHaveLength(5)
    // Five hours of 40 jobs a minute are 100 segments.
    expect(rig.requests.get).toBeLessThanOrEqual(20)
  })

  it('for the failures of a day are 1 LIST, and 1 GET for each segment with a failure', async () => {
    const rig = createSegmentRig()
    const runs = minutely(3 * 1440).map((run, n) => (n % 500 === 0 ? { ...run, status: 'failed' as const } : run))
    await fill(rig, runs, 120)
    await rig.flush()
    rig.reset()
    const period = { since: START + DAY, until: START + 2 * DAY }
    expect(ids(await rig.reader.failures(period))).toEqual(['run-2500', 'run-2000', 'run-1500'])
    expect(rig.requests).toMatchObject({ list: 1, get: 3 })
  })

  it('for one run of a known tick are 1 LIST and 1 GET', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(1200), 120)
    rig.reset()
    expect(await rig.reader.get('report', 'run-700', START + 700 * MINUTE)).toMatchObject({ runId: 'run-700' })
    expect(rig.requests).toMatchObject({ list: 1, get: 1 })
    expect(await rig.reader.runExists('report', START + 700 * MINUTE, 'run-701')).toBe(false)
  })

  it('for a period long ago do not read what came since', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(8 * 1440), 120)
    rig.reset()
    const period = { job: 'report', since: START + DAY, until: START + DAY + 10 * MINUTE }
    expect(await rig.reader.timeline(period)).toHaveLength(10)
    expect(rig.requests.list).toBe(1)
    expect(rig.requests.get).toBeLessThanOrEqual(2)
  })

  it('are not repeated for what is in the cache, and are where the cache is too small', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(1200), 120)
    await rig.reader.statistics('report')
    rig.reset()
    expect((await rig.reader.statistics('report')).total).toBe(1200)
    expect(rig.requests).toMatchObject({ list: 1, get: 0 })
    const small = createHistory({ store: rig.store, pages: rig.live }, { cacheBytes: 0 })
    expect((await small.statistics('report')).total).toBe(1200)
    expect(rig.requests.get).toBe(10)
  })

  it('are at most 16 at once', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(2400), 30)
    let [now, most] = [0, 0]
    const store: ObjectStore = {
      ...rig.store,
      async get(key, options) {
        most = Math.max(most, (now += 1))
        await rig.clock.sleep(0)
        now -= 1
        return rig.store.get(key, options)
      },
    }
    const reader = createHistory({ store, pages: rig.live })
    expect((await reader.statistics('report')).total).toBe(2400)
    expect(most).toBeGreaterThan(8)
    expect(most).toBeLessThanOrEqual(16)
  })

  it('find the pages by themselves where the owner does not name them', async () => {
    const rig = createSegmentRig()
    await rig.store.put('segments/notes.txt', new Uint8Array())
    await rig.store.put('segments/p/notes.txt', new Uint8Array())
    await fill(rig, minutely(240), 120)
    rig.split('p')
    await rig.recordAll(minutely(100, { job: 'z' }))
    await rig.flush()
    rig.reset()
    const reader = createHistory({ store: rig.store, pages: { pages: () => rig.live.pages() } })
    expect((await reader.timeline()).length).toBe(340)
    expect(rig.requests.list).toBe(1)
  })

  it('list each page by itself where one LIST does not name all segments', async () => {
    const rig = createSegmentRig()
    await fill(rig, minutely(240), 120)
    const body = new Uint8Array()
    for (let n = 0; n < 1000; n += 1) await rig.store.put(`segments/a/notes-${n}.txt`, body)
    rig.reset()
    const reader = createHistory({ store: rig.store, pages: { pages: () => rig.live.pages() } })
    expect((await reader.timeline()).length).toBe(240)
    expect(rig.requests.list).toBeGreaterThan(2)
  })
})

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
  await expect(reader.find('report', START, '!')).rejects.toThrow(/runId/)
  expect(() => reader.exportRuns({ status: 'no' as 'success' })).toThrow(/status/)
})
