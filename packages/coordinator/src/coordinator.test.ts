import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createCountingStore, createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCoordinator, type Coordinator, type CoordinatorEvents, type CoordinatorOptions } from './index.ts'

let clock: ManualClock
let store: ObjectStore
let seed = 0

beforeEach(() => {
  clock = createManualClock()
  store = createMemoryStore({ clock })
})

function instance(workerId: string, options: CoordinatorOptions = {}, on: ObjectStore = store): Coordinator {
  return createCoordinator(on, { workerId, clock, random: createSeededRandom(++seed), ...options })
}

async function stopAll(...all: Coordinator[]): Promise<void> {
  await Promise.all(all.map((each) => each.stop()))
  expect(clock.sleeping).toBe(0)
}

function record<E extends keyof CoordinatorEvents>(of: Coordinator, event: E): CoordinatorEvents[E][] {
  const seen: CoordinatorEvents[E][] = []
  of.on(event, (payload) => seen.push(payload))
  return seen
}

describe('a group of instances', () => {
  it('elects one leader, in the order of the worker ids, and everybody knows it', async () => {
    const all = ['c', 'a', 'b'].map((id) => instance(id))
    const elected = all.map((each) => record(each, 'elected'))
    await Promise.all(all.map((each) => each.start()))
    expect(all.map((each) => each.isLeader())).toEqual([false, false, false])
    await clock.advance(25_000)
    expect(all.map((each) => each.isLeader())).toEqual([false, true, false])
    expect(all.map((each) => each.leader())).toEqual(all.map(() => ({ workerId: 'a', epoch: 1 })))
    expect(elected).toEqual(all.map(() => [{ workerId: 'a', epoch: 1 }]))
    expect(all.map((each) => each.phase)).toEqual(['ready', 'ready', 'ready'])
    await stopAll(...all)
  })

  it('starts ten in one second with one leader and at most 40 requests', async () => {
    const counting = createCountingStore(store)
    const all = Array.from({ length: 10 }, (_, index) => instance(`w${(index * 7) % 10}`, {}, counting.store))
    for (const each of all) {
      await each.start()
      await clock.advance(100)
    }
    await clock.advance(25_000)
    expect(all.filter((each) => each.isLeader())).toHaveLength(1)
    expect(all.every((each) => each.leader()?.workerId === 'w0')).toBe(true)
    const { get, put, list } = counting.requests
    expect(get + put + list).toBeLessThanOrEqual(40)
    await stopAll(...all)
  })

  it('passes leadership on within a poll after a clean stop', async () => {
    const [a, b] = [instance('a', { skipColdStart: true, payload: () => ({ watermark: 7 }) }), instance('b')]
    await a.start()
    await clock.advance(0)
    await b.start()
    const promoted = record(b, 'promoted')
    const demoted = record(a, 'demoted')
    await clock.advance(1000)
    await a.stop()
    expect(demoted).toEqual([{ workerId: 'a', epoch: 1, reason: 'stopped' }])
    await clock.advance(30_000)
    expect(b.isLeader()).toBe(true)
    expect(promoted).toMatchObject([{ workerId: 'b', epoch: 2 }])
    expect(promoted[0]?.previous).toMatchObject({ epoch: 1, holder: 'a', state: 'free', payload: { watermark: 7 } })
    await stopAll(b)
  })
})
