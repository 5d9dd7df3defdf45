import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { createCoordinator } from './index.ts'

const PAYLOAD = { watermark: 5 }

/** A store in which another instance writes the lease just before the first claim. */
function overtaken(inner: ObjectStore, state: 'held' | 'free'): ObjectStore {
  let claims = 0
  const lease = { v: 1, nonce: 'n', holder: 'x', fence: 7, seq: 3, ttlMs: 90_000, state, payload: PAYLOAD }
  return {
    description: inner.description,
    get: (key, options) => inner.get(key, options),
    put: async (key, body, options) => {
      if (key === 'leader.json' && ++claims > 1) throw new Error('away')
      if (key === 'leader.json') await inner.put(key, new TextEncoder().encode(JSON.stringify(lease)))
      return inner.put(key, body, options)
    },
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
  }
}

it.each([
  ['was refused', 'held'],
  ['has read the lease, and could not write then', 'free'],
] as const)('tells at once of the lease that was seen by a claim that %s', async (_, state) => {
  const clock = createManualClock()
  const store = overtaken(createMemoryStore({ clock }), state)
  const a = createCoordinator(store, { workerId: 'a', clock, random: createSeededRandom(1), skipColdStart: true })
  const seen: unknown[] = []
  a.on('seen', () => seen.push(a.leaderPayload()))
  await a.start()
  await clock.advance(0)
  expect(seen).toEqual([undefined, PAYLOAD])
  await a.stop()
})
