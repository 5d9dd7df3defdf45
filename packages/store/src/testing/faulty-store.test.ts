import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { listAll } from '../document.ts'
import { createMemoryStore } from '../memory-store.ts'
import type { ObjectStore, PutResult } from '../object-store.ts'
import { StoreError } from '../store-error.ts'
import { describeStoreConformance } from './conformance/store-conformance.ts'
import { bytes, codeOf, textOf, write } from './conformance/steps.ts'
import type { Faults } from './faults.ts'
import { createFaultyStore, type FaultyStore } from './faulty-store.ts'
import { createStoreHistory } from './store-history.ts'

interface World extends FaultyStore {
  readonly clock: ManualClock
  readonly inner: ObjectStore
}

function openFaulty(faults: Faults = {}): World {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  return { clock, inner, ...createFaultyStore(inner, { clock, random: createSeededRandom(7), ...faults }) }
}

const ifAbsent = { condition: { ifAbsent: true } } as const

describeStoreConformance('a faulty store without faults', { describe, it, expect }, async () => ({
  store: openFaulty().store,
}))

it('makes the same faults with a history that keeps no calls', async () => {
  const clock = createManualClock()
  const history = createStoreHistory(clock, { keepsCalls: false })
  const random = createSeededRandom(7)
  const { store } = createFaultyStore(createMemoryStore({ clock }), { clock, random, history, truncatedBody: 0.5 })
  const other = openFaulty({ truncatedBody: 0.5 })
  for (const each of [store, other.store]) await each.put('a', bytes('abcdef'))
  for (let read = 0; read < 8; read++) {
    expect(textOf(await store.get('a'))).toBe(textOf(await other.store.get('a')))
  }
  expect([history.calls.length, other.history.calls.length]).toEqual([0, 9])
})

it('loses a request: nothing was done, and nobody can know', async () => {
  const { store, inner } = openFaulty({ lostRequest: 1 })
  expect(await store.put('a', bytes('a'), ifAbsent)).toMatchObject({ outcome: 'unknown', cause: { code: 'NETWORK' } })
  await expect(store.put('a', bytes('a'))).rejects.toMatchObject({ code: 'NETWORK', retriable: true })
  await expect(store.get('a')).rejects.toMatchObject({ code: 'NETWORK' })
  expect(textOf(await inner.get('a'))).toBe('missing')
})

it('loses an answer: it was done, and nobody can know', async () => {
  const { store, inner, history } = openFaulty({ lostResponse: 1 })
  expect(await store.put('a', bytes('a'), ifAbsent)).toMatchObject({ outcome: 'unknown' })
  expect(textOf(await inner.get('a'))).toBe('a')
  expect(await codeOf(store.delete('a'))).toBe('NETWORK')
  expect(textOf(await inner.get('a'))).toBe('missing')
  expect(history.calls[0]).toMatchObject({
    fault: 'lostResponse',
    applied: { outcome: 'written' },
    answered: { outcome: 'unknown' },
  })
})

it('carries out a late write after its caller was told that it is unknown', async () => {
  const { store, inner, clock, history } = openFaulty({ lateWrite: 1, maxLateMs: 1000 })
  expect(await store.put('a', bytes('late'), ifAbsent)).toMatchObject({ outcome: 'unknown' })
  expect(textOf(await inner.get('a'))).toBe('missing')
  await clock.advance(1000)
  expect(textOf(await inner.get('a'))).toBe('late')
  const [call] = history.calls
  expect(Number(call?.applied?.order) > Number(call?.answered?.order)).toBe(true)
})

it('carries out a late deletion after its caller was told of a failure', async () => {
  const { store, inner, clock } = openFaulty({ lateDelete: 1, maxLateMs: 1000 })
  await write(inner, 'a', 'a')
  expect(await codeOf(store.delete('a'))).toBe('NETWORK')
  expect(textOf(await inner.get('a'))).toBe('a')
  await clock.advance(1000)
  expect(textOf(await inner.get('a'))).toBe('missing')
})

it('tells of a write that the server asked to slow down', async () => {
  const { store, inner, clock } = openFaulty({ slowedWrite: 1 })
  const put = store.put('a', bytes('a'), ifAbsent)
  await clock.advance(1000)
  expect(await put).toMatchObject({ outcome: 'written', isThrottled: true })
  expect(textOf(await inner.get('a'))).toBe('a')
})

it('refuses what it is told to refuse', async () => {
  const { store, inner, refuse } = openFaulty()
  const asked: unknown[] = []
  refuse((kind, subject) => {
    asked.push([kind, subject])
    return kind === 'put' ? new StoreError('no', { code: 'ACCESS_DENIED', retriable: false }) : undefined
  })
  expect(await codeOf(store.put('a', bytes('a')))).toBe('ACCESS_DENIED')
  expect(textOf(await store.get('a'))).toBe('missing')
  expect(asked).toEqual([
    ['put', 'a'],
    ['get', 'a'],
  ])
  refuse(undefined)
  await write(store, 'a', 'a')
  expect(textOf(await inner.get('a'))).toBe('a')
})

it('refuses cleanly what it refuses', async () => {
  const { store, inner, setFaults } = openFaulty({ unavailable: 1 })
  expect(await codeOf(store.put('a', bytes('a'), ifAbsent))).toBe('UNAVAILABLE')
  setFaults({ throttled: 1 })
  expect(await codeOf(store.put('a', bytes('a')))).toBe('THROTTLED')
  expect(await codeOf(listAll(store, ''))).toBe('THROTTLED')
  expect(textOf(await inner.get('a'))).toBe('missing')
})

it('cuts bodies and lists short', async () => {
  const { store, inner } = openFaulty({ truncatedBody: 1, truncatedList: 1 })
  for (const key of ['a', 'b', 'c']) await write(inner, key, 'a body of some length')
  expect(textOf(await store.get('a')).length < 'a body of some length'.length).toBe(true)
  const listed: string[] = []
  const listing = async (): Promise<void> => {
    for await (const page of store.list('')) listed.push(...page.objects.map(({ key }) => key))
  }
  expect(await codeOf(listing())).toBe('NETWORK')
  expect(listed.length < 3).toBe(true)
})

it('takes its time, also for a write that the server asks to send again', async () => {
  const { store, clock } = openFaulty({ minLatencyMs: 100, retriedWrite: 1 })
  const put = store.put('a', bytes('a'), ifAbsent)
  const startedAt = clock.monotonic()
  let endedAt = 0
  void put.then(() => (endedAt = clock.monotonic()))
  await clock.advance(1000)
  expect(await put).toMatchObject({ outcome: 'written' })
  expect(endedAt - startedAt).toBe(400)
})

describe('a partition', () => {
  const outcomesOf = async (kind: 'requests' | 'responses'): Promise<{ put: PutResult; world: World }> => {
    const world = openFaulty()
    world.partition(kind)
    const put = world.store.put('a', bytes('a'), { ...ifAbsent, timeoutMs: 5000 })
    await world.clock.advance(5000)
    return { put: await put, world }
  }

  it('lets no request through until it is healed', async () => {
    const { put, world } = await outcomesOf('requests')
    expect(put).toMatchObject({ outcome: 'unknown', cause: { code: 'TIMEOUT' } })
    expect(textOf(await world.inner.get('a'))).toBe('missing')
    world.heal()
    expect(await world.store.put('a', bytes('a'), ifAbsent)).toMatchObject({ outcome: 'written' })
  })

  it('lets no answer through', async () => {
    const { put, world } = await outcomesOf('responses')
    expect(put).toMatchObject({ outcome: 'unknown' })
    expect(textOf(await world.inner.get('a'))).toBe('a')
    expect(world.history.calls[0]).toMatchObject({ fault: 'partition', applied: { outcome: 'written' } })
  })

  it('catches what is under way', async () => {
    const { store, clock, inner, partition } = openFaulty({ minLatencyMs: 100 })
    const put = store.put('a', bytes('a'), ifAbsent)
    await clock.advance(150)
    partition('requests')
    await clock.advance(20_000)
    expect(await put).toMatchObject({ outcome: 'unknown' })
    expect(textOf(await inner.get('a'))).toBe('a')
  })
})

it('gives the same faults for the same seed', async () => {
  const run = async (): Promise<unknown[]> => {
    const { store, history } = openFaulty({ lostRequest: 0.2, lostResponse: 0.2, unavailable: 0.2, lateWrite: 0.1 })
    for (let call = 0; call < 50; call++) await store.put('a', bytes(`${call}`), ifAbsent).catch(codeOfThrown)
    return history.calls.map(({ fault }) => fault)
  }
  const faults = await run()
  expect(faults).toEqual(await run())
  expect(new Set(faults).size).toBe(5)
})

it('refuses chances that contradict each other', () => {
  expect(() => openFaulty({ lostRequest: 0.6, lostResponse: 0.6 })).toThrow('add up to at most 1')
  expect(() => openFaulty({ lostRequest: 2 })).toThrow('expected lostRequest to be a number >= 0 and <= 1, got 2')
})

function codeOfThrown(error: unknown): unknown {
  return error
}
