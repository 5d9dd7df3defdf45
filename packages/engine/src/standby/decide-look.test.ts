import { everySchedule, parseSchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import type { KnownJob } from '../definitions/known-job.ts'
import { AGAIN_MS, SOON_MS } from '../ticks/pause-for-others.ts'
import {
  decideFinding,
  decideNextLook,
  decidePlace,
  decideTurn,
  FIRST_LOOK_MS,
  isNear,
  isReliedOn,
  LONGEST_WAIT_MS,
  MOTION_HEARTBEATS,
  NEAR_MS,
  NEXT_LOOK_MS,
  type NextLookInput,
  openStart,
  type PlaceInput,
  UNPROVEN_MS,
  waitMs,
} from './decide-look.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const HEARTBEAT = 30_000

describe('the place of a standby', () => {
  const place = (changes: Partial<PlaceInput> = {}): number | undefined =>
    decidePlace({
      workerId: 'me',
      isLeader: false,
      payload: { standbys: ['b', 'me'] },
      sinceMovedMs: MOTION_HEARTBEATS * HEARTBEAT + 1,
      heartbeatMs: HEARTBEAT,
      ...changes,
    })

  it('is the place of its name in the lease', () => {
    expect(place()).toBe(1)
    expect(place({ payload: { standbys: ['me', 'b'] } })).toBe(0)
  })

  it('is behind the named followers while the lease has room', () => {
    expect(place({ payload: { standbys: ['b'] } })).toBe(1)
    expect(place({ payload: {} })).toBe(0)
    expect(place({ payload: { standbys: 'no list' } })).toBe(0)
  })

  it('is none where the lease names others in all places', () => {
    expect(place({ payload: { standbys: ['b', 'c'] } })).toBeUndefined()
  })

  it('is the first in the motion after a start or a change of leader, named or not', () => {
    const sinceMovedMs = MOTION_HEARTBEATS * HEARTBEAT
    expect(place({ sinceMovedMs })).toBe(0)
    expect(place({ sinceMovedMs, payload: { standbys: ['b', 'c'] } })).toBe(0)
  })

  it('is none without a lease, and for a shard under its own lead, also in motion', () => {
    expect(place({ payload: undefined })).toBeUndefined()
    expect(place({ payload: undefined, sinceMovedMs: 0 })).toBeUndefined()
    expect(place({ isLeader: true })).toBeUndefined()
    expect(place({ isLeader: true, sinceMovedMs: 0 })).toBeUndefined()
  })
})

describe('a tick', () => {
  it('is near when an idle member may be silent for longer than until the tick', () => {
    expect(isNear(NOON + NEAR_MS, NOON)).toBe(true)
    expect(isNear(NOON + NEAR_MS + 1, NOON)).toBe(false)
    expect(isNear(undefined, NOON)).toBe(false)
    expect(NEAR_MS).toBeGreaterThan(900_000)
  })

  it('makes the leader rely on the standbys that its lease names', () => {
    const payload = { standbys: ['me'] }
    expect(isReliedOn(payload, 'me', NOON, NOON)).toBe(true)
    expect(isReliedOn(payload, 'me', undefined, NOON)).toBe(false)
    expect(isReliedOn(payload, 'other', NOON, NOON)).toBe(false)
    expect(isReliedOn(undefined, 'me', NOON, NOON)).toBe(false)
  })
})

describe('a turn of a standby', () => {
  it('looks a moment after each instant, the second standby later than the first', () => {
    expect(decideTurn(0, NOON)).toEqual({ act: 'look', upTo: NOON - FIRST_LOOK_MS, afterMs: FIRST_LOOK_MS })
    const afterMs = FIRST_LOOK_MS + NEXT_LOOK_MS
    expect(decideTurn(1, NOON)).toEqual({ act: 'look', upTo: NOON - afterMs, afterMs })
  })

  it('ends the duty of an instance without a place', () => {
    expect(decideTurn(undefined, NOON)).toEqual({ act: 'off' })
  })

  it('is followed by the next at the look after the earliest start, and within a minute for a corrected clock', () => {
    expect(waitMs(NOON + 200, 300, NOON)).toBe(500)
    expect(waitMs(NOON - 400, 300, NOON)).toBe(-100)
    expect(waitMs(NOON + MINUTE, 300, NOON)).toBe(LONGEST_WAIT_MS)
    expect(waitMs(undefined, 300, NOON)).toBe(LONGEST_WAIT_MS)
  })
})

describe('the start of an open tick', () => {
  const schedule = parseSchedule('* * * * *')
  const known: KnownJob = {
    after: NOON - 2 * MINUTE,
    schedule,
    mayRun: true,
    isSettled: true,
    jitterMs: 0,
  }

  it('is that of the first tick which is not settled', () => {
    expect(openStart('job', known)).toBe(NOON - MINUTE)
  })

  it('is that of a later tick where only later ticks are asked for', () => {
    expect(openStart('job', known, NOON)).toBe(NOON + MINUTE)
    expect(openStart('job', known, NOON - 5 * MINUTE)).toBe(NOON - MINUTE)
  })

  it('is as late as the jitter says', () => {
    const startAt = openStart('job', { ...known, jitterMs: 20_000 }) ?? 0
    expect(startAt).toBeGreaterThan(NOON - MINUTE)
    expect(startAt).toBeLessThanOrEqual(NOON - MINUTE + 20_000)
  })

  it.each([
    ['an unknown job', undefined],
    ['a job that is not to run here', { ...known, mayRun: false }],
    ['a job without a schedule', { ...known, schedule: null }],
    ['a schedule that never fires again', { ...known, schedule: { ...everySchedule(1000), next: () => null } }],
  ])('is none for %s', (_, job) => {
    expect(openStart('job', job)).toBeUndefined()
  })
})

describe('the finding of a look', () => {
  it('is a claim where the open tick is due by the clock of the server, too', () => {
    expect(decideFinding(NOON, NOON)).toBe('claim')
    expect(decideFinding(NOON, NOON - 1)).toBe('wait')
  })

  it('is nothing to do where the tick was claimed', () => {
    expect(decideFinding(undefined, NOON)).toBe('leave')
  })
})

describe('after a look, a job', () => {
  const afterMs = 300
  const next = (changes: Partial<NextLookInput> = {}) =>
    decideNextLook({
      now: NOON,
      nextStart: NOON + MINUTE,
      openStart: NOON - 1000,
      lookedUpTo: NOON - afterMs,
      afterMs,
      isOverdue: false,
      othersOverInMs: () => {
        throw new Error('asked about a tick that is not overdue')
      },
      ...changes,
    })
  const planned = NOON + MINUTE

  it('waits for its next tick when its tick was claimed', () => {
    expect(next({ openStart: undefined })).toEqual(planned)
    expect(next({ openStart: NOON + MINUTE })).toEqual(planned)
    expect(next({ openStart: undefined, nextStart: undefined })).toEqual(undefined)
  })

  it('is looked at as usual when a tick fell due during the look, even in this very instant', () => {
    expect(next({ openStart: NOON - 200, isOverdue: true })).toEqual(NOON - 200)
    expect(next({ openStart: NOON })).toEqual(NOON)
  })

  it('is looked at again soon when its tick is not due for sure', () => {
    const again = NOON + UNPROVEN_MS - afterMs
    expect(next()).toEqual(again)
    expect(next({ openStart: NOON - afterMs })).toEqual(again)
  })

  it('is looked at again later when the end of the run in its way is unknown', () => {
    const othersOverInMs = (): undefined => undefined
    expect(next({ isOverdue: true, othersOverInMs })).toEqual(NOON + AGAIN_MS - afterMs)
  })

  it('is held until the known end of the run in its way, and for a moment at least', () => {
    const held = (overInMs: number) => next({ isOverdue: true, othersOverInMs: () => overInMs })
    expect(held(1500)).toEqual(NOON + 1500 - afterMs)
    expect(held(0)).toEqual(NOON + SOON_MS - afterMs)
  })

  it('is looked at no later than at its next tick', () => {
    const othersOverInMs = (): undefined => undefined
    const startAt = NOON + 1000
    expect(next({ isOverdue: true, othersOverInMs, nextStart: startAt })).toEqual(startAt)
    const last = NOON + AGAIN_MS - afterMs
    expect(next({ isOverdue: true, othersOverInMs, nextStart: undefined })).toEqual(last)
  })
})

it('looks within a second, the second standby too, and believes a run gone only after some time', () => {
  expect({
    FIRST_LOOK_MS,
    NEXT_LOOK_MS,
    LONGEST_WAIT_MS,
    UNPROVEN_MS,
    AGAIN_MS,
    SOON_MS,
    MOTION_HEARTBEATS,
  }).toEqual({
    FIRST_LOOK_MS: 300,
    NEXT_LOOK_MS: 500,
    LONGEST_WAIT_MS: 60_000,
    UNPROVEN_MS: 700,
    AGAIN_MS: 5000,
    SOON_MS: 100,
    MOTION_HEARTBEATS: 2,
  })
})
