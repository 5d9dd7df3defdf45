import { StoreError, type ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { aRun, createRig } from '../test/records.ts'
import { createHistory, type RunRecord } from './index.ts'

/** Fails the first `times` puts. */
function failing(inner: ObjectStore, times: number, error: Error): { store: ObjectStore; puts: () => number } {
  let puts = 0
  const store: ObjectStore = {
    ...inner,
    put: (key, body, options) => (++puts <= times ? Promise.reject(error) : inner.put(key, body, options)),
  }
  return { store, puts: () => puts }
}

const busy = new StoreError('slow down', { code: 'THROTTLED', retriable: true })

describe('record', () => {
  it('goes on through trouble that passes', async () => {
    const rig = createRig()
    const { store, puts } = failing(rig.store, 3, busy)
    const recording = createHistory(store, { clock: rig.clock }).record(aRun({ status: 'failed' }))
    await rig.clock.advance(10_000)
    await recording
    expect(puts()).toBe(5)
    expect(await rig.history.timeline()).toHaveLength(1)
    expect(rig.clock.sleeping).toBe(0)
  })

  it('gives up when its time is over, with the store’s error', async () => {
    const rig = createRig()
    const { store } = failing(rig.store, Infinity, busy)
    const recording = createHistory(store, { clock: rig.clock }).record(aRun(), { timeoutMs: 5000 })
    const refused = recording.catch((error: unknown) => error)
    await rig.clock.advance(5000)
    expect(await refused).toBe(busy)
  })

  it('does not repeat what can not succeed', async () => {
    const rig = createRig()
    const { store, puts } = failing(rig.store, 1, new StoreError('no right', { code: 'ACCESS_DENIED' }))
    await expect(createHistory(store, { clock: rig.clock }).record(aRun())).rejects.toThrow('no right')
    expect(puts()).toBe(1)
  })

  it('ends when it is told to, also while it waits', async () => {
    const rig = createRig()
    const { store } = failing(rig.store, Infinity, busy)
    const controller = new AbortController()
    const recording = createHistory(store, { clock: rig.clock }).record(aRun(), { signal: controller.signal })
    const refused = recording.catch((error: unknown) => error)
    await rig.clock.advance(0)
    controller.abort(new Error('enough'))
    expect(await refused).toEqual(new Error('enough'))
    expect(rig.clock.sleeping).toBe(0)
  })

  it('leaves no record without its mark when it dies in between', async () => {
    const rig = createRig()
    let puts = 0
    const dying: ObjectStore = {
      ...rig.store,
      put: (...args) => (++puts === 2 ? Promise.reject(new Error('the process died')) : rig.store.put(...args)),
    }
    await expect(createHistory(dying).record(aRun({ status: 'failed' }))).rejects.toThrow('died')
    expect(await rig.keys()).toEqual([expect.stringMatching(/^failures\//)])
    expect(await rig.history.list({ status: 'failed' })).toEqual({ runs: [] })
  })

  it.each<[string, Partial<Record<keyof RunRecord, unknown>>, RegExp]>([
    ['a job that could leave its place', { job: '../jobs' }, /expected job to be 1 to 128 of .*, got "\.\.\/jobs"/],
    ['a job named by two dots', { job: '..' }, /expected job to be/],
    ['a run id with a dot', { runId: 'a.b' }, /expected runId to be 1 to 128 of A-Z a-z 0-9 _ -, got "a\.b"/],
    ['an unknown status', { status: 'fine' }, /expected status to be one of success, failed, .*, got "fine"/],
    ['a time that is none', { scheduledTime: Number.NaN }, /expected scheduledTime to be epoch ms, got NaN/],
    ['a negative duration', { durationMs: -1 }, /expected durationMs to be ms >= 0, got -1/],
    ['an unknown trigger', { trigger: 'magic' }, /expected trigger to be one of schedule, manual/],
    ['attempts that are no list', { attempts: 3 }, /expected attempts to be a list, got 3/],
  ])('refuses %s by name, before any request', async (_, fields, message) => {
    const { history, requests } = createRig()
    await expect(history.record({ ...aRun(), ...fields } as RunRecord)).rejects.toThrow(message)
    await expect(history.record(undefined as never)).rejects.toThrow(/expected an object, got undefined/)
    expect(requests.put).toBe(0)
  })
})
