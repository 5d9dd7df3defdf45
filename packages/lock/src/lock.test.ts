import { createManualClock, createSeededRandom, settle, type ManualClock } from '@s3sched/kernel/testing'
import { StoreError, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createSimulatedHost } from './testing/index.ts'
import { createLock, LockError, type AcquireResult, type HostProbe, type Lease, type Lock } from './index.ts'

const KEY = 'locks/deploy.json'
let clock: ManualClock
let store: ObjectStore
let seed = 0

beforeEach(() => {
  clock = createManualClock()
  store = createMemoryStore({ clock })
})

function lockOf(holder: string, ttlMs = 30_000, host?: HostProbe): Lock {
  const random = createSeededRandom(++seed)
  return createLock(store, 'deploy', { holder, ttlMs, clock, random, ...(host === undefined ? {} : { host }) })
}

function leaseOf(result: AcquireResult): Lease {
  if (result.outcome !== 'acquired') throw new Error(`not acquired: held by ${result.by}`)
  return result.lease
}

describe('a lock', () => {
  it('tells the time to wait in whole milliseconds', async () => {
    const other = lockOf('b')
    leaseOf(await lockOf('a').acquire())
    await other.acquire()
    await clock.advance(0.4)
    expect(await other.acquire()).toMatchObject({ outcome: 'held', retryAfterMs: 30_000 })
  })

  it('is acquired once, and says who holds it and for how long', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    expect(lease).toMatchObject({ fence: 1, holder: 'a', name: 'deploy' })
    await clock.advance(3000)
    expect(await lockOf('b').acquire()).toEqual({
      outcome: 'held',
      by: 'a',
      self: false,
      sinceMs: 3000,
      retryAfterMs: 30_000,
    })
    await lease.release()
  })

  it('is free after a release, and the fence has grown', async () => {
    const first = leaseOf(await lockOf('a').acquire())
    await first.release()
    await first.release()
    const second = leaseOf(await lockOf('b').acquire())
    expect(second.fence).toBe(2)
    await second.release()
    expect(await lockOf('c').inspect()).toEqual({ state: 'free', fence: 2 })
  })

  it('is acquired at once when its holder was killed on this host', async () => {
    const host = createSimulatedHost()
    const [victim, heir] = [host.start(), host.start()]
    const lost = leaseOf(await lockOf('victim', 30_000, victim).acquire())
    const waiting = lockOf('heir', 30_000, heir).acquire({ waitMs: 5000 })
    await clock.advance(2000)
    host.kill(victim)
    await clock.advance(3000)
    const lease = leaseOf(await waiting)
    expect(lease.fence).toBe(2)
    await expect(lost.renew()).rejects.toMatchObject({ code: 'LOST' })
    await lease.release()
  })

  it('says so when this very process holds it', async () => {
    const lock = lockOf('a')
    const lease = leaseOf(await lock.acquire())
    expect(await lock.acquire()).toMatchObject({ outcome: 'held', by: 'a', self: true })
    await lease.release()
  })

  it('renews itself for as long as it is held', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    await clock.advance(10 * 60_000)
    expect(lease.isTrusted()).toBe(true)
    expect(await lockOf('b').inspect()).toMatchObject({ state: 'held', by: 'a', sinceMs: 600_000 })
    await lease.release()
    expect(lease.signal.reason).toMatchObject({ code: 'RELEASED' })
    expect(() => lease.check()).toThrow(/used after its release/)
    await expect(lease.renew()).rejects.toMatchObject({ code: 'RELEASED' })
    expect(clock.sleeping).toBe(0)
  })

  it('is stolen from a holder that fell silent, after a whole ttl and not before', async () => {
    const dead = leaseOf(await lockOf('a').acquire())
    const object = await store.get(KEY)
    const waiting = lockOf('b').acquire({ waitMs: 60_000 })
    await settle()
    // The dead holder's clock stands still: its object stays unchanged.
    const frozen = createMemoryStore({ clock })
    if (object.outcome === 'found') await frozen.put(KEY, object.body)
    const thief = createLock(frozen, 'deploy', { holder: 't', clock })
    const steal = thief.acquire({ waitMs: 60_000 })
    await clock.advance(29_000)
    expect(await thief.inspect()).toMatchObject({ by: 'a' })
    await clock.advance(7000)
    const stolen = leaseOf(await steal)
    expect(stolen.fence).toBe(2)
    await stolen.release()
    await dead.release()
    await clock.advance(7000)
    await leaseOf(await waiting).release()
  })

  it('gives up waiting when the time is over', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    const waiting = lockOf('b').acquire({ waitMs: 2000 })
    await clock.advance(2000)
    expect(await waiting).toMatchObject({ outcome: 'held', by: 'a' })
    await lease.release()
  })

  it('stops waiting when the signal aborts', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    const controller = new AbortController()
    const waiting = lockOf('b').acquire({ waitMs: Infinity, signal: controller.signal })
    await clock.advance(1000)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await lease.release()
    expect(clock.sleeping).toBe(0)
  })

  it('gives back what it acquired at the moment of the abort', async () => {
    const controller = new AbortController()
    const acquiring = lockOf('a').acquire({ signal: controller.signal })
    controller.abort(new Error('too late'))
    await expect(acquiring).rejects.toThrow('too late')
    await settle()
    expect(await lockOf('b').inspect()).toMatchObject({ state: 'free' })
  })

  it('passes from one caller to the next within a process as soon as it is released', async () => {
    const lock = lockOf('a')
    const first = leaseOf(await lock.acquire())
    const second = lock.acquire({ waitMs: 60_000 })
    await settle()
    await first.release()
    await settle()
    const lease = leaseOf(await second)
    expect(lease.fence).toBe(2)
    await lease.release()
  })
})

describe('withLock', () => {
  it('returns what the function returns, and releases', async () => {
    const lock = lockOf('a')
    expect(await lock.withLock(({ fence }) => `fence ${fence}`)).toBe('fence 1')
    expect(await lock.inspect()).toEqual({ state: 'free', fence: 1 })
  })

  it('releases when the function throws, and throws the same', async () => {
    const lock = lockOf('a')
    await expect(lock.withLock(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
    expect(await lock.inspect()).toEqual({ state: 'free', fence: 1 })
  })

  it('rejects when the lock is held', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    await expect(lockOf('b').withLock(() => 1)).rejects.toThrow("lock 'deploy' is held by a. Wait longer with waitMs")
    await lease.release()
  })

  it('refuses a holder that takes the lock once more, and says what to do instead of a wait', async () => {
    const lock = lockOf('a')
    const nested = lock.withLock(() => lock.withLock(() => 1))
    await expect(nested).rejects.toThrow(/held by this process \(a\)\. .*code that holds it passes its lease on/)
  })

  it('rejects when the lease was lost while the function ran', async () => {
    const lock = lockOf('a')
    const running = lock.withLock(async ({ signal, fence }) => {
      await lockOf('operator').breakLock({ fence })
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return 'done'
    })
    const [failure] = await Promise.all([running.catch((error: unknown) => error), clock.advance(10_000)])
    expect(failure).toBeInstanceOf(LockError)
    expect(failure).toMatchObject({ code: 'LOST', context: { fence: 1 } })
    expect(await lock.inspect()).toEqual({ state: 'free', fence: 1 })
  })
})

it('a logger that throws ends no renewal: a lease outlives the requests that failed', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const fail = (): never => {
    throw new Error('the disk of the logs is full')
  }
  let isDown = false
  const shaky: ObjectStore = {
    ...store,
    put: async (key, body, options) => {
      if (isDown) throw new StoreError('down', { code: 'NETWORK', retriable: true })
      return store.put(key, body, options)
    },
  }
  const logger = { debug: fail, info: fail, warn: fail, error: fail }
  const lock = createLock(shaky, 'deploy', { holder: 'a', clock, random: createSeededRandom(99), logger })
  const lease = leaseOf(await lock.acquire())
  isDown = true
  await clock.advance(12_000)
  isDown = false
  await clock.advance(120_000)
  expect(lease.signal.aborted).toBe(false)
  expect(warn).toHaveBeenCalled()
  await lease.release()
  warn.mockRestore()
})
