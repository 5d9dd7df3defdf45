import { expect, it } from 'vitest'
import { listAll } from '../document.ts'
import { createMemoryStore } from '../memory-store.ts'
import { createCountingStore } from './counting-store.ts'

const body = new Uint8Array([1])

it('counts requests as S3 bills them', async () => {
  const { store, requests } = createCountingStore(createMemoryStore())
  const written = await store.put('a', body)
  await store.get('a')
  await store.get('a', { ifNoneMatch: written.outcome === 'written' ? written.etag : undefined })
  await store.get('b')
  for (let index = 0; index < 1500; index++) await store.put(`many/${index}`, body)
  await listAll(store, 'many/')
  await store.delete('a')
  await store.delete(Array.from({ length: 1500 }, (_, index) => `many/${index}`))
  expect(requests).toEqual({ get: 3, notModified: 1, put: 1501, delete: 3, list: 2 })
})

it('counts a call that throws', async () => {
  const inner = createMemoryStore()
  const { store, requests } = createCountingStore(inner)
  await inner.close()
  await expect(store.get('a')).rejects.toThrow('closed')
  expect(requests.get).toBe(1)
})

it('begins again after a reset', async () => {
  const { store, requests, reset } = createCountingStore(createMemoryStore())
  await store.put('a', body)
  reset()
  await store.get('a')
  expect({ ...requests }).toEqual({ get: 1, notModified: 0, put: 0, delete: 0, list: 0 })
})
