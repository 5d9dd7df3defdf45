import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFencedValue, createLock, type FencedValue } from './index.ts'

const KEY = 'report.json'
let store: ObjectStore
let value: FencedValue<unknown>
beforeEach(() => {
  store = createMemoryStore()
  value = createFencedValue(store, KEY)
})

describe('a fenced value', () => {
  it('is written by a holder, and not by an earlier one any more', async () => {
    expect(await value.put('by 2', { fence: 2 })).toEqual({ outcome: 'written' })
    expect(await value.put('by 1', { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
    expect(await value.get({ fence: 2 })).toEqual({ outcome: 'found', value: 'by 2' })
  })

  it('can not be changed by an earlier holder once a later one has read it', async () => {
    await value.put(10, { fence: 1 })
    expect(await value.get({ fence: 2 })).toEqual({ outcome: 'found', value: 10 })
    expect(await value.put(11, { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
    expect(await value.get({ fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
  })

  it('can be absent, and is protected then too', async () => {
    expect(await value.get({ fence: 2 })).toEqual({ outcome: 'missing' })
    expect(await value.put('late', { fence: 1 })).toEqual({ outcome: 'stale', fence: 2 })
  })

  it('loses nothing when two write at the same time', async () => {
    const results = await Promise.all([1, 2, 3].map((fence) => value.put(fence, { fence })))
    expect(results[2]).toEqual({ outcome: 'written' })
    expect(await value.get({ fence: 3 })).toEqual({ outcome: 'found', value: 3 })
  })

  it('is not written under a lease that is over', async () => {
    const acquired = await createLock(store, 'a').acquire()
    if (acquired.outcome === 'held') throw new Error('held')
    await acquired.lease.release()
    await expect(value.put(1, acquired.lease)).rejects.toMatchObject({ code: 'RELEASED' })
    expect(await store.get(KEY)).toMatchObject({ outcome: 'missing' })
  })

  it('gives up on a store that never accepts a write', async () => {
    const stubborn: ObjectStore = { ...store, put: async () => ({ outcome: 'conflict' }) }
    const refused = createFencedValue(stubborn, KEY)
    const undecided = { code: 'UNDECIDED', retriable: true }
    await expect(refused.put(1, { fence: 1 })).rejects.toMatchObject(undecided)
    await expect(refused.get({ fence: 1 })).rejects.toMatchObject(undecided)
  })

  it('refuses to overwrite what it did not write', async () => {
    await store.put(KEY, new TextEncoder().encode('{"v":1,"nonce":"n"}'))
    await expect(value.put(1, { fence: 1 })).rejects.toMatchObject({ code: 'UNREADABLE' })
    await store.put(KEY, new TextEncoder().encode('text'))
    await expect(value.get({ fence: 1 })).rejects.toThrow(/is not a fenced value: it is not JSON/)
  })

  it.each([undefined, NaN, 1.5, '5', 0, -1, 2 ** 53])('refuses %j for a fence, and writes nothing', async (fence) => {
    await value.put('by 2', { fence: 2 })
    const lease = { fence: fence as number }
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('expected lease.fence') }
    await expect(value.put('wrong', lease)).rejects.toMatchObject(refused)
    await expect(value.get(lease)).rejects.toMatchObject(refused)
    expect(await value.get({ fence: 2 })).toEqual({ outcome: 'found', value: 'by 2' })
  })

  it.each<[unknown, object, string]>([
    [undefined, {}, 'object key undefined must be a string'],
    ['../totals.json', {}, "must not have '.' or '..' as a segment"],
    [KEY, { radnom: 1 }, "unknown option 'radnom'. Did you mean 'random'?"],
  ])('refuses the key %j with %j at once', (key, options, message) => {
    expect(() => createFencedValue(createMemoryStore(), key as string, options)).toThrow(message)
  })

  it('refuses a call without a lease', async () => {
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('expected lease.fence') as string }
    await expect(value.put(1, undefined as never)).rejects.toMatchObject(refused)
    await expect(value.get(5 as never)).rejects.toMatchObject(refused)
  })

  it.each([undefined, 10n, () => 1, Symbol('s')])(
    'refuses a value that is no JSON, and writes nothing',
    async (given) => {
      const refused = {
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('expected the value to be JSON') as string,
      }
      await expect(value.put(given as never, { fence: 1 })).rejects.toMatchObject(refused)
      expect(await value.get({ fence: 1 })).toEqual({ outcome: 'missing' })
    },
  )

  it('refuses a connection string in the place of a store', () => {
    expect(() => createFencedValue('memory://x' as never, KEY)).toThrow('expected a store, got "memory://x"')
  })
})
