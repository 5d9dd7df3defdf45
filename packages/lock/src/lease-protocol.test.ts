import { describe, expect, it } from 'vitest'
import { at, held, holder, LeaseDriver, limits, TTL } from '../test/lease-driver.ts'
import { claimableInMs, trustedForMs, type LeaseLimits } from './lease-state.ts'

describe('a claim', () => {
  it('creates what nobody has seen, with fence 1, in one write', () => {
    const driver = new LeaseDriver()
    expect(driver.begin('claim', 0)).toMatchObject({ do: 'write', attempt: { condition: { ifAbsent: true } } })
    expect(driver.attempt.record).toMatchObject({ fence: 1, seq: 0, state: 'held', holder: 'me', ttlMs: TTL })
    expect(driver.answered('"e1"', 20)).toEqual({
      do: 'settle',
      outcome: { kind: 'acquired', fence: 1, previous: undefined },
    })
  })

  it('is trusted from before it was sent, for the ttl less a third', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 100)
    driver.answered('"e1"', 5000)
    expect(trustedForMs(TTL)).toBe(20_000)
    expect(driver.trustLeft(5000)).toBe(15_100)
    expect(driver.trustLeft(20_099)).toBe(1)
    expect(driver.trustLeft(20_100)).toBe(0)
  })

  it('reads after a conflict, and is held when somebody else is there', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    expect(driver.answered('conflict', 10)).toEqual({ do: 'read', ifNoneMatch: undefined })
    expect(driver.sees(held(4), 20, '"x"')).toEqual({
      do: 'settle',
      outcome: { kind: 'held', self: false, retryAfterMs: TTL },
    })
  })

  it('takes what is free, with the next fence and the payload that is there', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4, { state: 'free', payload: { w: 1 } }), 10, '"x"')
    expect(driver.begin('claim', 20)).toMatchObject({
      attempt: { condition: { ifMatch: '"x"' }, payload: { w: 1 }, record: { fence: 5 } },
    })
    expect(driver.answered('"e"', 30)).toMatchObject({
      outcome: { kind: 'acquired', previous: { fence: 4, holder: 'other', state: 'free', payload: { w: 1 } } },
    })
  })

  it('steals only after a whole ttl with the same ETag, counted from the answer that showed it', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 1000, '"x"')
    expect(claimableInMs(driver.state, at(1000 + TTL - 1))).toBe(1)
    expect(driver.begin('claim', 1000 + TTL - 1)).toEqual({ do: 'read', ifNoneMatch: '"x"' })
    expect(driver.found({ kind: 'unchanged' }, 1000 + TTL)).toMatchObject({ attempt: { record: { fence: 5 } } })
  })

  it('steals at once, conditional on what was read, when the holder is known to be gone', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    driver.answered('conflict', 10)
    const effect = driver.sees(held(4), 20, '"x"', 'theirs', { holderIsGone: true })
    expect(effect).toMatchObject({ do: 'write', attempt: { condition: { ifMatch: '"x"' }, record: { fence: 5 } } })
    expect(driver.answered('conflict', 30)).toMatchObject({ do: 'read' })
    expect(driver.sees(held(5), 40, '"y"')).toMatchObject({ outcome: { kind: 'held', retryAfterMs: TTL } })
  })

  it('begins to wait again when the ETag changes', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 1000, '"x"')
    driver.begin('look', 20_000)
    driver.sees(held(4, { seq: 2 }), 20_000, '"y"')
    expect(claimableInMs(driver.state, at(31_000))).toBe(19_000)
  })

  it('waits for the ttl of the holder, not for its own', () => {
    const driver = new LeaseDriver({ ...limits, ttlMs: 1000 })
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"')
    expect(claimableInMs(driver.state, at(1000))).toBe(TTL - 1000)
  })

  it('does not let a suspended machine count the time that it slept as waited', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"')
    expect(claimableInMs(driver.state, { monotonic: 1000, wall: 1_000_000 + 10 * TTL })).toBe(TTL - 1000)
  })

  it('believes the clock of the server only when told to', () => {
    const times = { lastModified: 0, serverTime: 45_000 }
    const [patient, trusting] = [new LeaseDriver(), new LeaseDriver({ ...limits, serverClockMarginMs: 10_000 })]
    for (const driver of [patient, trusting]) {
      driver.begin('look', 0)
      driver.sees(held(4), 0, '"x"', 'theirs', times)
    }
    expect(claimableInMs(patient.state, at(0))).toBe(TTL)
    expect(claimableInMs(trusting.state, at(0))).toBe(0)
  })

  it('never takes what can not be read', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    driver.answered('conflict', 0)
    const outcome = { kind: 'held', self: false, retryAfterMs: Infinity }
    expect(driver.found({ kind: 'unreadable', problem: 'p', etag: '"x"', lastModified: 0, serverTime: 0 }, 1)).toEqual({
      do: 'settle',
      outcome,
    })
    expect(claimableInMs(driver.state, at(100 * TTL))).toBe(Infinity)
  })

  it('waits a ttl before it takes the empty place of a lease that it had seen held, and goes on counting', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"')
    driver.begin('look', 1000)
    driver.found({ kind: 'missing' }, 1000)
    expect(claimableInMs(driver.state, at(1000))).toBe(TTL)
    expect(driver.begin('claim', 1000 + TTL)).toMatchObject({
      attempt: { condition: { ifAbsent: true }, record: { fence: 5 } },
    })
  })

  it('whose answer is lost is found by its nonce, and trusted from when it was sent', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    const { nonce, record } = driver.attempt
    expect(driver.answered('unknown', 6000)).toMatchObject({ do: 'read' })
    expect(driver.sees({ ...record, payload: {} }, 7000, '"e"', nonce)).toMatchObject({ outcome: { kind: 'acquired' } })
    expect(driver.trustLeft(7000)).toBe(13_000)
  })

  it('whose answer comes too late is made again with a new fence', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    expect(driver.answered('"e"', 20_000)).toMatchObject({
      attempt: { condition: { ifMatch: '"e"' }, record: { fence: 2, predecessor: { holder: 'me', fence: 1 } } },
    })
  })

  it('that failed leaves doubt: the next one reads first', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    driver.failed(100)
    expect(driver.begin('claim', 200)).toEqual({ do: 'read', ifNoneMatch: undefined })
  })

  it('finds behind a lease that was never renewed the one before it', () => {
    const driver = new LeaseDriver()
    const predecessor = { holder: 'real', fence: 3, state: 'held' as const, lastModified: 77 }
    driver.begin('look', 0)
    driver.sees(held(4, { seq: 0, predecessor, payload: { w: 1 } }), 0, '"x"')
    driver.begin('claim', TTL)
    expect(driver.answered('"e"', TTL)).toMatchObject({
      outcome: { fence: 5, previous: { ...predecessor, payload: { w: 1 } } },
    })
  })

  it.each([
    ['the claim in between', undefined, 99],
    ['the first of several claims in between', 88, 88],
  ])('tells the time of %s', (_, before, triedAt) => {
    const driver = new LeaseDriver()
    const predecessor = { holder: 'real', fence: 3, state: 'free' as const, lastModified: 77, triedAt: before }
    driver.begin('look', 0)
    driver.sees(held(4, { seq: 0, predecessor }), 0, '"x"', 'theirs', { lastModified: 99 })
    driver.begin('claim', TTL)
    expect(driver.answered('"e"', TTL)).toMatchObject({ outcome: { fence: 5, previous: { fence: 3, triedAt } } })
  })
})

describe('a claim, besides the fence', () => {
  it('names the process of the contender, where that is known', () => {
    const process = { host: 'h', pid: 7, startedAt: 's' } as unknown as NonNullable<LeaseLimits['process']>
    const driver = new LeaseDriver({ ...limits, process })
    driver.begin('claim', 0)
    expect(driver.attempt.record).toEqual({ holder: 'me', ttlMs: TTL, process, fence: 1, seq: 0, state: 'held' })
    const nameless = new LeaseDriver()
    nameless.begin('claim', 0)
    expect(nameless.attempt.record).not.toHaveProperty('process')
  })

  it('of a renewed lease follows the lease itself, and not the one before', () => {
    const driver = new LeaseDriver()
    const predecessor = { holder: 'real', fence: 3, state: 'held' as const, lastModified: 77 }
    driver.begin('look', 0)
    driver.sees(held(4, { seq: 2, predecessor }), 0, '"x"')
    driver.begin('claim', TTL)
    expect(driver.answered('"e"', TTL)).toMatchObject({
      outcome: { fence: 5, previous: { holder: 'other', fence: 4 } },
    })
  })

  it('that is found to have landed, and is not wanted any more, is not trusted', () => {
    const driver = new LeaseDriver()
    driver.begin('claim', 0)
    const { nonce, record } = driver.attempt
    driver.answered('unknown', 100)
    driver.failed(200)
    driver.begin('look', 300)
    expect(driver.sees({ ...record, payload: {} }, 400, '"e"', nonce)).toMatchObject({ outcome: { kind: 'looked' } })
    expect(driver.trustLeft(400)).toBe(0)
    expect(driver.state.sight).toMatchObject({ ours: true })
  })

  it('of somebody else ends nothing where nothing was held', () => {
    const driver = new LeaseDriver()
    driver.begin('look', 0)
    driver.sees(held(4), 0, '"x"')
    expect(driver.state.ended).toBeUndefined()
  })
})

describe('a renewal', () => {
  it('is one write with the ETag of the last, and moves trust to when it was sent', () => {
    const driver = holder()
    expect(driver.begin('renew', 10_000)).toMatchObject({
      attempt: { condition: { ifMatch: '"e1"' }, payload: undefined, record: { fence: 1, seq: 1 } },
    })
    expect(driver.answered('"e2"', 12_000)).toEqual({ do: 'settle', outcome: { kind: 'renewed' } })
    expect(driver.trustLeft(12_000)).toBe(18_000)
  })

  it('never starts after trust ended', () => {
    const driver = holder()
    expect(driver.begin('renew', 20_000)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
    expect(driver.state.ended).toBe('expired')
  })

  it('that is answered after trust ended does not bring it back', () => {
    const driver = holder()
    driver.begin('renew', 19_000)
    expect(driver.answered('"e2"', 20_001)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
    expect(driver.trustLeft(20_001)).toBe(0)
  })

  it('finds by the nonce that an earlier try has landed', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    const first = driver.attempt
    driver.answered('unknown', 11_000)
    driver.found({ kind: 'unchanged' }, 11_100)
    expect(driver.attempt.nonce).not.toBe(first.nonce)
    expect(driver.answered('conflict', 12_000)).toEqual({ do: 'read', ifNoneMatch: '"e1"' })
    expect(driver.sees({ ...first.record, payload: {} }, 12_100, '"e2"', first.nonce)).toMatchObject({
      outcome: { kind: 'renewed' },
    })
    expect(driver.trustLeft(12_100)).toBe(17_900)
  })

  it('ends trust at once when somebody else is there', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    driver.answered('conflict', 10_100)
    expect(driver.sees(held(2), 10_200, '"x"')).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
    expect([driver.trustLeft(10_200), driver.state.ended]).toEqual([0, 'lost'])
  })

  it('puts the object back with the same fence when somebody deleted it', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    driver.answered('conflict', 10_100)
    expect(driver.found({ kind: 'missing' }, 10_200)).toMatchObject({
      attempt: { condition: { ifAbsent: true }, record: { fence: 1 } },
    })
    expect(driver.answered('"e2"', 10_300)).toMatchObject({ outcome: { kind: 'renewed' } })
  })

  it('takes an answer that was cut off for no news', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    driver.answered('unknown', 10_100)
    driver.found({ kind: 'unreadable', problem: 'cut', etag: '"e1"', lastModified: 0, serverTime: 0 }, 10_200)
    expect(driver.attempt.condition).toEqual({ ifMatch: '"e1"' })
  })
})
