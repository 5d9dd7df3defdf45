import { parseSchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import { decidePromotion, startsNow } from './decide-promotion.ts'
import type { KnownJob } from '../definitions/known-job.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')

/** An idle job with all ticks settled up to the minute before noon. */
const idle: KnownJob = {
  after: NOON - MINUTE,
  schedule,
  mayRun: true,
  isSettled: true,
  jitterMs: 0,
}
const never = { schedule: { ...schedule, next: () => null } }

const decide = (known: Partial<KnownJob> = {}, now = NOON - 5000) => decidePromotion({ ...idle, ...known }, now)

describe('a new leader', () => {
  it('plans an idle job without an open tick from its last settled tick on', () => {
    expect(decide()).toEqual({ act: 'plan', schedule, after: NOON - MINUTE })
  })

  it('plans a tick of the future only: a tick of this very instant is open', () => {
    expect(decide({}, NOON - 1).act).toBe('plan')
    expect(decide({}, NOON)).toEqual({ act: 'look' })
  })

  it.each([
    ['of a schedule that never fires again', never],
    ['without a schedule', { schedule: null }],
  ])('leaves an idle job %s alone', (_, known) => {
    expect(decide(known)).toEqual({ act: 'leave' })
  })

  it.each([
    ['that may not run here', { mayRun: false }],
    ['that may not run here, and has no schedule', { mayRun: false, schedule: null }],
    ['with an open run', { isSettled: false }],
    ['with an open run, and without a schedule', { isSettled: false, schedule: null }],
    ['with an open run of a schedule that never fires again', { ...never, isSettled: false }],
    ['with a due tick', { after: NOON - 10 * MINUTE }],
  ] as const)('looks at a job %s', (_, known) => {
    expect(decide(known)).toEqual({ act: 'look' })
  })

  it('looks at a job whose record it can’t read', () => {
    expect(decidePromotion(undefined, NOON)).toEqual({ act: 'look' })
  })
})

describe('a job with runOnStart', () => {
  it('is started by a leader that begins with the fleet', () => {
    expect(startsNow('each', { fence: 0 })).toBe(true)
    expect(startsNow('each', { fence: 7 })).toBe(true)
  })

  it('is started by a member only before the first claim of all', () => {
    expect(startsNow('never-claimed', { fence: 0 })).toBe(true)
    expect(startsNow('never-claimed', { fence: 1 })).toBe(false)
  })
})
