import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, createRig, DAY, MINUTE, START } from '../test/records.ts'
import { createHistory, recordRuns, type RunRecord } from './index.ts'

const minutely = (count: number): RunRecord[] =>
  Array.from({ length: count }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE }))
const folderOf = (key: string): string => key.split('/').slice(0, 2).join('/')

describe('runs that are recorded together', () => {
  it('are 1 PUT, and the last 50 are 1 LIST and 1 GET', async () => {
    const { history, recordAll, requests, reset } = createRig()
    await recordAll(minutely(400))
    expect(requests).toEqual({ get: 0, notModified: 0, put: 1, delete: 0, list: 0 })
    reset()
    const { runs } = await history.list({ job: 'report' })
    expect(runs).toEqual(minutely(400).slice(-50).toReversed())
    expect(requests).toMatchObject({ list: 1, get: 1 })
  })

  it('are 1 PUT for each day, and for what is kept longer', async () => {
    const { keys, recordAll, requests } = createRig()
    await recordAll([
      aRun(),
      aRun({ runId: 'skipped', status: 'skipped' }),
      aRun({ runId: 'bad', status: 'failed' }),
      aRun({ runId: 'late', scheduledTime: START - DAY }),
    ])
    expect(requests.put).toBe(3)
    expect((await keys()).map(folderOf)).toEqual(['segments/runs', 'segments/runs', 'segments/runs'])
  })

  it('have large parts in objects of their own', async () => {
    const { history, keys, recordAll, requests } = createRig()
    const large = aRun({ runId: 'large', scheduledTime: START + 1, result: 'x'.repeat(5000) })
    await recordAll([large, aRun()])
    expect(requests.put).toBe(2)
    expect((await keys()).map(folderOf)).toEqual(['details/fine', 'segments/runs'])
    expect((await history.list()).runs).toEqual([large, aRun()])
  })

  it('may lie in a folder of their own, and are shown with all others', async () => {
    const { history, keys, recordAll, store } = createRig()
    await recordAll([aRun()])
    await recordRuns(store, [aRun({ runId: 'other', job: 'import' })], { page: 'import' })
    expect((await keys()).map(folderOf)).toEqual(['segments/import', 'segments/runs'])
    expect(await history.timeline()).toMatchObject([{ runId: 'other' }, { runId: 'run-1' }])
  })

  it('are nothing when there are none', async () => {
    const { recordAll, requests } = createRig()
    await recordAll([])
    expect(requests.put).toBe(0)
  })
})

describe('a run', () => {
  it('that is recorded again is shown once, with the same runs by the same objects', async () => {
    const { history, keys, recordAll } = createRig()
    await recordAll(minutely(3))
    const before = await keys()
    await recordAll(minutely(3))
    expect(await keys()).toEqual(before)
    await recordAll(minutely(2))
    expect(await history.timeline()).toHaveLength(3)
  })

  it('is bounded, whatever is in it', async () => {
    const { history, keys, recordAll, store } = createRig()
    const cyclic: Record<string, unknown> = { huge: 'x'.repeat(5_000_000), n: 1n }
    cyclic['self'] = cyclic
    const attempts = Array.from({ length: 101 }, (_, n) => ({
      attempt: n + 1,
      startedAt: START,
      durationMs: 1,
      status: 'failed' as const,
      error: { name: 'E', message: 'x'.repeat(100_000) },
    }))
    await recordAll([aRun({ result: cyclic, attempts })])
    for (const key of await keys()) {
      const got = await store.get(key)
      expect(got.outcome === 'found' && got.body.byteLength).toBeLessThan(530_000)
    }
    expect(await history.get('report', 'run-1')).toMatchObject({ result: { n: '1', self: '[circular]' } })
  })

  it('that is invalid is refused by name, and nothing is written', async () => {
    const { keys, recordAll } = createRig()
    const large = aRun({ runId: 'large', result: 'x'.repeat(5000) })
    await expect(recordAll([large, aRun({ job: 'a\tb', status: 'ok' as never })])).rejects.toThrow(
      /run record: expected job to be .*, got "a\\tb"; expected status to be one of success.*, got "ok"/,
    )
    expect(await keys()).toEqual([])
  })
})

it('a failure of the store is thrown, and another call with the same runs mends it', async () => {
  const inner = createMemoryStore()
  let left = 1
  const failing: ObjectStore = {
    ...inner,
    put: (...call) => (left-- > 0 ? inner.put(...call) : Promise.reject(new Error('no network'))),
  }
  const runs = [aRun({ result: 'x'.repeat(5000) }), aRun({ runId: 'bad', status: 'failed' })]
  const history = createHistory({ store: inner })
  await expect(recordRuns(failing, runs)).rejects.toThrow('no network')
  // The large parts are written first: no run is shown without its result.
  expect(await history.timeline()).toEqual([])
  await recordRuns(inner, runs)
  expect((await history.list()).runs).toEqual(expect.arrayContaining(runs))
})

it.each<[object, RegExp]>([
  [{ page: 'a/b' }, /expected page to be 1 to 128 of A-Z a-z 0-9 _ -, got "a\/b"/],
  [{ pages: 'a' }, /unknown option 'pages'. Did you mean 'page'\?/],
])('refuses %j by name', async (options, message) => {
  await expect(recordRuns(createMemoryStore(), [aRun()], options)).rejects.toThrow(message)
})
