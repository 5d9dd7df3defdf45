import { describe, expect, it } from 'vitest'
import { aRun, createRig, MINUTE, START } from '../test/records.ts'
import { createHistory, runKey } from './index.ts'

const minutely = (count: number) =>
  Array.from({ length: count }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, durationMs: n }))

describe('a record', () => {
  it('is one object for a success: 1 PUT', async () => {
    const { history, requests, keys } = createRig()
    await history.record(aRun())
    expect(requests).toEqual({ get: 0, notModified: 0, put: 1, delete: 0, list: 0 })
    expect(await keys()).toEqual(['runs/report/8232774399999.success.40.1.run-1.json'])
  })

  it('has an empty mark among the failures when it was no success: 2 PUT', async () => {
    const { history, requests, keys, store } = createRig()
    await history.record(aRun({ status: 'timeout' }))
    expect(requests.put).toBe(2)
    expect(await keys()).toEqual([
      'failures/8232774399999.report.run-1.timeout',
      'runs/report/8232774399999.timeout.40.1.run-1.json',
    ])
    expect(await store.get('failures/8232774399999.report.run-1.timeout')).toMatchObject({ body: new Uint8Array() })
  })

  it('comes back as it was, whole', async () => {
    const { history } = createRig()
    const run = aRun({
      status: 'failed',
      error: { name: 'Error', message: 'no', stack: 'Error: no\n  at x' },
      result: { rows: [1, 2, 3] },
      log: [{ at: START, attempt: 1, message: 'hello', fields: { x: 1 } }],
      reason: 'because',
      epoch: 3,
      fence: 9,
      queuedMs: 5,
      lagMs: 7,
    })
    await history.record(run)
    expect(await history.get('report', 'run-1')).toEqual(run)
    expect(await history.list()).toEqual({ runs: [run] })
  })

  it('of ticks that did not run has a reason, and of a range its bounds', async () => {
    const { history } = createRig()
    const missed = aRun({
      status: 'missed',
      attempts: [],
      durationMs: 0,
      reason: 'no leader',
      from: START - MINUTE,
      to: START,
      count: 2,
    })
    await history.record(missed)
    expect((await history.list({ status: 'missed' })).runs).toEqual([missed])
  })

  it('written twice is there once', async () => {
    const { history, keys } = createRig()
    await history.record(aRun())
    await history.record(aRun())
    expect(await keys()).toHaveLength(1)
  })

  it('is bounded, whatever is in it', async () => {
    const { history, store, keys } = createRig()
    const cyclic: Record<string, unknown> = { huge: 'x'.repeat(5_000_000), n: 1n }
    cyclic['self'] = cyclic
    const attempts = Array.from({ length: 101 }, (_, n) => ({
      attempt: n + 1,
      startedAt: START,
      durationMs: 1,
      status: 'failed' as const,
      error: { name: 'E', message: 'x'.repeat(100_000) },
    }))
    await history.record(aRun({ result: cyclic, attempts }))
    const [key = ''] = await keys('runs/')
    const got = await store.get(key)
    expect(got.outcome === 'found' && got.body.byteLength).toBeLessThan(530_000)
    expect(await history.get('report', 'run-1')).toMatchObject({ result: { n: '1', self: '[circular]' } })
  })
})

describe('requests', () => {
  it('for the last 50 of many are 1 LIST and 50 GET', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(1500))
    reset()
    const { runs, cursor } = await history.list({ job: 'report', limit: 50 })
    expect(requests).toMatchObject({ list: 1, get: 50, put: 0, delete: 0 })
    expect(runs.map(({ runId }) => runId)).toEqual(Array.from({ length: 50 }, (_, n) => `run-${1499 - n}`))
    expect(cursor).toBeTypeOf('string')
  })

  it('for a timeline of 1,000 are 2 LIST and no GET', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(1500))
    reset()
    const entries = await history.timeline({ job: 'report' })
    // Only the second answer tells that the run at the end of the first has no other record.
    expect(requests).toMatchObject({ list: 2, get: 0 })
    expect(entries).toHaveLength(1000)
    expect(entries[0]).toEqual({
      job: 'report',
      runId: 'run-1499',
      scheduledTime: START + 1499 * MINUTE,
      status: 'success',
      durationMs: 1499,
      attempts: 1,
    })
  })

  it('for a period long ago do not read what came since', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(3000))
    reset()
    const period = { job: 'report', since: START + 10 * MINUTE, until: new Date(START + 20 * MINUTE) }
    const entries = await history.timeline(period)
    expect(entries.map(({ runId }) => runId)).toEqual(Array.from({ length: 10 }, (_, n) => `run-${19 - n}`))
    expect(requests).toMatchObject({ list: 1, get: 0 })
  })

  it('for the failures of all jobs in a period are 1 LIST', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(200))
    await recordAll(
      ['a', 'b.c', 'd'].map((job, n) => aRun({ job, status: 'failed', scheduledTime: START + n * MINUTE })),
    )
    reset()
    expect(await history.failures({ since: START, until: START + 2 * MINUTE })).toEqual([
      { job: 'b.c', runId: 'run-1', scheduledTime: START + MINUTE, status: 'failed' },
      { job: 'a', runId: 'run-1', scheduledTime: START, status: 'failed' },
    ])
    expect(requests).toMatchObject({ list: 1, get: 0 })
  })

  it('to know whether a run has its record are 1 LIST', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(100))
    reset()
    expect(await history.runExists('report', START + MINUTE, 'run-1')).toBe(true)
    expect(requests).toMatchObject({ list: 1, get: 0 })
    expect(await history.runExists('report', START + MINUTE, 'run-2')).toBe(false)
    expect(await history.find('report', new Date(START), 'run-0')).toMatchObject({ status: 'success' })
    expect(await history.runsOfTick('report', START)).toMatchObject([{ runId: 'run-0' }])
  })

  it('for one run whose tick is known are 1 LIST and 1 GET', async () => {
    const { history, requests, reset, recordAll } = createRig()
    await recordAll(minutely(100))
    reset()
    expect(await history.get('report', 'run-7', START + 7 * MINUTE)).toMatchObject({ runId: 'run-7' })
    expect(requests).toMatchObject({ list: 1, get: 1 })
    expect(await history.get('report', 'run-7', START)).toBeUndefined()
    expect(await history.get('report', 'nobody')).toBeUndefined()
  })

  it('for a run that a timeline named are 1 GET', async () => {
    const { history, requests, reset, recordAll, store } = createRig()
    await recordAll(minutely(3))
    const [entry] = await history.timeline({ job: 'report' })
    if (entry === undefined) throw new Error('the timeline is empty')
    reset()
    expect(await history.read(entry)).toMatchObject({ runId: 'run-2', trigger: 'schedule' })
    expect(requests).toMatchObject({ list: 0, get: 1 })
    await store.delete(runKey(entry))
    expect(await history.read(entry)).toBeUndefined()
  })
})

describe('what is wrong in the bucket', () => {
  it('does not hide the rest: an unreadable record is shown by what its key tells', async () => {
    const { history, store } = createRig()
    await history.record(aRun())
    await history.record(aRun({ runId: 'run-2', scheduledTime: START + 1 }))
    const [entry] = await history.timeline({ job: 'report' })
    if (entry === undefined) throw new Error('the timeline is empty')
    await store.put(runKey(entry), new TextEncoder().encode('{"v":1'))
    const { runs } = await history.list()
    expect(runs).toMatchObject([{ runId: 'run-2', error: { name: 'UnreadableRecord' } }, { runId: 'run-1' }])
  })

  it('is passed over: objects that no run wrote, and records that go while they are listed', async () => {
    const { history, store } = createRig()
    await store.put('runs/report/notes.txt', new Uint8Array())
    await store.put('runs/strange', new Uint8Array())
    await store.put('failures/8232774399999.report.gone.failed', new Uint8Array())
    await history.record(aRun())
    expect((await history.list()).runs).toHaveLength(1)
    expect((await history.list({ status: 'failed' })).runs).toEqual([])
  })
})

it('opens a connection by itself, below its prefix', async () => {
  const history = createHistory('memory://history-test')
  await history.record(aRun())
  expect(await createHistory('memory://history-test').list()).toMatchObject({ runs: [{ runId: 'run-1' }] })
  expect(await createHistory('memory://history-test', { prefix: 'other/' }).list()).toEqual({ runs: [] })
})

it('costs one LIST for each run of the wanted status, and none for those of others', async () => {
  const { history, requests } = createRig()
  for (let index = 0; index < 300; index++) {
    await history.record(aRun({ runId: `skipped-${index}`, status: 'skipped', scheduledTime: START + index }))
  }
  await history.record(aRun({ job: 'other', runId: 'bad', status: 'failed' }))
  const before = requests.list
  expect((await history.list({ status: 'failed' })).runs).toMatchObject([{ runId: 'bad' }])
  expect(await history.failures({ status: 'failed' })).toMatchObject([{ runId: 'bad', status: 'failed' }])
  expect(requests.list - before).toBeLessThanOrEqual(5)
})
