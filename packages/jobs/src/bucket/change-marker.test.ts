import { createMemoryStore } from '@s3sched/store'
import { createSeededRandom } from '@s3sched/kernel/testing'
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
