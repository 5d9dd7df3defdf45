import { createManualClock, createSeededRandom, settle, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLock, type AcquireResult, type Lease, type Lock } from './index.ts'

let clock: ManualClock
let store: ObjectStore
/** While `true`, the store receives nothing and answers nothing. */
let isCutOff: boolean
let answer: () => void
let seed = 0

beforeEach(() => {
  clock = createManualClock()
  isCutOff = false
  const memory = createMemoryStore({ clock })
  const again = new Promise<void>((resolve) => {
    answer = () => {
      isCutOff = false
      resolve()
    }
  })
  const answered = async <T>(request: () => Promise<T>): Promise<T> => {
    if (isCutOff) await again
    return request()
  }
  store = {
    ...memory,
    get: (...args) => answered(() => memory.get(...args)),
    put: (...args) => answered(() => memory.put(...args)),
  }
})

function lockOf(holder: string): Lock {
  return createLock(store, 'deploy', { holder, ttlMs: 30_000, clock, random: createSeededRandom(++seed) })
}

function leaseOf(result: AcquireResult): Lease {
  if (result.outcome !== 'acquired') throw new Error(`not acquired: held by ${result.by}`)
  return result.lease
}

describe('with a store that is silent', () => {
  it('an acquire fails within its wait and ten seconds', async () => {
    isCutOff = true
    const acquiring = lockOf('a')
      .acquire({ waitMs: 500 })
      .catch((error: unknown) => error)
    await clock.advance(10_500)
    expect(await acquiring).toMatchObject({ code: 'UNDECIDED', retriable: true })
    expect(clock.sleeping).toBe(0)
  })

  it('what an acquire that gave up still acquires is given back', async () => {
    isCutOff = true
    const acquiring = lockOf('a')
      .acquire()
      .catch((error: unknown) => error)
    await clock.advance(10_000)
    expect(await acquiring).toMatchObject({ code: 'UNDECIDED' })
    answer()
    await settle()
    expect(await lockOf('b').inspect()).toEqual({ state: 'free', fence: 1 })
  })

  it('a release resolves within ten seconds', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    isCutOff = true
    const released = lease.release()
    await clock.advance(10_000)
    await released
    expect(lease.signal.aborted).toBe(true)
    expect(clock.sleeping).toBe(0)
  })
})

describe('a lock that is closed', () => {
  it('is not acquired by what was asked before', async () => {
    const lock = lockOf('a')
    isCutOff = true
    const acquiring = lock.acquire({ waitMs: 60_000 }).catch((error: unknown) => error)
    const closed = lock.close()
    expect(await acquiring).toMatchObject({ code: 'CLOSED' })
    answer()
    await closed
    expect(await lockOf('b').inspect()).toEqual({ state: 'free', fence: 1 })
    expect(clock.sleeping).toBe(0)
  })

  it('ends a wait for another holder', async () => {
    const lease = leaseOf(await lockOf('a').acquire())
    const lock = lockOf('b')
    const waiting = lock.acquire({ waitMs: Infinity }).catch((error: unknown) => error)
    await clock.advance(1000)
    await lock.close()
    expect(await waiting).toMatchObject({ code: 'CLOSED' })
    await lease.release()
    expect(clock.sleeping).toBe(0)
  })

  it('refuses to be acquired again', async () => {
    const lock = lockOf('a')
    await lock.close()
    await expect(lock.acquire()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('withLock says that the lock was lost', () => {
  const broken = async (after: (lease: Lease) => Promise<unknown>): Promise<unknown> => {
    const lock = lockOf('a')
    const running = lock.withLock(async (lease) => {
      await lockOf('operator').breakLock({ fence: lease.fence })
      await new Promise((resolve) => lease.signal.addEventListener('abort', resolve))
      return after(lease)
    })
    const [failure] = await Promise.all([running.catch((error: unknown) => error), clock.advance(10_000)])
    return failure
  }

  it('when the function fails by another lock', async () => {
    const other = createLock(store, 'other', { clock })
    const held = leaseOf(await other.acquire())
    const failure = await broken(() => other.withLock(() => undefined))
    expect(failure).toMatchObject({ code: 'LOST', cause: { code: 'HELD' } })
    await held.release()
  })

  it('when the function released the lease after the loss', async () => {
    expect(await broken((lease) => lease.release())).toMatchObject({ code: 'LOST' })
  })
})
