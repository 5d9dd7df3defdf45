import { describe, expect, it } from 'vitest'
import { isAllRest, newRest, readRest } from './fleet-rest.ts'
import type { PreviousTerm } from './follow-coordinator.ts'

const released: PreviousTerm = {
  epoch: 4,
  holder: 'a',
  state: 'free',
  watermark: 1000,
  renewedAt: 1200,
  ttlMs: 90_000,
  unclaimed: [],
  payload: { isStopped: true },
}

describe('a rest', () => {
  it('goes from ever to the first leader of all', () => {
    expect(newRest({ previous: undefined, isFleetStart: true, now: 5000 })).toEqual({ from: null, to: 5000 })
  })

  it('goes from what an orderly stop had settled to the next start', () => {
    expect(newRest({ previous: released, isFleetStart: true, now: 5000 })).toEqual({ from: 1000, to: 5000 })
  })

  it('ends with a leader that died before its first renewal', () => {
    const previous = { ...released, triedAt: 3000 }
    expect(newRest({ previous, isFleetStart: true, now: 5000 })).toEqual({ from: 1000, to: 3000 })
  })

  it('begins with the stop of a leader that had not taken over yet', () => {
    const previous = { ...released, payload: { isStopped: true, restsFrom: 2000 } }
    expect(newRest({ previous, isFleetStart: true, now: 5000 })).toEqual({ from: 2000, to: 5000 })
  })

  it('goes on from ever when the first leader of all stopped before it had taken over', () => {
    const payload = { isStopped: true, rest: { from: null, to: 2000 } }
    const previous = { ...released, watermark: undefined, payload }
    expect(newRest({ previous, isFleetStart: true, now: 5000 })).toEqual({ from: null, to: 5000 })
  })

  it.each([
    [true, { from: 1000, to: 5000 }],
    [true, { from: null, to: 5000 }],
    [false, { from: 1001, to: 5000 }],
    [false, { from: 1000, to: 4000 }],
    [false, undefined],
  ])('is all that is due, %s: %o', (isAll, rest) => {
    expect(isAllRest(rest, { previous: released, now: 5000 })).toBe(isAll)
  })

  it.each([
    ['a leader that fell silent', { ...released, state: 'held' as const }, true],
    ['a hand-over to a follower', released, false],
    ['a leader that stepped down', { ...released, payload: {} }, true],
    ['a lease that does not say what was settled', { ...released, watermark: undefined }, true],
  ])('is none after %s', (_, previous, isFleetStart) => {
    expect(newRest({ previous, isFleetStart, now: 5000 })).toBeUndefined()
  })

  it.each([[{ from: null, to: 2 }], [{ from: 1, to: 2 }]])('is read from a lease as it was: %o', (rest) => {
    expect(readRest({ rest })).toEqual(rest)
  })

  it.each([undefined, {}, { rest: null }, { rest: { from: 'x', to: 1 } }, { rest: { from: 1 } }])(
    'is none where the lease makes no sense: %o',
    (payload) => {
      expect(readRest(payload)).toBeUndefined()
    },
  )
})
