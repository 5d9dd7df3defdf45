import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, createRig, DAY, START } from '../test/records.ts'
import { createHistory } from './index.ts'

describe('prune', () => {
  it('deletes what is too old with its marks, keeps failures longer, and leaves the rest', async () => {
    const { clock, history, keys } = createRig()
    for (const job of ['a', 'b.c']) {
      await history.record(aRun({ job, runId: 'old' }))
      await history.record(aRun({ job, runId: 'bad', status: 'failed' }))
    }
    await clock.advance(40 * DAY)
    await history.record(aRun({ job: 'a', runId: 'new', scheduledTime: clock.now() }))
    expect(await history.prune()).toEqual({ runs: 2, objects: 2, more: false })
    expect((await history.timeline()).map(({ job, runId }) => `${job} ${runId}`)).toEqual(['a new', 'a bad', 'b.c bad'])
    await clock.advance(60 * DAY)
    expect(await history.prune()).toEqual({ runs: 3, objects: 5, more: false })
    expect(await keys()).toEqual([])
  })

  it('refuses what would have kept more: a job, and numbers of runs', async () => {
    const { clock, history, recordAll } = createRig()
    await recordAll([aRun(), aRun({ job: 'other' })])
    await clock.advance(100 * DAY)
    await expect(history.prune({}, { job: 'other' } as object)).rejects.toThrow(
      /expected job to be left out: the runs of many jobs lie together, and go together by their age, got "other"/,
    )
    await expect(history.prune({ maxRuns: 5 } as object)).rejects.toThrow(
      /expected maxRuns to be left out: runs are kept by their age and outcome alone, see maxAgeMs/,
    )
    expect(await history.timeline()).toHaveLength(2)
  })

  it('counts the same in a dry run, and deletes nothing', async () => {
    const { clock, history, keys } = createRig()
    await history.record(aRun({ status: 'lost' }))
    await history.record(aRun({ status: 'failed' }))
    await history.record(aRun({ runId: 'run-2' }))
    await clock.advance(400 * DAY)
    const before = await keys()
    const counted = await history.prune({}, { dryRun: true })
    expect(counted).toEqual({ runs: 2, objects: 5, more: false })
    expect(await keys()).toEqual(before)
    const told: unknown[] = []
    expect(await history.prune({}, { onProgress: (soFar) => told.push(soFar) })).toEqual(counted)
    expect(told).toEqual([
      { runs: 0, objects: 1 },
      { runs: 2, objects: 3 },
      { runs: 2, objects: 5 },
    ])
    expect(await keys()).toEqual([])
  })

  it('costs 1 LIST per 1,000 that may go and not per 1,000 that are there', async () => {
    const { clock, history, recordAll, requests, reset } = createRig()
    await recordAll(Array.from({ length: 3 }, (_, n) => aRun({ runId: `old-${n}` })))
    await clock.advance(31 * DAY)
    await recordAll(Array.from({ length: 2500 }, (_, n) => aRun({ runId: `new-${n}`, scheduledTime: clock.now() - n })))
    reset()
    expect(await history.prune()).toMatchObject({ runs: 3 })
    // Two LISTs to find the only job and the end of the jobs, one for old records, one for old marks.
    expect(requests).toMatchObject({ list: 4, delete: 1, get: 0, put: 0 })
  })

  it('deletes nothing young when the own clock runs ahead of the store’s', async () => {
    const storeClock = createManualClock(START)
    const store = createMemoryStore({ clock: storeClock })
    const history = createHistory(store, { clock: createManualClock(START + 3650 * DAY) })
    await history.record(aRun())
    expect(await history.prune()).toEqual({ runs: 0, objects: 0, more: false })
  })

  it('deletes nothing young when the store’s clock runs ahead', async () => {
    const storeClock = createManualClock(START)
    const store = createMemoryStore({ clock: storeClock })
    const history = createHistory(store, { clock: createManualClock(START) })
    await history.record(aRun())
    await storeClock.advance(3650 * DAY)
    expect(await history.prune()).toEqual({ runs: 0, objects: 0, more: false })
  })

  it('may die after any delete: what is left reads well, and the next one finishes', async () => {
    for (let survived = 0; survived < 5; survived++) {
      const clock = createManualClock(START)
      const inner = createMemoryStore({ clock })
      const history = createHistory(inner, { clock })
      for (let n = 0; n < 3; n++) await history.record(aRun({ job: `job-${n}`, status: 'failed' }))
      await clock.advance(100 * DAY)
      let left = survived
      const dying: ObjectStore = {
        ...inner,
        delete: (keys, options) =>
          left-- > 0 ? inner.delete(keys, options) : Promise.reject(new Error('the process died')),
      }
      await expect(createHistory(dying, { clock }).prune()).rejects.toThrow('the process died')
      const { runs } = await history.list({ status: 'failed' })
      expect(runs).toHaveLength(3 - Math.ceil(survived / 2))
      expect(await history.timeline()).toHaveLength(runs.length)
      await history.prune()
      expect(await history.timeline()).toEqual([])
      expect(await history.failures()).toEqual([])
    }
  })

  it('deletes the oldest first, so that what is left at any moment has no gap', async () => {
    const clock = createManualClock(START)
    const inner = createMemoryStore({ clock })
    const deletions: string[][] = []
    const store: ObjectStore = {
      ...inner,
      delete: (keys, options) => {
        deletions.push(typeof keys === 'string' ? [keys] : [...keys])
        return inner.delete(keys, options)
      },
    }
    const history = createHistory(store, { clock })
    for (let n = 0; n < 2500; n++) await history.record(aRun({ runId: `r${n}`, scheduledTime: START + n }))
    await clock.advance(40 * DAY)
    expect(await history.prune()).toMatchObject({ runs: 2500 })
    expect(deletions.map((keys) => keys.length)).toEqual([1000, 1000, 500])
    // A key holds the inverted time: the oldest record has the last key.
    expect(deletions.flat()).toEqual(deletions.flat().toSorted().toReversed())
  })

  it('ends between two batches when it is told to', async () => {
    const { clock, history } = createRig()
    await history.record(aRun())
    await clock.advance(100 * DAY)
    await expect(history.prune({}, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped')
    expect(await history.timeline()).toHaveLength(1)
  })

  it('keeps a run that somebody still needs, with all that tells of it, and asks once for each job that loses something', async () => {
    const asked: string[] = []
    const { clock, keys, store } = createRig()
    const needed = async (job: string) => {
      asked.push(job)
      return new Set(['needed'])
    }
    const history = createHistory(store, { clock, needed })
    for (const runId of ['needed', 'other']) {
      await history.record(aRun({ runId, status: 'lost' }))
      await history.record(aRun({ runId, status: 'failed' }))
    }
    await clock.advance(400 * DAY)
    await history.record(aRun({ job: 'young', runId: 'r', scheduledTime: clock.now() }))
    expect(await history.prune()).toEqual({ runs: 1, objects: 4, more: false })
    expect(asked).toEqual(['report'])
    expect((await history.list({ job: 'report', status: 'failed' })).runs).toMatchObject([{ runId: 'needed' }])
    // A record and a mark of the verdict, and the same of the end.
    expect((await keys()).filter((key) => key.includes('needed'))).toHaveLength(4)
    expect((await keys()).filter((key) => key.includes('other'))).toEqual([])
  })

  it('leaves alone what no run wrote', async () => {
    const { clock, history, store, keys } = createRig()
    await store.put('runs/report/notes.txt', new Uint8Array())
    await store.put('failures/notes', new Uint8Array())
    await clock.advance(1000 * DAY)
    await history.prune()
    expect(await keys()).toEqual(['failures/notes', 'runs/report/notes.txt'])
  })
})
