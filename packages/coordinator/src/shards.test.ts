import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createCountingStore, createMemoryStore, type CountingStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCable } from '../test/instances.ts'
import { createCoordinator, type Coordinator, type CoordinatorEvents, type CoordinatorOptions } from './index.ts'

const MINUTE = 60_000
const byNumber = (a: number, b: number): number => a - b

let clock: ManualClock
let counting: CountingStore
let seed: number
beforeEach(() => {
  clock = createManualClock()
  counting = createCountingStore(createMemoryStore({ clock }))
  seed = 0
})

function create(workerId: string, options: Partial<CoordinatorOptions> = {}, on?: ObjectStore) {
  const random = createSeededRandom(++seed)
  return createCoordinator(on ?? counting.store, { shards: 8, workerId, clock, random, ...options })
}

/** Instances that started together, after their elections. */
async function fleet(...ids: string[]): Promise<Coordinator[]> {
  const all = ids.map((id) => create(id))
  await Promise.all(all.map((each) => each.start()))
  await clock.advance(2 * MINUTE)
  return all
}

function led(all: readonly Coordinator[]): number[] {
  return all.map((each) => each.leading().length)
}

/** Every shard has one leader. */
function expectWhole(all: readonly Coordinator[], shards = 8): void {
  expect(all.flatMap((each) => each.leading()).toSorted(byNumber)).toEqual(
    Array.from({ length: shards }, (_, index) => index),
  )
}

function record<E extends keyof CoordinatorEvents>(of: Coordinator, event: E): CoordinatorEvents[E][] {
  const seen: CoordinatorEvents[E][] = []
  of.on(event, (payload) => seen.push(payload))
  return seen
}

async function stop(...all: Coordinator[]): Promise<void> {
  const stopped = Promise.all(all.map((each) => each.stop()))
  await clock.advance(1000)
  await stopped
  expect(clock.sleeping).toBe(0)
}

describe('shards', () => {
  it('are spread evenly over instances that start together, each with one leader whom all know', async () => {
    const all = await fleet('a', 'b', 'c', 'd')
    expect(led(all)).toEqual([2, 2, 2, 2])
    expectWhole(all)
    await clock.advance(5 * MINUTE)
    const known = all.map((each) => each.shards.map((shard) => shard.leader()?.workerId))
    expect(new Set(known.map((each) => each.join())).size).toBe(1)
    await stop(...all)
  })

  it.each([
    { ends: 'is stopped', heartbeats: 2 },
    { ends: 'is killed', heartbeats: 5 },
  ])('of one who $ends pass on within $heartbeats heartbeats although four others were killed before', async (row) => {
    const dead = ['e', 'f', 'g', 'h'].map((id) => {
      const cable = createCable(counting.store)
      return { cable, instance: create(id, {}, cable.store) }
    })
    const cable = createCable(counting.store)
    const last = create('d', {}, cable.store)
    const rest = ['a', 'b', 'c'].map((id) => create(id))
    await Promise.all([...rest, last, ...dead.map(({ instance }) => instance)].map((each) => each.start()))
    await clock.advance(3 * MINUTE)
    for (const each of dead) each.cable.cut()
    await clock.advance(10 * MINUTE)
    // Killed instances stay in the list of members for a quarter of an hour.
    expect(await last.workers()).toHaveLength(8)
    expectWhole([...rest, last])
    if (row.ends === 'is killed') cable.cut()
    else await last.stop()
    await clock.advance(row.heartbeats * 30_000 + 2000)
    expectWhole(rest)
    await Promise.all(rest.map((each) => each.stop()))
  })

  it('are all led by one who is alone', async () => {
    const all = await fleet('a')
    expect(led(all)).toEqual([8])
    await stop(...all)
  })

  it('of one who was killed go to the others, evenly, within a ttl and two polls', async () => {
    const rest = await fleet('a', 'b', 'c')
    const cable = createCable(counting.store)
    const killed = create('d', {}, cable.store)
    await killed.start()
    await clock.advance(20 * MINUTE)
    expect(led([...rest, killed])).toEqual([2, 2, 2, 2])
    cable.cut()
    await clock.advance(4 * 30_000)
    expect(led(rest).toSorted(byNumber)).toEqual([2, 3, 3])
    expectWhole(rest)
    const moves = rest.map((each) => record(each, 'demoted'))
    await clock.advance(35 * MINUTE) // `d` is listed as a member for half an hour, and asks for nothing
    expect(moves.flat()).toEqual([])
    await stop(...rest)
  })

  it('of one who stops are led again within a poll', async () => {
    const all = await fleet('a', 'b', 'c', 'd')
    const [a, ...rest] = all as [Coordinator, ...Coordinator[]]
    await a.stop()
    await clock.advance(30_000)
    expectWhole(rest)
    expect(led(rest).toSorted(byNumber)).toEqual([2, 3, 3])
    await stop(...rest)
  })

  it('are handed over to one who comes, without a gap beyond its next look', async () => {
    const all = await fleet('a', 'b', 'c')
    const moved = all.map((each) => record(each, 'demoted'))
    const d = create('d')
    const promoted = record(d, 'promoted')
    await d.start()
    let openMs = 0
    for (let passed = 0; passed < 10 * MINUTE; passed += 500) {
      await clock.advance(500)
      openMs += 500 * (8 - [...all, d].flatMap((each) => each.leading()).length)
    }
    expect(led([...all, d])).toEqual([2, 2, 2, 2])
    expectWhole([...all, d])
    expect(moved.flat().map(({ reason }) => reason)).toEqual(['handed-over', 'handed-over'])
    expect(promoted.map(({ previous }) => previous?.state)).toEqual(['free', 'free'])
    expect(openMs).toBeLessThanOrEqual(2 * 2500)
    await clock.advance(40 * MINUTE)
    expect(moved.flat()).toHaveLength(2)
    await stop(...all, d)
  })

  it('come back to one that was away and is restarted under its name', async () => {
    const [a, b] = (await fleet('a', 'b')) as [Coordinator, Coordinator]
    const before = a.leading()
    await a.stop()
    await clock.advance(MINUTE)
    expectWhole([b])
    await a.start()
    await clock.advance(20 * MINUTE)
    expect(a.leading()).toEqual(before)
    await stop(a, b)
  })

  it('stay where they are while two instances differ in who is there', async () => {
    const all = await fleet('a', 'b')
    const moved = all.map((each) => record(each, 'demoted'))
    const other = create('c', { shards: 4 }) // deployed with another number of shards: no shard in common
    await other.start()
    await clock.advance(30 * MINUTE)
    expect(moved.flat()).toEqual([])
    expectWhole(all)
    expectWhole([other], 4)
    await stop(...all, other)
  })

  it('are left to others by one who steps down, and none is lost', async () => {
    const all = await fleet('a', 'b', 'c')
    const [a] = all as [Coordinator]
    await a.stepDown('test')
    expect(a.leading()).toEqual([])
    await clock.advance(MINUTE)
    expectWhole(all)
    await stop(...all)
  })
})

it('is not handed over again and again to an instance that steps down each time it leads', async () => {
  const a = create('a', { skipColdStart: true })
  await a.start()
  await clock.advance(MINUTE)
  const b = create('b')
  b.on('promoted', () => void b.stepDown('its clock is wrong'))
  const promoted = record(b, 'promoted')
  await b.start()
  await clock.advance(150 * MINUTE)
  expectWhole([a, b])
  // At first, and after another 15, 30 and 60 minutes: at most a quarter of the shards every time.
  expect(promoted.length).toBeGreaterThan(2)
  expect(promoted.length).toBeLessThanOrEqual(4 * 2)
  await stop(a, b)
})

describe('a hand-over', () => {
  it('drains first, under a lease that is renewed, and goes on when the drain does not end', async () => {
    const drainedAt: number[] = []
    const a = create('a', {
      skipColdStart: true,
      drain: async (signal) => {
        drainedAt.push(clock.now())
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      },
    })
    await a.start()
    await clock.advance(MINUTE)
    const b = create('b')
    const promotedAt: number[] = []
    b.on('promoted', () => promotedAt.push(clock.now()))
    await b.start()
    await clock.advance(15 * MINUTE)
    expect(promotedAt).toHaveLength(4)
    const waitedMs = (promotedAt[0] as number) - (drainedAt[0] as number)
    expect(waitedMs).toBeGreaterThanOrEqual(90_000) // the ttl, the limit of the drain
    expect(waitedMs).toBeLessThanOrEqual(92_500)
    expectWhole([a, b])
    await Promise.all([b.stop(), clock.advance(1000)])
  })

  it('gives what the payload of the shard said', async () => {
    const a = create('a', { skipColdStart: true, payload: (shard) => ({ of: `a${shard}` }) })
    await a.start()
    await clock.advance(MINUTE)
    const b = create('b')
    const promoted = record(b, 'promoted')
    await b.start()
    await clock.advance(15 * MINUTE)
    expect(promoted).toHaveLength(4)
    for (const { previous, shard } of promoted) expect(previous?.payload).toEqual({ of: `a${shard}` })
    await stop(a, b)
  })
})

describe('one shard', () => {
  it('is what a coordinator without shards has: the same lease, the same member', async () => {
    const a = create('a', { shards: 1, skipColdStart: true })
    await a.start()
    await clock.advance(MINUTE)
    expect(a.leading()).toEqual([0])
    const keys: string[] = []
    for await (const { objects } of counting.store.list('')) keys.push(...objects.map(({ key }) => key))
    expect(keys.toSorted()).toEqual(['leader.json', 'workers/a.json'])
    await stop(a)
  })
})

describe('the requests of an idle quarter of an hour', () => {
  it.each([
    // 8 renewals every heartbeat, one write of the member object, and a look at the members every 5 heartbeats
    [1, { put: 8 * 30 + 1, list: 6, get: 0 }],
    // the second in a line looks every heartbeat, the third every 2nd heartbeat, the fourth every 4th
    [4, { put: 8 * 30 + 4, list: 4 * 6, get: 8 * (30 + 15 + 8) + 12 }],
    // half of the instances hold nothing, and look at the members once
    [16, { put: 8 * 30 + 16, list: 8 * 6 + 8, get: 928 }],
  ])('of %i instances with 8 shards are few', async (count, expected) => {
    const all = await fleet(...Array.from({ length: count }, (_, index) => `w${index}`))
    await clock.advance(20 * MINUTE)
    counting.reset()
    await clock.advance(15 * MINUTE)
    const { get, list, put } = counting.requests
    expect({ get, list, put }).toEqual(expected)
    await stop(...all)
  })
})

it('without an index, the calls of a lease are those of the first shard', async () => {
  const [a, b] = (await fleet('a', 'b')) as [Coordinator, Coordinator]
  const leader = a.shards[0]?.isLeader() === true ? a : b
  const other = leader === a ? b : a
  expect([leader.isLeader(), other.isLeader()]).toEqual([true, false])
  expect(other.leader()).toEqual({ workerId: leader.workerId, epoch: 1 })
  expect(leader.signal).toBe(leader.shards[0]?.signal)
  expect(await leader.runAsLeader(({ epoch }) => epoch)).toEqual({ outcome: 'ran', value: 1, epoch: 1 })
  expect(await other.runAsLeader(() => 'never')).toEqual({ outcome: 'not-leader', leader: leader.leader() })
  await stop(a, b)
})
