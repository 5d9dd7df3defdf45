import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { createManualClock, createSeededRandom, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { ChangeMarker } from './change-marker.ts'

it('tells a shard of a change until the shard has taken the change in', async () => {
  const deps = { store: createMemoryStore(), random: createSeededRandom(1), clock: createManualClock() }
  const [marker, other] = [new ChangeMarker(deps), new ChangeMarker(deps)]
  await marker.read()
  expect(marker.hasChanged(0)).toBe(false)
  await other.bump()
  expect(marker.hasChanged(0)).toBe(false)
  const first = await marker.read()
  expect([0, 1].map((shard) => marker.hasChanged(shard))).toEqual([true, true])
  marker.seen(first, 1)
  expect([0, 1].map((shard) => marker.hasChanged(shard))).toEqual([true, false])
  await other.bump()
  const second = await marker.read()
  marker.seen(first, 0)
  expect([0, 1].map((shard) => marker.hasChanged(shard))).toEqual([true, true])
  marker.seen(second, 0)
  expect(await marker.read()).toBe(second)
  expect([0, 1].map((shard) => marker.hasChanged(shard))).toEqual([false, true])
})

it('announces many changes at a time by few writes, each begun after its changes', async () => {
  const store = createMemoryStore()
  const puts: ((error?: Error) => void)[] = []
  const put: ObjectStore['put'] = (...given) =>
    new Promise((resolve, reject) => {
      puts.push((error) => (error === undefined ? resolve(store.put(...given)) : reject(error)))
    })
  const clock = createManualClock()
  const marker = new ChangeMarker({ store: { ...store, put }, random: createSeededRandom(1), clock })
  const early = Array.from({ length: 1000 }, () => marker.bump())
  await settle()
  const late = Array.from({ length: 1000 }, () => marker.bump())
  await settle()
  expect(puts).toHaveLength(1)
  const failed = Promise.allSettled(early)
  puts[0]?.(new Error('no answer'))
  expect((await failed).every(({ status }) => status === 'rejected')).toBe(true)
  await settle()
  expect(puts).toHaveLength(2)
  puts[1]?.()
  await Promise.all(late)
  const next = marker.bump()
  await settle()
  puts[2]?.()
  await next
  expect(puts).toHaveLength(3)
  expect(clock.sleeping).toBe(0)
})

it('goes on without the answer of a store that stays silent', async () => {
  const store = createMemoryStore()
  const clock = createManualClock()
  let puts = 0
  const put: ObjectStore['put'] = (...given) => (++puts === 1 ? new Promise(() => undefined) : store.put(...given))
  const marker = new ChangeMarker({ store: { ...store, put }, random: createSeededRandom(1), clock })
  void marker.bump()
  await settle()
  let told = 0
  for (let change = 0; change < 2; change++) void marker.bump().then(() => told++)
  await clock.advance(9999)
  expect([puts, told]).toEqual([1, 0])
  await clock.advance(1)
  await settle()
  expect([puts, told]).toEqual([2, 2])
  await marker.bump()
  expect(puts).toBe(3)
})
