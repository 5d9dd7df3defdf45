import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, START } from '../../test/records.ts'
import { createSegmentRig } from '../../test/segment-rig.ts'
import { createHistory } from '../index.ts'
import { pageOutcome, parseSegmentKey, planFlush, segmentKey } from './index.ts'
import { fill, ids, minutely } from '../../test/minutely-runs.ts'

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
    expect(await rig.reader.get('report', 'run-701', START + 700 * MINUTE)).toBeUndefined()
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
