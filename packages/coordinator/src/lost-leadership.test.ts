import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, expect, it } from 'vitest'
import { createCoordinator, type Coordinator, type CoordinatorOptions } from './index.ts'

/** Within such a time everything is led again. */
const SOON = 5 * 60_000

let clock: ManualClock
beforeEach(() => {
  clock = createManualClock()
})

function create(options: CoordinatorOptions, seed = 1, store = createMemoryStore({ clock })): Coordinator {
  return createCoordinator(store, {
    workerId: 'a',
    clock,
    random: createSeededRandom(seed),
    skipColdStart: true,
    ...options,
  })
}

async function microtasks(n: number): Promise<void> {
  for (let left = n; left > 0; left--) await Promise.resolve()
}

async function stop(a: Coordinator): Promise<void> {
  const stopped = a.stop()
  await clock.advance(60_000)
  await stopped
}

const turns = Array.from({ length: 21 }, (_, n) => n)

it.each(turns)('leads again after it has stepped down %i microtasks after its promotion', async (n) => {
  const a = create({})
  a.once('promoted', () => void microtasks(n).then(() => a.stepDown('a test')))
  await a.start()
  await clock.advance(10_000)
  expect(a.isLeader()).toBe(false)
  await clock.advance(SOON)
  expect(a.isLeader()).toBe(true)
  await stop(a)
})

it.each(turns)('leads both shards again after it has stepped down %i microtasks apart', async (n) => {
  const a = create({ shards: 2 })
  await a.start()
  await clock.advance(10 * 60_000)
  expect(a.leading()).toEqual([0, 1])
  const first = a.shards[0]?.stepDown('a test')
  await microtasks(n)
  await a.shards[1]?.stepDown('a test')
  await first
  expect(a.leading()).toEqual([])
  await clock.advance(SOON)
  expect(a.leading()).toEqual([0, 1])
  await stop(a)
})

it.each([18, 19, 24, 25, 27, 32])('leads all shards again after an outage of the store, seed %i', async (seed) => {
  const random = createSeededRandom(seed)
  const latencyMs = 3 + (seed % 7)
  // With each reading the time goes on a little, so that the leases end one after another, at any place of the code.
  let passedMs = 0
  const ticking = {
    now: () => clock.now() + Math.floor(passedMs),
    monotonic: () => clock.monotonic() + (passedMs += 0.0005 * seed),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
  }
  const store = createFaultyStore(createMemoryStore({ clock }), { clock, random })
  const a = create({ shards: 6, clock: ticking }, seed, store.store)
  store.setFaults({ minLatencyMs: latencyMs, maxLatencyMs: latencyMs })
  void a.start()
  await clock.advance(200_000)
  expect(a.leading()).toHaveLength(6)
  store.setFaults({ minLatencyMs: 1000, maxLatencyMs: 1000, unavailable: 1 })
  await clock.advance(120_000)
  expect(a.leading()).toEqual([])
  store.setFaults({ minLatencyMs: latencyMs, maxLatencyMs: latencyMs })
  await clock.advance(SOON)
  expect(a.leading()).toHaveLength(6)
  await stop(a)
})
