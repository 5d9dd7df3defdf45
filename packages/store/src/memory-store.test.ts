import { createManualClock } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createMemoryStore, openNamedMemoryStore } from './memory-store.ts'
import { describeStoreConformance } from './testing/index.ts'

describeStoreConformance('a memory store', { describe, it, expect }, async () => ({ store: createMemoryStore() }))

const body = new Uint8Array([1])

it('shares the objects of one name, and outlives its closing', async () => {
  const one = openNamedMemoryStore('shared by a test')
  await one.put('a', body)
  await one.close()
  expect(await openNamedMemoryStore('shared by a test').get('a')).toMatchObject({ outcome: 'found' })
  expect(await openNamedMemoryStore('another').get('a')).toMatchObject({ outcome: 'missing' })
})

it('tells the time of its clock', async () => {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const writtenAt = clock.now()
  await store.put('a', body)
  await clock.advance(5000)
  expect(await store.get('a')).toMatchObject({ lastModified: writtenAt, serverTime: writtenAt + 5000 })
})
