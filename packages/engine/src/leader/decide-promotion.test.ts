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
  isChained: false,
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
    expect(decide({}, NOON)).toEqual({ act: 'look', why: 'tick-due' })
  })

  it('plans a job that waits for other jobs, too, as any other', () => {
    expect(decide({ isChained: true }).act).toBe('plan')
  })

  it.each([
    ['of a schedule that never fires again', never],
    ['without a schedule', { schedule: null }],
  ])('leaves an idle job %s alone', (_, known) => {
    expect(decide(known)).toEqual({ act: 'leave' })
  })

  it.each([
    ['not-for-here', { mayRun: false, isSettled: false }],
    ['not-for-here', { mayRun: false, isSettled: false, schedule: null }],
    ['open-run', { isSettled: false }],
    ['open-run', { isSettled: false, schedule: null }],
    ['open-run', { ...never, isSettled: false }],
    ['tick-due', { after: NOON - 10 * MINUTE }],
  ] as const)('looks at a job: %s', (why, known) => {
    expect(decide(known)).toEqual({ act: 'look', why })
  })

  it('looks at a job whose record it can’t read', () => {
    expect(decidePromotion(undefined, NOON)).toEqual({ act: 'look', why: 'unknown' })
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
