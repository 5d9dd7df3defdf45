/** The contender's memory of looks and attempts, and its conclusions from answers with little information. */
import { describe, expect, it } from 'vitest'
import { at, held, holder, LeaseDriver, limits, TTL } from '../test/lease-driver.ts'
import { step } from './lease-protocol.ts'
import { claimableInMs, initialLease } from './lease-state.ts'

const unreadable = (etag: string) =>
  ({ kind: 'unreadable', problem: 'p', etag, lastModified: 0, serverTime: 0 }) as const

describe('what was seen', () => {
  it('under the same ETag has been waited for since it was first seen, however often it is read', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 1000, '"x"')
    driver.begin('look', 20_000)
    driver.sees(held(4), 20_000, '"x"')
    expect(claimableInMs(driver.state, at(21_000))).toBe(TTL - 20_000)
    expect(driver.state.sight).toMatchObject({ kind: 'record', ours: false, since: at(1000) })
  })

  it('stands when the same ETag can not be read any more: that answer was cut off', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 1000, '"x"')
    driver.begin('look', 2000)
    driver.found(unreadable('"x"'), 2000)
    expect(driver.state.sight).toMatchObject({ kind: 'record', etag: '"x"', since: at(1000) })
    driver.begin('look', 3000)
    driver.found(unreadable('"y"'), 3000)
    expect(driver.state.sight).toMatchObject({ kind: 'unreadable', etag: '"y"' })
    expect(claimableInMs(driver.state, at(100 * TTL))).toBe(Infinity)
  })

  it('of ours stays ours when it is read again', () => {
    const driver = holder()
    driver.begin('look', 1000)
    driver.sees(held(1, { holder: 'me', seq: 0 }), 1000, '"e1"', 'n1')
    expect(driver.state.sight).toMatchObject({ ours: true })
    expect(driver.trustLeft(1000)).toBe(19_000)
  })

  it('is as old as the server said at the first look, and ages by the own clock from then on', () => {
    const driver = new LeaseDriver({ ...limits, serverClockMarginMs: 10_000 })
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"', 'theirs', { lastModified: 5000, serverTime: 17_000 })
    // 12 s old, and 10 s of these are the margin.
    expect(claimableInMs(driver.state, at(0))).toBe(TTL - 2000)
    driver.begin('look', 1000)
    driver.found({ kind: 'unchanged', serverTime: 18_000 }, 1000)
    expect(claimableInMs(driver.state, at(1000))).toBe(TTL - 3000)
  })

  it('gets no older by a step of the clock of the server', () => {
    const driver = new LeaseDriver({ ...limits, serverClockMarginMs: 10_000 })
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"', 'theirs', { lastModified: 5000, serverTime: 6000 })
    driver.begin('look', 1000)
    driver.found({ kind: 'unchanged', serverTime: 3_600_000 }, 1000)
    expect(claimableInMs(driver.state, at(1000))).toBe(TTL - 1000)
    driver.begin('look', 2000)
    driver.sees(held(4), 2000, '"x"', 'theirs', { lastModified: 5000, serverTime: 3_601_000 })
    expect(claimableInMs(driver.state, at(2000))).toBe(TTL - 2000)
  })

  it('is not judged by the server where it does not say its time', () => {
    const driver = new LeaseDriver({ ...limits, serverClockMarginMs: 10_000 })
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"', 'theirs', { serverTime: 10 * TTL })
    expect(claimableInMs(driver.state, at(0))).toBe(TTL)
    driver.begin('look', 1)
    driver.sees(held(4), 1, '"y"', 'theirs', { lastModified: 0 })
    expect(claimableInMs(driver.state, at(1))).toBe(TTL)
  })

  it('changes nothing where nothing was known and the server says that nothing changed', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.found({ kind: 'unchanged', serverTime: 5 }, 10)
    expect(driver.state.sight).toEqual({ kind: 'unknown' })
  })
})

describe('an empty place', () => {
  const emptied = (before: Parameters<typeof held>[1]): LeaseDriver => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4, before), 0, '"x"')
    driver.begin('look', 1000)
    driver.found({ kind: 'missing' }, 1000)
    return driver
  }

  it('of a lease that was free is waited for: another contender may have claimed the lease since', () => {
    expect(claimableInMs(emptied({ state: 'free' }).state, at(1000))).toBe(TTL)
  })

  it('is waited for as long as the holder, or a contender like this one, trusts the lease', () => {
    expect(claimableInMs(emptied({ ttlMs: 2 * TTL }).state, at(1000))).toBe(2 * TTL)
    expect(claimableInMs(emptied({ ttlMs: TTL / 2 }).state, at(1000))).toBe(TTL)
  })

  it('of an unreadable object is waited for', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.found({ kind: 'unreadable', problem: 'p', etag: '"x"', lastModified: 0, serverTime: 0 }, 0)
    driver.begin('look', 1000)
    driver.found({ kind: 'missing' }, 1000)
    expect(claimableInMs(driver.state, at(1000))).toBe(TTL)
  })

  it('has been waited for since it was first seen, however often it is looked at', () => {
    const driver = emptied({})
    driver.begin('look', 11_000)
    driver.found({ kind: 'missing' }, 11_000)
    expect(claimableInMs(driver.state, at(11_000))).toBe(TTL - 10_000)
  })

  it('of the own lease is free for the holder, for as long as the holder trusts the lease', () => {
    const emptiedAt = (ms: number): LeaseDriver => {
      const driver = holder()
      driver.begin('look', ms)
      driver.found({ kind: 'missing' }, ms)
      return driver
    }
    expect(claimableInMs(emptiedAt(19_000).state, at(19_000))).toBe(0)
    expect(claimableInMs(emptiedAt(21_000).state, at(21_000))).toBe(TTL)
  })
})

describe('what was tried', () => {
  it('can not land any more once another ETag was seen, and is forgotten then', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    driver.answered('unknown', 10_100)
    expect(driver.state.tried).toHaveLength(1)
    driver.sees(held(2), 10_200, '"x"')
    expect(driver.state.tried).toEqual([])
  })

  it('may still land while the ETag that it needs is there, and is remembered', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4, { state: 'free' }), 0, '"x"')
    driver.begin('claim', 10)
    const { nonce, record } = driver.attempt
    driver.failed(20)
    driver.begin('look', 30)
    driver.sees(held(4, { state: 'free' }), 30, '"x"')
    expect(driver.state.tried).toMatchObject([{ nonce }])
    // A reading of the same content under a new ETag must not hide a possible overwrite by the contender.
    driver.begin('claim', 40)
    driver.answered('conflict', 50)
    expect(driver.sees({ ...record, payload: {} }, 60, '"mine"', nonce)).toMatchObject({
      outcome: { kind: 'acquired', fence: 5 },
    })
  })

  it('leaves no doubt behind a request that failed and wrote nothing', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.failed(10)
    expect(driver.state.doubt).toBe(false)
    expect(driver.begin('claim', 20)).toMatchObject({ do: 'write' })
  })
})

describe('a step', () => {
  it('does nothing when nothing is wanted', () => {
    const nothing = { do: 'nothing' }
    const before = { ...initialLease(limits), goal: undefined }
    expect(step(before, { kind: 'read', found: { kind: 'missing' }, nonce: 'n' }, at(0)).effect).toEqual(nothing)
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    expect(driver.failed(10)).toEqual(nothing)
    expect(driver.state.goal).toBeUndefined()
  })

  it('wants nothing more once it has settled', () => {
    expect(holder().state.goal).toBeUndefined()
    const driver = new LeaseDriver()
    expect(driver.begin('look', 0)).toEqual({ do: 'read', ifNoneMatch: undefined })
    expect(driver.state.goal).toEqual({ kind: 'look' })
    expect(driver.found({ kind: 'missing' }, 1)).toEqual({ do: 'settle', outcome: { kind: 'looked' } })
    expect(driver.state.goal).toBeUndefined()
  })

  it('says of a claim by who holds the lease already that it is held, by itself', () => {
    expect(holder().begin('claim', 5000)).toEqual({
      do: 'settle',
      outcome: { kind: 'held', self: true, retryAfterMs: 15_000 },
    })
  })
})

describe('the own lease', () => {
  it('that an own release freed late is lost, and not renewed', () => {
    const driver = holder()
    driver.begin('release', 5000)
    const { nonce, record } = driver.attempt
    expect(driver.state.ended).toBe('released')
    driver.failed(5100)
    driver.begin('look', 5200)
    driver.sees({ ...record, payload: {} }, 5300, '"e2"', nonce)
    expect(driver.state.sight).toMatchObject({ ours: false })
    expect(driver.trustLeft(5300)).toBe(0)
  })

  it('that can not be read is looked at again by a renewal, and then said to be unreadable', () => {
    const driver = holder()
    driver.begin('look', 5000)
    driver.found(unreadable('"y"'), 5000)
    expect(driver.begin('renew', 6000)).toEqual({ do: 'read', ifNoneMatch: undefined })
    expect(driver.found(unreadable('"y"'), 6100)).toEqual({
      do: 'settle',
      outcome: { kind: 'unreadable', problem: 'p' },
    })
    expect(driver.trustLeft(6100)).toBe(13_900)
  })

  it('that can not be read is looked at again by a release, and left alone', () => {
    const driver = holder()
    driver.begin('look', 5000)
    driver.found(unreadable('"y"'), 5000)
    expect(driver.begin('release', 6000)).toEqual({ do: 'read', ifNoneMatch: undefined })
    expect(driver.found(unreadable('"y"'), 6100)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
  })

  it('is not released twice', () => {
    const driver = holder()
    driver.begin('release', 5000)
    driver.answered('"e2"', 5100)
    expect(driver.begin('release', 6000)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
    expect(driver.state.ended).toBe('released')
  })
})

it('an unreadable body becomes a free lease with the fence that a person names', () => {
  const driver = new LeaseDriver()
  driver.break(7, 0)
  expect(driver.found(unreadable('"x"'), 10)).toMatchObject({
    attempt: { for: 'break', condition: { ifMatch: '"x"' }, payload: {}, record: { fence: 7, state: 'free' } },
  })
})
