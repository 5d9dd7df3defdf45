import { beforeEach, describe, expect, it } from 'vitest'
import { createInstances, record, type Instances } from '../test/instances.ts'
import type { Coordinator, CoordinatorOptions } from './index.ts'

let instances: Instances
beforeEach(() => {
  instances = createInstances()
})

async function leader(options: CoordinatorOptions = {}): Promise<Coordinator> {
  const a = instances.create('a', { skipColdStart: true, ...options })
  await a.start()
  await instances.clock.advance(0)
  return a
}

describe('leadership', () => {
  it('is renewed each heartbeat, and carries the payload to the others', async () => {
    const { clock, create, stop } = instances
    let watermark = 0
    const a = await leader({ payload: () => ({ watermark: ++watermark }) })
    const b = create('b')
    await clock.advance(1000)
    await b.start()
    const renewed = record(a, 'renewed')
    await clock.advance(95_000)
    expect(renewed).toEqual(Array.from({ length: 3 }, () => ({ epoch: 1, shard: 0 })))
    expect(b.leaderPayload()).toEqual({ watermark: 3 })
    await a.renewNow()
    expect(a.leaderPayload()).toEqual({ watermark: 4 })
    await expect(b.renewNow()).rejects.toMatchObject({ code: 'NOT_LEADER' })
    await stop(a, b)
  })

  it('keeps the last payload when a new one can not be made', async () => {
    const { clock, create, stop } = instances
    const payloads = [() => ({ good: 1 }), () => ['bad'] as never, () => Promise.resolve({ worse: 1 }) as never]
    let next = 0
    const a = await leader({ payload: () => payloads[Math.min(next++, 2)]?.() ?? {} })
    const errors = record(a, 'error')
    await clock.advance(65_000)
    expect(a.leaderPayload()).toEqual({ good: 1 })
    expect(errors).toHaveLength(1)
    const b = create('b')
    await b.start()
    expect(b.leader()).toEqual({ workerId: 'a', epoch: 1 })
    await stop(a, b)
  })

  it('is drained before it is released, and renewed meanwhile', async () => {
    const { clock } = instances
    let finish = (): void => {}
    const drained = new Promise<void>((resolve) => (finish = resolve))
    const a = await leader({ drain: () => drained })
    const renewed = record(a, 'renewed')
    const stopping = a.stop()
    await clock.advance(300_000)
    expect(a.isLeader()).toBe(true)
    expect(renewed.length).toBe(10)
    finish()
    await stopping
    expect(a.isLeader()).toBe(false)
    expect(clock.sleeping).toBe(0)
  })

  it('is released even when the drain fails, which is said', async () => {
    const a = await leader({ drain: () => Promise.reject(new Error('no')) })
    const errors = record(a, 'error')
    await a.stop()
    expect(errors.map(({ error }) => error)).toMatchObject([{ code: 'DRAIN_FAILED' }])
    expect(a.isLeader()).toBe(false)
  })

  it('is left to others for a ttl after a step down', async () => {
    const { clock, create } = instances
    const a = await leader()
    const b = create('b')
    await b.start()
    const demoted = record(a, 'demoted')
    await a.stepDown('no action for a job')
    expect(demoted).toEqual([{ workerId: 'a', epoch: 1, reason: 'stepped-down', shard: 0 }])
    await clock.advance(30_000)
    expect(b.leader()).toEqual({ workerId: 'b', epoch: 2 })
    await b.stop()
    await clock.advance(61_000)
    expect(a.isLeader()).toBe(true)
    await a.stop()
    await a.stepDown('it does not lead')
    expect(clock.sleeping).toBe(0)
  })

  it('is not hurt by listeners that throw', async () => {
    const { clock, stop } = instances
    const a = instances.create('a', { skipColdStart: true })
    a.on('elected', () => {
      throw new Error('listener')
    }).on('promoted', () => Promise.reject(new Error('listener')))
    await a.start()
    await clock.advance(60_000)
    expect(a.isLeader()).toBe(true)
    await stop(a)
  })
})

it('refuses arguments that make no sense by name', async () => {
  const { create, stop } = instances
  const [a, b] = [await leader(), create('b')]
  await b.start()
  for (const each of [a, b]) {
    for (const [call, message] of [
      [() => each.runAsLeader(undefined as never), 'the argument of runAsLeader to be a function, got undefined'],
      [() => each.stepDown(undefined as never), 'the reason of stepDown to be a text, got undefined'],
      [() => each.refreshMember('x' as never), 'the extra of refreshMember to be an object, got "x"'],
      [async () => each.noteMember('x' as never), 'the argument of noteMember to be an object, got "x"'],
      [() => each.workers('x' as never), 'the argument of workers to be ms >= 0, got "x"'],
      [() => each.stop({ releaseWithinMs: 0 }), 'the releaseWithinMs of stop to be ms > 0, got 0'],
      [() => each.memberLastSeen(undefined as never), "memberLastSeen to be a worker's id, got undefined"],
      [() => each.memberLastSeen('../x'), `memberLastSeen to be a worker's id, got "../x"`],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(message) as string,
      })
    }
  }
  await stop(a, b)
})

describe('runAsLeader', () => {
  it('runs on the leader only', async () => {
    const { create, stop } = instances
    const a = await leader()
    const b = create('b')
    await b.start()
    expect(await a.runAsLeader(({ epoch }) => `in ${epoch}`)).toEqual({ outcome: 'ran', value: 'in 1', epoch: 1 })
    expect(await b.runAsLeader(() => 1)).toEqual({ outcome: 'not-leader', leader: { workerId: 'a', epoch: 1 } })
    await expect(a.runAsLeader(() => Promise.reject(new RangeError('own')))).rejects.toThrow(RangeError)
    await stop(a, b)
  })

  it('rejects when leadership was lost meanwhile', async () => {
    const { clock, stop } = instances
    const a = await leader()
    const running = a.runAsLeader(
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('too late'))),
    )
    const [failure] = await Promise.all([
      running.catch((error: unknown) => error),
      clock
        .advance(0)
        .then(() => clock.block(70_000))
        .then(() => clock.advance(1000)),
    ])
    expect(failure).toMatchObject({ code: 'LOST', context: { epoch: 1 } })
    await stop(a)
  })

  it('is waited for by stop', async () => {
    const { clock } = instances
    const a = await leader()
    let finish = (): void => {}
    const running = a.runAsLeader(() => new Promise<void>((resolve) => (finish = resolve)))
    await clock.advance(0)
    const stopping = a.stop()
    await clock.advance(60_000)
    expect(a.isLeader()).toBe(true)
    finish()
    expect(await running).toMatchObject({ outcome: 'ran' })
    await stopping
    expect(clock.sleeping).toBe(0)
  })
})
