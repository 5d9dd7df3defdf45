import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createInstances, record, type Instances } from '../test/instances.ts'

let instances: Instances
beforeEach(() => {
  instances = createInstances()
})

describe('a cold start', () => {
  it('elects one leader, in the order of the worker ids, and everybody knows it', async () => {
    const { clock, create, stop } = instances
    const all = ['c', 'a', 'b'].map((id) => create(id, { coldStartObservationWindow: 15_000 }))
    const elected = all.map((each) => record(each, 'elected'))
    await Promise.all(all.map((each) => each.start()))
    await clock.advance(14_000)
    expect(all.map((each) => each.phase)).toEqual(['observing', 'observing', 'observing'])
    expect(all.map((each) => each.isLeader())).toEqual([false, false, false])
    await clock.advance(11_000)
    expect(all.map((each) => each.isLeader())).toEqual([false, true, false])
    expect(all.map((each) => each.leader())).toEqual(all.map(() => ({ workerId: 'a', epoch: 1 })))
    expect(all.map((each) => each.epoch())).toEqual([1, 1, 1])
    expect(elected).toEqual(all.map(() => [{ workerId: 'a', epoch: 1, shard: 0 }]))
    await stop(...all)
  })

  it('goes through its phases, and says how long each took', async () => {
    const { clock, create, stop } = instances
    const a = create('a')
    const phases = record(a, 'phase')
    await a.start()
    await clock.advance(750)
    expect(phases).toEqual([
      { phase: 'observing', duration: 0, shard: 0 },
      { phase: 'election', duration: 750, shard: 0 },
      { phase: 'preparation', duration: 0, shard: 0 },
      { phase: 'ready', duration: 0, shard: 0 },
    ])
    await stop(a)
  })

  it('is skipped by who finds a leader', async () => {
    const { clock, create, stop } = instances
    const a = create('z', { skipColdStart: true })
    await a.start()
    await clock.advance(0)
    const b = create('a')
    const phases = record(b, 'phase')
    await b.start()
    expect(phases.map(({ phase }) => phase)).toEqual(['ready'])
    expect(b.leader()).toEqual({ workerId: 'z', epoch: 1 })
    await stop(a, b)
  })

  it('goes on to the next candidate when the first one has died', async () => {
    const { clock, create, stop } = instances
    const dead = create('a')
    await dead.start()
    const b = create('b')
    await b.start()
    await dead.stop()
    await instances.store.put('workers/a.json', new TextEncoder().encode('{}'))
    await clock.advance(750)
    expect(b.isLeader()).toBe(false)
    await clock.advance(1100)
    expect(b.isLeader()).toBe(true)
    await stop(b)
  })

  it('is over at once when everybody crashed and the server shows the lease to be long dead', async () => {
    const { clock, store, create, stop } = instances
    const lease = { v: 1, nonce: 'n', holder: 'old', fence: 7, seq: 3, ttlMs: 90_000, state: 'held' }
    const body = { ...lease, payload: { watermark: 5 } }
    await store.put('leader.json', new TextEncoder().encode(JSON.stringify(body)))
    const diedAt = clock.now()
    await clock.advance(121_000)
    const a = create('a')
    const promoted = record(a, 'promoted')
    await a.start()
    await clock.advance(0)
    expect(promoted).toMatchObject([
      {
        epoch: 8,
        previous: { epoch: 7, holder: 'old', payload: { watermark: 5 }, lastModified: diedAt, state: 'held' },
      },
    ])
    await stop(a)
  })

  it('waits a whole ttl when the lease may be alive', async () => {
    const { clock, store, create, stop } = instances
    const lease = { v: 1, nonce: 'n', holder: 'old', fence: 7, seq: 3, ttlMs: 90_000, state: 'held', payload: {} }
    await store.put('leader.json', new TextEncoder().encode(JSON.stringify(lease)))
    await clock.advance(60_000)
    const a = create('a')
    await a.start()
    await clock.advance(59_000)
    expect(a.isLeader()).toBe(false)
    await clock.advance(2000)
    expect(a.isLeader()).toBe(true)
    await stop(a)
  })
})

describe('a start', () => {
  it('is idempotent, can follow a stop, and a stop of what never started is fine', async () => {
    const { clock, create, stop } = instances
    const a = create('a', { skipColdStart: true })
    await a.stop()
    await Promise.all([a.start(), a.start()])
    await clock.advance(0)
    expect(a.epoch()).toBe(1)
    await Promise.all([a.stop(), a.stop()])
    await a.start()
    await clock.advance(0)
    expect(a.isLeader()).toBe(true)
    expect(a.epoch()).toBe(2)
    await stop(a)
  })

  it('throws what no retry can mend, and may be tried again', async () => {
    const { create, store, stop } = instances
    const closed = { ...store, put: () => Promise.reject(new RangeError('broken')) }
    const a = create('a', {}, closed)
    await expect(a.start()).rejects.toThrow('broken')
    await expect(a.start()).rejects.toThrow('broken')
    await stop(a)
  })

  it('keeps groups apart', async () => {
    const { clock, create, stop, store } = instances
    const all = ['blue', 'green'].map((group) => create('a', { group, skipColdStart: true }))
    await Promise.all(all.map((each) => each.start()))
    await clock.advance(0)
    expect(all.map((each) => each.isLeader())).toEqual([true, true])
    expect(await store.get('groups/blue/leader.json')).toMatchObject({ outcome: 'found' })
    await stop(...all)
  })
})

it.each(['on', 'once', 'off'] as const)('%s refuses an unknown event, and gives the nearest name', (method) => {
  const a = instances.create('a')
  const call = (): unknown => a[method]('promotd' as 'promoted', () => undefined)
  expect(call).toThrow(`expected the name of an event, got "promotd". Did you mean 'promoted'?`)
})

it('a logger that throws keeps nobody from leading, renewing and stopping', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const { clock, create, stop } = instances
  const fail = (): never => {
    throw new Error('the disk of the logs is full')
  }
  const logger = { debug: fail, info: fail, warn: fail, error: fail }
  const a = create('a', { skipColdStart: true, logger })
  a.on('elected', fail) // so that something is logged, besides the election
  await a.start()
  await clock.advance(10 * 60_000)
  expect(a.isLeader()).toBe(true)
  expect(a.epoch()).toBe(1)
  await stop(a)
  expect(a.isLeader()).toBe(false)
  expect(warn).toHaveBeenCalled()
  warn.mockRestore()
})

it('tells of each moment at which another payload may be known', async () => {
  const { clock, create, stop } = instances
  let version = 1
  const a = create('a', { skipColdStart: true, payload: () => ({ version }) })
  const b = create('b')
  const seen: unknown[] = []
  b.on('seen', () => seen.push([b.isLeader(), b.leaderPayload()?.['version']]))
  await a.start()
  await clock.advance(35_000)
  await b.start()
  expect(seen).toEqual([[false, 1]])
  version = 2
  await clock.advance(60_000)
  expect(seen).toEqual([1, 2, 2].map((each) => [false, each]))
  await a.stop()
  await clock.advance(30_000)
  // The look at the released lease, and the begin of the own lead.
  expect(seen.slice(3)).toEqual([
    [false, 2],
    [true, 2],
  ])
  await b.stepDown('for the test')
  expect(seen.slice(5)).toEqual([[false, 2]])
  await stop(a, b)
})
