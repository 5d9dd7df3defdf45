import { beforeEach, describe, expect, it } from 'vitest'
import { createCable, createInstances, record, type Instances } from '../test/instances.ts'
import type { Coordinator, CoordinatorOptions } from './index.ts'

let instances: Instances
beforeEach(() => {
  instances = createInstances()
})

/** `a` leads and `b` follows. `a` can be cut off. */
async function pair(options: CoordinatorOptions = {}): Promise<{ a: Coordinator; b: Coordinator; cut: () => void }> {
  const { clock, create, store } = instances
  const cable = createCable(store)
  const a = create('a', { skipColdStart: true, ...options }, cable.store)
  await a.start()
  await clock.advance(0)
  const b = create('b')
  await b.start()
  return { a, b, cut: cable.cut }
}

describe('failover', () => {
  it('takes a poll after a clean stop, and hands over what the leader left', async () => {
    const { clock, stop } = instances
    const { a, b } = await pair({ payload: () => ({ watermark: 7 }) })
    const promoted = record(b, 'promoted')
    const demoted = record(a, 'demoted')
    await clock.advance(1000)
    await a.stop()
    const stoppedAt = clock.now()
    expect(demoted).toEqual([{ workerId: 'a', epoch: 1, reason: 'stopped', shard: 0 }])
    await clock.advance(30_000)
    expect(b.isLeader()).toBe(true)
    expect(promoted).toMatchObject([
      {
        workerId: 'b',
        epoch: 2,
        previous: { epoch: 1, holder: 'a', state: 'free', payload: { watermark: 7 }, lastModified: stoppedAt },
      },
    ])
    await stop(b)
  })

  it('takes a ttl and a poll at most when the leader is cut off, and it steps down by itself before', async () => {
    const { clock } = instances
    const { a, b, cut } = await pair({ payload: () => ({ runs: ['x'] }) })
    await clock.advance(60_000)
    const lastRenewal = clock.now()
    const demoted = record(a, 'demoted')
    const promoted = record(b, 'promoted')
    const { signal } = a
    cut()
    await clock.advance(59_999)
    expect(a.isLeader()).toBe(true)
    await clock.advance(1)
    expect(a.isLeader()).toBe(false)
    expect(signal?.aborted).toBe(true)
    expect(a.signal).toBeUndefined()
    expect(demoted).toEqual([{ workerId: 'a', epoch: 1, reason: 'expired', shard: 0 }])
    expect(b.isLeader()).toBe(false)
    await clock.advance(60_000)
    expect(b.isLeader()).toBe(true)
    expect(promoted).toMatchObject([
      { epoch: 2, previous: { state: 'held', holder: 'a', payload: { runs: ['x'] }, lastModified: lastRenewal } },
    ])
    await b.stop()
  })

  it('steps down before anything else after the process was stopped for too long', async () => {
    const { clock, stop } = instances
    const { a, b } = await pair()
    const { signal } = a
    clock.block(70_000) // no timer has fired yet: the process has just resumed
    expect(a.isLeader()).toBe(false)
    expect(signal?.aborted).toBe(true)
    expect(await a.runAsLeader(() => 'ran')).toMatchObject({ outcome: 'not-leader' })
    await stop(a, b)
  })

  it('steps down when the machine was suspended, though its monotonic clock stood still', async () => {
    const { clock, stop } = instances
    const { a, b } = await pair()
    clock.suspend(70_000)
    expect(a.isLeader()).toBe(false)
    await stop(a, b)
  })

  it('notices within a second that the machine was suspended, when nobody asks', async () => {
    const { clock, stop } = instances
    const { a, b } = await pair()
    const { signal } = a
    clock.suspend(70_000)
    await clock.advance(1000)
    expect(signal?.aborted).toBe(true)
    await stop(a, b)
  })

  it('lets the old leader lead again, in a new epoch, when nobody took its place', async () => {
    const { clock, create, stop } = instances
    const a = create('a', { skipColdStart: true })
    await a.start()
    await clock.advance(0)
    clock.block(70_000)
    await clock.advance(1000)
    expect(a.isLeader()).toBe(true)
    expect(a.epoch()).toBe(2)
    await stop(a)
  })

  it('survives that somebody deletes the lease: the leader puts it back with the same epoch', async () => {
    const { clock, store, stop } = instances
    const { a, b } = await pair()
    await store.delete('leader.json')
    await clock.advance(90_000)
    expect([a.isLeader(), b.isLeader()]).toEqual([true, false])
    expect(b.leader()).toEqual({ workerId: 'a', epoch: 1 })
    await stop(a, b)
  })

  it('goes on after a deletion of a dead leader with a later epoch', async () => {
    const { clock, store } = instances
    const { a, b, cut } = await pair()
    await clock.advance(31_000)
    cut()
    await store.delete('leader.json')
    await clock.advance(200_000)
    expect([a.isLeader(), b.isLeader()]).toEqual([false, true])
    expect(b.epoch()).toBe(2)
    await b.stop()
  })

  it('says that an unreadable lease needs somebody to repair it', async () => {
    const { clock, store, create, stop } = instances
    await store.put('leader.json', new TextEncoder().encode('oops'))
    const a = create('a')
    const errors = record(a, 'error')
    await a.start()
    await clock.advance(600_000)
    expect(a.isLeader()).toBe(false)
    expect(errors.map(({ error }) => error)).toMatchObject([{ code: 'UNREADABLE_LEASE' }])
    await stop(a)
  })
})
