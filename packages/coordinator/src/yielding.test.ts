import { beforeEach, describe, expect, it } from 'vitest'
import { createCable, createInstances, record, type Instances } from '../test/instances.ts'
import type { Coordinator } from './index.ts'

const MINUTE = 60_000
const HEARTBEAT = 30_000
const TTL = 3 * HEARTBEAT

let instances: Instances
beforeEach(() => {
  instances = createInstances()
})

/** `a` leads and `b` follows, with leases of 90 s. */
async function pair(): Promise<readonly [Coordinator, Coordinator]> {
  const { clock, create } = instances
  const a = create('a', { skipColdStart: true })
  await a.start()
  await clock.advance(0)
  const b = create('b')
  await b.start()
  return [a, b]
}

describe('a leader whose event loop was blocked', () => {
  it('hands the lease over and leaves it to the others, though it still trusts it', async () => {
    const { clock, stop } = instances
    const [a, b] = await pair()
    const blocked = record(a, 'blocked')
    const demoted = record(a, 'demoted')
    clock.block(HEARTBEAT + 1000)
    await clock.advance(0)
    expect(blocked).toEqual([{ blockedMs: HEARTBEAT, yieldsForMs: 15 * MINUTE }])
    expect(demoted).toMatchObject([{ reason: 'handed-over' }])
    await clock.advance(HEARTBEAT)
    expect([a.isLeader(), b.isLeader()]).toEqual([false, true])
    expect((await b.workers()).find(({ workerId }) => workerId === 'a')?.blocked).toMatchObject({ ms: HEARTBEAT })
    await clock.advance(15 * MINUTE)
    expect((await b.workers()).every((worker) => worker.blocked === undefined)).toBe(true)
    await stop(a, b)
  })

  it('does not take the lease again that ran out during the block', async () => {
    const { clock, stop } = instances
    const [a, b] = await pair()
    clock.block(70_000)
    await clock.advance(0)
    expect(a.isLeader()).toBe(false)
    await clock.advance(TTL)
    expect([a.isLeader(), b.isLeader()]).toEqual([false, true])
    await stop(a, b)
  })

  it('keeps the lease when it was blocked for less than a third of the ttl', async () => {
    const { clock, stop } = instances
    const [a, b] = await pair()
    const blocked = record(a, 'blocked')
    clock.block(HEARTBEAT)
    await clock.advance(MINUTE)
    expect(blocked).toEqual([])
    expect(a.epoch()).toBe(1)
    await stop(a, b)
  })

  it('goes on leading when no other instance is there', async () => {
    const { clock, create, stop } = instances
    const a = create('a', { skipColdStart: true })
    await a.start()
    await clock.advance(0)
    const blocked = record(a, 'blocked')
    clock.block(50_000)
    await clock.advance(0)
    expect(blocked).toMatchObject([{ yieldsForMs: undefined }])
    expect([a.isLeader(), a.epoch()]).toEqual([true, 1])
    clock.block(70_000)
    await clock.advance(0)
    expect([a.isLeader(), a.epoch()]).toEqual([true, 2])
    await stop(a)
  })

  it('goes on leading when every other instance was blocked before', async () => {
    const { clock, stop } = instances
    const [a, b] = await pair()
    clock.block(50_000)
    await clock.advance(HEARTBEAT)
    expect(b.isLeader()).toBe(true)
    const elected = record(b, 'elected')
    for (let block = 0; block < 3; block++) {
      clock.block(100_000)
      await clock.advance(10_000)
      expect([a.isLeader(), b.isLeader()]).toEqual([false, true])
    }
    expect(new Set(elected.map(({ workerId }) => workerId))).toEqual(new Set(['b']))
    await stop(a, b)
  })

  it('takes the lease of a silent leader after the time of its own block', async () => {
    const { clock, create, store } = instances
    const a = create('a', { skipColdStart: true })
    await a.start()
    await clock.advance(0)
    const cable = createCable(store)
    const b = create('b', {}, cable.store)
    await b.start()
    clock.block(40_000)
    await clock.advance(HEARTBEAT)
    expect(b.isLeader()).toBe(true)
    cable.cut()
    // The ttl, the own block of 39 s one and a half times, and a look before and after.
    await clock.advance(TTL + 55_000)
    expect(a.isLeader()).toBe(false)
    await clock.advance(5000 + 2 * HEARTBEAT)
    expect(a.isLeader()).toBe(true)
    await a.stop()
  })
})
