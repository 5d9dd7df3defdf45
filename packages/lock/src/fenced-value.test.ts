import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLock, fencedGet, fencedPut } from './index.ts'

const KEY = 'report.json'
let store: ObjectStore
beforeEach(() => {
  store = createMemoryStore()
})

describe('a fenced value', () => {
  it('is written by a holder, and not by an earlier one any more', async () => {
    expect(await fencedPut(store, KEY, 'by 2', { fence: 2 })).toEqual({ outcome: 'written' })
    expect(await fencedPut(store, KEY, 'by 1', { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
    expect(await fencedGet(store, KEY, { fence: 2 })).toEqual({ outcome: 'found', value: 'by 2' })
  })

  it('can not be changed by an earlier holder once a later one has read it', async () => {
    await fencedPut(store, KEY, 10, { fence: 1 })
    expect(await fencedGet(store, KEY, { fence: 2 })).toEqual({ outcome: 'found', value: 10 })
    expect(await fencedPut(store, KEY, 11, { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
    expect(await fencedGet(store, KEY, { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
  })

  it('can be absent, and is protected then too', async () => {
    expect(await fencedGet(store, KEY, { fence: 2 })).toEqual({ outcome: 'missing' })
    expect(await fencedPut(store, KEY, 'late', { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
  })

  it('loses nothing when two write at the same time', async () => {
    const results = await Promise.all([1, 2, 3].map((fence) => fencedPut(store, KEY, fence, { fence })))
    expect(results[2]).toEqual({ outcome: 'written' })
    expect(await fencedGet(store, KEY, { fence: 3 })).toEqual({ outcome: 'found', value: 3 })
  })

  it('is not written under a lease that is over', async () => {
    const acquired = await createLock(store, 'a').acquire()
    if (acquired.outcome === 'held') throw new Error('held')
    await acquired.lease.release()
    await expect(fencedPut(store, KEY, 1, acquired.lease)).rejects.toMatchObject({ code: 'RELEASED' })
    expect(await store.get(KEY)).toMatchObject({ outcome: 'missing' })
  })

  it('gives up on a store that never accepts a write', async () => {
    const stubborn: ObjectStore = { ...store, put: async () => ({ outcome: 'conflict' }) }
    const undecided = { code: 'UNDECIDED', retriable: true }
    await expect(fencedPut(stubborn, KEY, 1, { fence: 1 })).rejects.toMatchObject(undecided)
    await expect(fencedGet(stubborn, KEY, { fence: 1 })).rejects.toMatchObject(undecided)
  })

  it('refuses to overwrite what it did not write', async () => {
    await store.put(KEY, new TextEncoder().encode('{"v":1,"nonce":"n"}'))
    await expect(fencedPut(store, KEY, 1, { fence: 1 })).rejects.toMatchObject({ code: 'UNREADABLE' })
    await store.put(KEY, new TextEncoder().encode('text'))
    await expect(fencedGet(store, KEY, { fence: 1 })).rejects.toThrow(/is not a fenced value: it is not JSON/)
  })

  it.each([undefined, NaN, 1.5, '5', 0, -1, 2 ** 53])('refuses %j for a fence, and writes nothing', async (fence) => {
    await fencedPut(store, KEY, 'by 2', { fence: 2 })
    const lease = { fence: fence as number }
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('expected lease.fence') }
    await expect(fencedPut(store, KEY, 'wrong', lease)).rejects.toMatchObject(refused)
    await expect(fencedGet(store, KEY, lease)).rejects.toMatchObject(refused)
    expect(await fencedGet(store, KEY, { fence: 2 })).toEqual({ outcome: 'found', value: 'by 2' })
  })
})
