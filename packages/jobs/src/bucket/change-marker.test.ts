import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { createSeededRandom, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { ChangeMarker } from './change-marker.ts'

it('tells a shard of a change until the shard has taken the change in', async () => {
  const deps = { store: createMemoryStore(), random: createSeededRandom(1) }
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
  const marker = new ChangeMarker({ store: { ...store, put }, random: createSeededRandom(1) })
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
})
