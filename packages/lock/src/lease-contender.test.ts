import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createCountingStore, createFaultyStore, createMemoryStore, type CountingStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSimulatedHost } from './testing/index.ts'
import {
  createLeaseContender,
  type HeldLease,
  type HostProbe,
  type LeaseContender,
  type LeaseContenderOptions,
} from './index.ts'

const KEY = 'lease.json'
let clock: ManualClock
let counting: CountingStore
let seed = 0

beforeEach(() => {
  clock = createManualClock()
  counting = createCountingStore(createMemoryStore({ clock }))
})

function contender(
  holder: string,
  store: ObjectStore = counting.store,
  options: Partial<LeaseContenderOptions> = {},
  host?: HostProbe,
): LeaseContender {
  return createLeaseContender(
    { store, clock, random: createSeededRandom(++seed), host },
    { key: KEY, holder, ttlMs: 30_000, ...options },
  )
}

async function take(by: LeaseContender): Promise<HeldLease> {
  const claimed = await by.claim()
  if (claimed.outcome === 'held') throw new Error('held')
  return claimed.lease
}

describe('the requests of a lease', () => {
  it('are one to acquire, one to renew, one to release, and one to acquire again', async () => {
    const a = contender('a')
    const lease = await take(a)
    expect(counting.requests).toMatchObject({ put: 1, get: 0 })
    await clock.advance(10_000)
    expect(counting.requests).toMatchObject({ put: 2, get: 0 })
    await lease.release()
    expect(counting.requests).toMatchObject({ put: 3, get: 0 })
    const again = await take(a)
    expect(counting.requests).toMatchObject({ put: 4, get: 0, delete: 0, list: 0 })
    await again.release()
  })

  it('are one per third of the ttl while it is held, and none after', async () => {
    const lease = await take(contender('a'))
    counting.reset()
    await clock.advance(3_600_000)
    expect(counting.requests).toMatchObject({ put: 360, get: 0 })
    await lease.release()
    counting.reset()
    await clock.advance(3_600_000)
    expect(counting.requests).toMatchObject({ put: 0, get: 0 })
  })

  it('are a GET and a PUT for who has looked and steals', async () => {
    const dead = await take(contender('a'))
    clock.block(0)
    const b = contender('b')
    await b.look()
    await dead.release()
    counting.reset()
    await b.look()
    const lease = await take(b)
    expect(counting.requests).toMatchObject({ get: 1, put: 1 })
    await lease.release()
  })
})

describe('a lease whose store is in trouble', () => {
  it('is renewed soon after a renewal that failed, with a ttl shorter than the longest sleep of the watch', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const ttlMs = 1500
    const lease = await take(contender('a', network.store, { ttlMs }))
    network.setFaults({ unavailable: 1 })
    await clock.advance(ttlMs / 3)
    network.setFaults({})
    counting.reset()
    await clock.advance(ttlMs / 60 + ttlMs / 30)
    expect(counting.requests.put).toBe(1)
    await clock.advance(ttlMs / 3)
    expect(lease.isTrusted()).toBe(true)
    await lease.release()
  })

  it('is kept when the answer to a renewal is lost', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const lease = await take(contender('a', network.store))
    network.setFaults({ lostResponse: 1 })
    await clock.advance(10_000)
    network.setFaults({})
    await clock.advance(20_000)
    expect(lease.isTrusted()).toBe(true)
    await lease.release()
    expect(clock.sleeping).toBe(0)
  })

  it('ends the moment its trust is over, though the store says nothing', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const problems: unknown[] = []
    const ends: string[] = []
    const listener = {
      problem: (error: unknown) => problems.push(error),
      ended: (_: number, why: string) => ends.push(why),
    }
    const lease = await take(contender('a', network.store, { listener }))
    network.partition('requests')
    await clock.advance(19_999)
    expect(lease.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(lease.signal.aborted).toBe(true)
    expect(lease.signal.reason).toMatchObject({ code: 'LOST', context: { why: 'expired' } })
    expect(ends).toEqual(['expired'])
    expect(problems.length).toBeGreaterThan(1)
    network.heal()
    await clock.advance(60_000)
    expect(clock.sleeping).toBe(0)
  })

  it('is freed as soon as the store answers again, and renewed by nobody meanwhile', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const lease = await take(contender('a', network.store, { ttlMs: 90_000 }))
    network.setFaults({ unavailable: 1 })
    counting.reset()
    let isReleased = false
    void lease.release(30_000).then(() => (isReleased = true))
    await clock.advance(25_000)
    expect({ isReleased, puts: counting.requests.put }).toEqual({ isReleased: false, puts: 0 })
    network.setFaults({})
    await clock.advance(2500)
    expect({ isReleased, puts: counting.requests.put }).toEqual({ isReleased: true, puts: 1 })
    const next = await take(contender('b'))
    expect(next).toMatchObject({ fence: 2, previous: { state: 'free' } })
    await next.release()
    expect(clock.sleeping).toBe(0)
  })

  it.each([
    ['of 10 s by default', undefined, 10_000],
    ['that is the ttl at most', 300_000, 30_000],
  ])('is not freed any more after the time for the release, %s', async (_, withinMs, untilMs) => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const problems: Error[] = []
    const problem = (error: unknown) => problems.push(error as Error)
    const lease = await take(contender('a', network.store, { listener: { problem } }))
    network.setFaults({ unavailable: 1 })
    const released = lease.release(withinMs)
    await clock.advance(untilMs)
    await released
    expect(problems.at(-1)?.message).toContain(`could not be released within ${untilMs} ms`)
    network.setFaults({})
    counting.reset()
    await clock.advance(60_000)
    expect({ ...counting.requests, sleeping: clock.sleeping }).toMatchObject({ put: 0, get: 0, sleeping: 0 })
  })

  it('keeps its place in a new claim, which a repeated release of the old lease leaves alone', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const a = contender('a', network.store)
    const lease = await take(a)
    network.setFaults({ unavailable: 1 })
    const released = lease.release()
    await clock.advance(1)
    network.setFaults({})
    const again = await take(a)
    await Promise.all([clock.advance(5000), released])
    expect(again.isTrusted()).toBe(true)
    expect(await contender('b').claim()).toMatchObject({ outcome: 'held' })
    await again.release()
  })

  it('is left alone by its repeated release where an operator freed it, and another contender has claimed it', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1) })
    const lease = await take(contender('a', network.store))
    network.setFaults({ unavailable: 1 })
    const released = lease.release()
    await clock.advance(1)
    const b = contender('b')
    await b.breakLease(lease.fence)
    const next = await take(b)
    network.setFaults({})
    await clock.advance(5000)
    await released
    expect(await next.renew()).toBe(true)
    await next.release()
  })

  it('is right on use before any timer could fire', async () => {
    const lease = await take(contender('a'))
    const { signal } = lease
    clock.block(20_000)
    expect(signal.aborted).toBe(false)
    expect(lease.isTrusted()).toBe(false)
    expect(signal.aborted).toBe(true)
    expect(await lease.renew()).toBe(false)
    await lease.release()
  })

  it('is right when the machine was suspended', async () => {
    const lease = await take(contender('a'))
    clock.suspend(20_000)
    expect(lease.signal.aborted).toBe(true)
    await lease.release()
  })

  it('is not hurt when the wall clock goes back', async () => {
    const lease = await take(contender('a'))
    clock.step(-86_400_000)
    await clock.advance(60_000)
    expect(lease.isTrusted()).toBe(true)
    await lease.release()
  })

  it('is settled by the next claim when a claim failed half way', async () => {
    const network = createFaultyStore(counting.store, { clock, random: createSeededRandom(1), lostResponse: 1 })
    const a = contender('a', network.store)
    await expect(a.claim()).rejects.toMatchObject({ retriable: true })
    network.setFaults({})
    const lease = await take(a)
    expect(lease.fence).toBe(1)
    await lease.release()
  })

  it('is taken again at once, with a new fence, by the one who let it expire', async () => {
    const a = contender('a')
    const lease = await take(a)
    clock.block(20_000)
    expect(lease.isTrusted()).toBe(false)
    const again = await take(a)
    expect(again.fence).toBe(2)
    expect(lease.isTrusted()).toBe(false)
    await again.release()
  })
})

describe('a lease on an object that people touch', () => {
  it('is kept by its holder when the object is deleted, and nobody who had seen it takes its place', async () => {
    const lease = await take(contender('a'))
    const b = contender('b')
    await b.look()
    await counting.store.delete(KEY)
    expect(await b.claim()).toMatchObject({ outcome: 'held' })
    await clock.advance(10_000)
    expect(lease.isTrusted()).toBe(true)
    await b.look()
    expect(b.sight()).toMatchObject({ kind: 'record', record: { fence: 1, holder: 'a' } })
    await lease.release()
  })

  it('counts as held when it is unreadable, until it is broken with a fence', async () => {
    await counting.store.put(KEY, new TextEncoder().encode('{"v":1,"nonce":"x","holder":"a"}'))
    const b = contender('b')
    expect(await b.claim()).toEqual({ outcome: 'held', self: false, retryAfterMs: Infinity })
    expect(b.sight()).toMatchObject({ kind: 'unreadable', problem: 'its fence makes no sense (undefined)' })
    await clock.advance(1_000_000)
    expect(await b.claim()).toMatchObject({ outcome: 'held' })
    expect(await b.breakLease(41)).toBe(true)
    const lease = await take(b)
    expect(lease.fence).toBe(42)
    await lease.release()
  })
})

describe('a lease whose holder was killed on this host', () => {
  it('is taken at once, with the next fence', async () => {
    const host = createSimulatedHost()
    const [victim, heir] = [host.start(), host.start()]
    const dead = await take(contender('victim', counting.store, {}, victim))
    const b = contender('heir', counting.store, {}, heir)
    expect(await b.claim()).toMatchObject({ outcome: 'held', retryAfterMs: 30_000 })
    expect(b.holderLiveness()).toBe('here')
    host.kill(victim)
    expect(b.claimableInMs()).toBe(0)
    counting.reset()
    const lease = await take(b)
    expect(counting.requests).toMatchObject({ get: 1, put: 1 })
    expect(lease).toMatchObject({ fence: 2, previous: { holder: 'victim', state: 'held' } })
    expect(await dead.renew()).toBe(false)
    await lease.release()
  })

  it('is taken from the state in which it is, and left alone when somebody was quicker', async () => {
    const host = createSimulatedHost()
    const [victim, quick, slow] = [host.start(), host.start(), host.start()]
    await take(contender('victim', counting.store, {}, victim))
    const late = contender('slow', counting.store, {}, slow)
    await late.look()
    host.kill(victim)
    const lease = await take(contender('quick', counting.store, {}, quick))
    expect(await late.claim()).toMatchObject({ outcome: 'held', retryAfterMs: 30_000 })
    expect(lease.isTrusted()).toBe(true)
    await lease.release()
  })

  it('is waited for where the host has the same name and is another', async () => {
    const victim = createSimulatedHost('boot-2').start()
    const dead = await take(contender('victim', counting.store, {}, victim))
    const b = contender('b', counting.store, {}, createSimulatedHost('boot-1').start())
    expect(await b.claim()).toMatchObject({ outcome: 'held', retryAfterMs: 30_000 })
    expect(b.holderLiveness()).toBe('unknown')
    await dead.release()
  })

  it('that was released is free for everybody, as ever', async () => {
    const host = createSimulatedHost()
    const [stopped, next] = [host.start(), host.start()]
    const over = await take(contender('stopped', counting.store, {}, stopped))
    await over.release()
    host.kill(stopped)
    const lease = await take(contender('next', counting.store, {}, next))
    expect(lease.previous).toMatchObject({ state: 'free' })
    await lease.release()
  })
})
