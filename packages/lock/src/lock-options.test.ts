import { createMemoryStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { createLock, LockError } from './index.ts'

const store = createMemoryStore()

describe('createLock', () => {
  it.each(['', 'x'.repeat(129), '..', 'a/../b', 'a..b', '/a', 'a/', 'a//b', 'a b', './a', 'ä'])(
    'refuses the name %j',
    (name) => {
      expect(() => createLock(store, name)).toThrow(LockError)
      expect(() => createLock(store, name)).toThrow(/lock's name of 1 to 128 characters, got/)
    },
  )

  it.each(['a', 'deploy', 'team/deploy', 'A-b_c.9', 'x'.repeat(128)])('accepts the name %j', (name) => {
    expect(createLock(store, name).name).toBe(name)
  })

  it.each([
    [{ ttlMs: 999 }, 'expected ttlMs to be an integer >= 1000 and <= 86400000, got 999'],
    [{ ttlMs: 86_400_001 }, 'expected ttlMs to be an integer >= 1000 and <= 86400000, got 86400001'],
    [{ ttlMs: '5s' }, 'expected ttlMs to be an integer >= 1000 and <= 86400000, got "5s"'],
    [{ holder: '' }, 'expected holder to be a string of 1 to 256 characters, got ""'],
    [{ ttl: 5000 }, "unknown option 'ttl'"],
    [{ clock: {} }, 'expected clock to be a Clock'],
  ])('refuses the options %j', (options, message) => {
    expect(() => createLock(store, 'a', options as object)).toThrow(message)
  })

  it.each([
    [{ waitMs: -1 }, 'expected waitMs to be a number >= 0, got -1'],
    [{ waitMs: Number.NaN }, 'expected waitMs to be a number >= 0, got NaN'],
    [{ waitMs: '5' }, 'expected waitMs to be a number >= 0, got "5"'],
    [{ wait: 5000 }, "acquire: unknown option 'wait'. Did you mean 'waitMs'?"],
    [{ signal: new AbortController() }, 'expected signal to be an AbortSignal, got AbortController'],
    [5000, 'acquire: expected the options to be an object, got 5000'],
  ])('refuses to wait as %j says', async (options, message) => {
    const refused = { code: 'INVALID_OPTIONS', message: expect.stringContaining(message) as string }
    const lock = createLock(store, 'patience')
    await expect(lock.acquire(options as object)).rejects.toMatchObject(refused)
    await expect(lock.withLock(() => 'ran', options as object)).rejects.toMatchObject(refused)
    expect(await lock.inspect()).toEqual({ state: 'missing' })
  })

  it('refuses to lock for something that is no function', async () => {
    const lock = createLock(store, 'no-function')
    const message = 'expected the first argument of withLock to be a function, got { waitMs: 5 }'
    const refused = { code: 'INVALID_ARGUMENT', message }
    await expect(lock.withLock({ waitMs: 5 } as never)).rejects.toMatchObject(refused)
    expect(await lock.inspect()).toEqual({ state: 'missing' })
  })

  it('refuses to break nothing in particular', async () => {
    const refused = {
      code: 'INVALID_ARGUMENT',
      message: 'expected { fence }, an integer from 1 to 2^52, got undefined',
    }
    await expect(createLock(store, 'a').breakLock(undefined as never)).rejects.toMatchObject(refused)
  })

  it.each([0, 1.5, Number.NaN])('refuses to break the fence %j', async (fence) => {
    await expect(createLock(store, 'a').breakLock({ fence })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('opens a connection string, and closes what it opened', async () => {
    const lock = createLock('memory://lock-options', 'a')
    expect(await lock.acquire()).toMatchObject({ outcome: 'acquired' })
    await lock.close()
    await expect(lock.inspect()).rejects.toMatchObject({ code: 'CLOSED' })
    expect(await createLock('memory://lock-options', 'a').inspect()).toEqual({ state: 'free', fence: 1 })
  })

  it('leaves a store that it was given open', async () => {
    const lock = createLock(store, 'given')
    await lock[Symbol.asyncDispose]()
    expect(await lock.inspect()).toEqual({ state: 'missing' })
  })
})
