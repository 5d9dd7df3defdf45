import { expect, it } from 'vitest'
import { createMemoryStore, probeStore, type ObjectStore } from '../index.ts'
import { createCountingStore } from '../testing/index.ts'

it('costs at most 60 requests, and 20 where only single writes are checked anew', async () => {
  const { requests, reset, store } = createCountingStore(createMemoryStore())
  const total = (): number => requests.get + requests.put + requests.delete + requests.list
  await probeStore(store)
  expect(total()).toBeLessThanOrEqual(60)
  reset()
  expect(await probeStore(store, { recheck: true })).toMatchObject({ remembered: false, rounds: 3 })
  expect(total()).toBe(20)
})

it('finds by a check of single writes that a server honours conditions no more', async () => {
  const store = createMemoryStore()
  await probeStore(store)
  const wrong: ObjectStore = { ...store, put: (key, body) => store.put(key, body) }
  expect(await probeStore(wrong)).toMatchObject({ remembered: true })
  await expect(probeStore(wrong, { recheck: true })).rejects.toMatchObject({
    context: { violation: 'ignores-conditions' },
  })
})
