import { hostname } from 'node:os'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, readDocument, ServerClock, timeStore } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCable, createInstances, record, type Instances } from '../test/instances.ts'
import { lastWriteOf } from './earlier-instances.ts'
import { MemberList } from './member-list.ts'
import { Membership } from './membership.ts'

let instances: Instances
beforeEach(() => {
  instances = createInstances()
})

function membershipOf(workerId: string, instance = workerId): Membership {
  const { clock, store } = instances
  const random = createSeededRandom(instance.length)
  return new Membership(
    { store, clock, random, problem: () => undefined },
    { workerId, instance, version: undefined, heartbeatMs: 30_000, refreshMs: 900_000, ttlMs: 90_000 },
  )
}

describe('workers', () => {
  it('are those who joined and did not leave, with what they say', async () => {
    const { clock, create, stop } = instances
    const [a, b] = [create('a', { version: '1.2.3' }), create('b')]
    const startedAt = clock.now()
    await Promise.all([a.start(), b.start()])
    await b.refreshMember({ running: ['report'] })
    const host = hostname()
    expect(await a.workers()).toEqual([
      { workerId: 'a', host, pid: process.pid, startedAt, lastSeen: startedAt, version: '1.2.3', extra: undefined },
      {
        workerId: 'b',
        host,
        pid: process.pid,
        startedAt,
        lastSeen: startedAt,
        version: undefined,
        extra: { running: ['report'] },
      },
    ])
    await b.stop()
    expect((await a.workers()).map(({ workerId }) => workerId)).toEqual(['a'])
    await stop(a)
  })

  it('tell since when an earlier process of their id was there that had not left, and when it wrote last', async () => {
    const { clock } = instances
    const startedAt = clock.now()
    const before = async (instance: string): Promise<unknown> => {
      const process = membershipOf('a', instance)
      await process.refresh()
      return (await process.members.workers())[0]?.before
    }
    expect(await before('first')).toBeUndefined()
    await clock.advance(60_000)
    expect(await before('second')).toEqual({ since: startedAt, until: startedAt })
    await clock.advance(60_000)
    expect(await before('third')).toEqual({ since: startedAt, until: startedAt + 60_000 })
  })

  it('are refreshed slowly, and not counted any more when they are silent for too long', async () => {
    const { clock, create, store, stop } = instances
    const a = create('a')
    const cable = createCable(store)
    const b = create('b', {}, cable.store)
    await Promise.all([a.start(), b.start()])
    await clock.advance(3_600_000)
    expect(await a.workers()).toHaveLength(2)
    cable.cut()
    await clock.advance(50_000)
    expect(await a.workers()).toHaveLength(2)
    await clock.advance(1_000_000)
    expect((await a.workers()).map(({ workerId }) => workerId)).toEqual(['a'])
    await stop(a)
  })

  it('get no older by a step of the clock of the store', async () => {
    const storeClock = createManualClock(Date.UTC(2026, 0, 5, 12))
    const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
    const inner = createMemoryStore({ clock: storeClock })
    const deps = { store: inner, clock, random: createSeededRandom(1), problem: () => undefined }
    const times = { heartbeatMs: 30_000, refreshMs: 30_000, ttlMs: 90_000 }
    await new Membership(deps, { workerId: 'a', instance: 'a', version: undefined, ...times }).refresh()
    const list = new MemberList({ store: timeStore(inner, new ServerClock(clock), clock), clock })
    expect(await list.workers()).toHaveLength(1)
    storeClock.step(3_600_000)
    expect(await list.lastSeen('a')).toBe(Date.UTC(2026, 0, 5, 12))
    expect(await list.workers()).toHaveLength(1)
    expect(await list.recentIds(30_000)).toEqual(['a'])
    expect(await list.peers(0, { isThorough: false })).toHaveLength(1)
    await Promise.all([clock.advance(100_000), storeClock.advance(100_000)])
    expect(await list.workers()).toEqual([])
    expect(await list.lastSeen('a')).toBeUndefined()
  })

  it('leave their object to an earlier process that was alive before a step of the clock of the store', async () => {
    const storeClock = createManualClock(Date.UTC(2026, 0, 5, 12))
    const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
    const inner = createMemoryStore({ clock: storeClock })
    const store = timeStore(inner, new ServerClock(clock), clock)
    const times = { heartbeatMs: 30_000, refreshMs: 30_000, ttlMs: 90_000 }
    const [first, second] = ['first', 'second'].map((instance, seed) => {
      const deps = { store, clock, random: createSeededRandom(seed), problem: () => undefined }
      return new Membership(deps, { workerId: 'a', instance, version: undefined, ...times })
    }) as [Membership, Membership]
    first.say({ runs: true })
    await first.refresh()
    storeClock.step(3_600_000)
    await second.refresh()
    await second.leave()
    expect((await readDocument(inner, 'workers/a.json')).outcome).toBe('found')
  })

  it('are written each six heartbeats while others rely on them, and are gone two heartbeats after the next', async () => {
    const { clock, store } = instances
    const [named, leader] = [membershipOf('named'), membershipOf('leader')]
    await named.refresh()
    expect(named.refreshDueInMs()).toBe(900_000)
    named.showOften(true)
    await clock.advance(180_000)
    expect(named.refreshDueInMs()).toBe(0)
    await named.refresh()
    const written = clock.now()
    await clock.advance(180_000 + 60_000)
    expect(await leader.members.lastSeen('named')).toBe(written)
    await clock.advance(1)
    expect(await leader.members.lastSeen('named')).toBeUndefined()
    expect(await leader.members.lastSeen('nobody')).toBeUndefined()
    named.showOften(false)
    await named.refresh()
    expect(named.refreshDueInMs()).toBe(900_000)
    expect(await store.get('workers/named.json')).toMatchObject({ outcome: 'found' })
  })

  it('count as gone within a ttl when they die while they say something', async () => {
    const { clock, create, store, stop } = instances
    const a = create('a')
    const cable = createCable(store)
    const b = create('b', {}, cable.store)
    await Promise.all([a.start(), b.start()])
    await b.refreshMember({ running: ['report'] })
    await clock.advance(600_000)
    expect(await a.workers()).toHaveLength(2)
    cable.cut()
    await clock.advance(91_000)
    expect((await a.workers()).map(({ workerId }) => workerId)).toEqual(['a'])
    await stop(a)
  })

  it('that are gone for a day are deleted by the leader', async () => {
    const { clock, store } = instances
    const { dead, alive } = { dead: membershipOf('dead'), alive: membershipOf('alive') }
    await dead.refresh()
    await clock.advance(24 * 3_600_000)
    await alive.refresh()
    expect((await alive.members.workers()).map(({ workerId }) => workerId)).toEqual(['alive'])
    expect(await alive.members.workers(25 * 3_600_000)).toHaveLength(2)
    await alive.members.forget()
    expect(await store.get('workers/dead.json')).toMatchObject({ outcome: 'found' })
    await clock.advance(3_600_000)
    await alive.members.forget()
    expect(await store.get('workers/dead.json')).toMatchObject({ outcome: 'missing' })
    expect(await store.get('workers/alive.json')).toMatchObject({ outcome: 'found' })
    await Promise.all([dead.refresh(), alive.refresh()])
    expect((await alive.members.workers()).map(({ workerId }) => workerId)).toEqual(['alive', 'dead'])
  })

  it('can say something about themselves only while they are started', async () => {
    await expect(instances.create('a').refreshMember({})).rejects.toMatchObject({ code: 'NOT_STARTED' })
  })
})

describe('two processes with one worker id', () => {
  it('both work, with one leader, and both say so', async () => {
    const { clock, create, stop } = instances
    const first = create('same', { skipColdStart: true })
    const firstErrors = record(first, 'error')
    await first.start()
    await clock.advance(0)
    const second = create('same')
    const secondErrors = record(second, 'error')
    await second.start()
    expect(secondErrors.map(({ error }) => error)).toMatchObject([{ code: 'DUPLICATE_WORKER_ID' }])
    await clock.advance(900_000)
    expect(firstErrors.map(({ error }) => error)).toMatchObject([{ code: 'DUPLICATE_WORKER_ID' }])
    expect([first.isLeader(), second.isLeader()]).toEqual([true, false])
    await first.stop()
    await clock.advance(30_000)
    expect(second.isLeader()).toBe(true)
    await clock.advance(3_600_000)
    expect(await second.workers()).toHaveLength(1)
    await stop(second)
  })

  it('do not delete the object of each other when they leave', async () => {
    const { clock, store } = instances
    const [first, second] = [membershipOf('same', 'first'), membershipOf('same', 'second')]
    const owner = async (): Promise<unknown> => {
      const got = await readDocument(store, 'workers/same.json')
      return got.outcome === 'found' ? got.fields['instance'] : got.outcome
    }
    await first.refresh()
    await second.refresh()
    await first.leave()
    expect(await owner()).toBe('second')
    // Both processes have seen that the other is alive: a run of the remaining process may depend on the object.
    await first.refresh()
    await second.refresh()
    await second.leave()
    expect(await owner()).toBe('second')
    await clock.advance(1000)
    await first.refresh()
    expect(await owner()).toBe('first')
  })

  it('one after the other tell when the others wrote last, and leave that behind while a busy one may be alive', async () => {
    const { clock, store } = instances
    const [killed, next] = [membershipOf('same', 'killed'), membershipOf('same', 'next')]
    const [another, last] = [membershipOf('same', 'another'), membershipOf('same', 'last')]
    const died = clock.now()
    killed.say({ runs: true })
    await killed.refresh()
    await clock.advance(20_000)
    await next.refresh()
    await next.leave()
    await clock.advance(20_000)
    await another.refresh()
    const got = await readDocument(store, 'workers/same.json')
    const fields = got.outcome === 'found' ? got.fields : {}
    expect(lastWriteOf('killed', fields)?.at).toBeCloseTo(died, -4)
    await clock.advance(60_000)
    await last.refresh()
    await last.leave()
    expect(await store.get('workers/same.json')).toMatchObject({ outcome: 'missing' })
  })

  it('one after the other leave nothing behind', async () => {
    const { store } = instances
    const [dead, next] = [membershipOf('same', 'dead'), membershipOf('same', 'next')]
    await dead.refresh()
    await next.refresh()
    await next.leave()
    expect(await store.get('workers/same.json')).toMatchObject({ outcome: 'missing' })
  })
})
