import { describe, expect, it } from 'vitest'
import { decideRest, inheritedRest, isAllRest, newRest, restBesides } from './fleet-rest.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'

const released: PreviousTerm = {
  epoch: 4,
  holder: 'a',
  state: 'free',
  watermark: 1000,
  renewedAt: 1200,
  ttlMs: 90_000,
  unclaimed: [],
  payload: { isStopped: true, watermark: 1000 },
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

  it('is not all that is due where no lease tells what was settled', () => {
    const rest = { from: 1000, to: 5000 }
    expect(isAllRest(rest, { previous: undefined, now: 5000 })).toBe(false)
    expect(isAllRest(rest, { previous: { ...released, watermark: undefined }, now: 5000 })).toBe(false)
  })

  it.each([
    ['a leader that fell silent', { ...released, state: 'held' as const }, true],
    ['a hand-over to a follower', released, false],
    ['a leader that stepped down', { ...released, payload: { watermark: 1000 } }, true],
    ['a lease that does not say what was settled', { ...released, payload: { isStopped: true } }, true],
  ])('is none after %s', (_, previous, isFleetStart) => {
    expect(newRest({ previous, isFleetStart, now: 5000 })).toBeUndefined()
  })

  it.each([[{ from: null, to: 2 }], [{ from: 1, to: 2 }]])('is read from a lease as it was: %o', (rest) => {
    expect(inheritedRest({ ...released, payload: { rest } })).toEqual(rest)
  })

  it('ended with the first leader of all, also where that leader died before its first renewal', () => {
    const dead = { ...released, state: 'held' as const, watermark: undefined, payload: {} }
    expect(inheritedRest(dead)).toEqual({ from: null, to: 1200 })
    expect(inheritedRest({ ...dead, renewedAt: undefined })).toBeUndefined()
  })

  it.each([
    ['before the first renewal of all', {}, { from: null, to: Infinity }],
    ['before the first renewal after a stop', { isStopped: true, watermark: 1000 }, { from: 1000, to: Infinity }],
    ['as the leader tells', { watermark: 3000, rest: { from: 1, to: 2 } }, { from: 1, to: 2 }],
    ['of which the leader tells nothing', { watermark: 3000 }, undefined],
    ['of which no lease tells', undefined, undefined],
  ])('is left to the leader %s', (_, payload, rest) => {
    expect(restBesides(payload)).toEqual(rest)
  })

  it.each([{ terms: [] }, { rest: null }, { rest: { from: 'x', to: 1 } }, { rest: { from: 1 } }])(
    'is none where the lease makes no sense: %o',
    (payload) => {
      expect(inheritedRest({ ...released, payload })).toBeUndefined()
      expect(inheritedRest(undefined)).toBeUndefined()
    },
  )
})

describe('a new leader', () => {
  const now = 5000
  const undecided = { rest: undefined, isAllRest: false, unlessOthersSince: undefined }

  it('asks who was there since the last renewal, and takes the time since the stop for a rest meanwhile', () => {
    expect(decideRest({ previous: released, isFleetStart: true, now })).toEqual({
      rest: { from: 1000, to: 5000 },
      isAllRest: true,
      unlessOthersSince: 1200,
    })
  })

  it('asks nobody before the first leader of all, and after a lease of unknown age', () => {
    const first = decideRest({ previous: undefined, isFleetStart: true, now })
    expect(first).toEqual({ rest: { from: null, to: 5000 }, isAllRest: true, unlessOthersSince: undefined })
    const undated = { ...released, renewedAt: undefined }
    expect(decideRest({ previous: undated, isFleetStart: true, now }).unlessOthersSince).toBeUndefined()
  })

  it('lets the rest of an earlier term go on after a crash, and knows none otherwise', () => {
    const rest = { from: 1, to: 2 }
    const crashed = { ...released, state: 'held' as const, payload: { rest } }
    expect(decideRest({ previous: crashed, isFleetStart: true, now })).toEqual({ ...undecided, rest })
    expect(decideRest({ previous: { ...crashed, payload: { terms: [] } }, isFleetStart: true, now })).toEqual(undecided)
    expect(decideRest({ previous: undefined, isFleetStart: false, now })).toEqual(undecided)
  })
})
