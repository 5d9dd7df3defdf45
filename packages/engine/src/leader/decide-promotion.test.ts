import { parseSchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import { decidePromotion, type PromotionInput, RENEWAL_MARGIN_MS, startsNow } from './decide-promotion.ts'
import type { KnownJob } from './known-job.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')
/** The renewal was late in the minute before, and every tick up to then is settled. */
const RENEWED = NOON - 10_000
const WATERMARK = RENEWED - 1000
const OLD = { lastModified: RENEWED - RENEWAL_MARGIN_MS - 1 }

const idle: KnownJob = {
  after: NOON - 10 * MINUTE,
  schedule,
  mayRun: true,
  isSettled: true,
  isChained: false,
  jitterMs: 0,
}
const lease = { watermark: WATERMARK, renewedAt: RENEWED, unclaimed: new Set<string>() }

type Changes = Partial<Omit<PromotionInput, 'known'>> & { readonly known?: Partial<KnownJob> | 'nothing' }

function decide({ known = {}, ...changes }: Changes = {}) {
  return decidePromotion({
    jobName: 'job',
    listed: 'awaited',
    lease,
    isRedefined: false,
    now: NOON - 5000,
    ...changes,
    known: known === 'nothing' ? undefined : { ...idle, ...known },
  })
}

const upToDate = { after: NOON - MINUTE }
const never = { schedule: { ...schedule, next: () => null } }

describe('before the LIST, a new leader', () => {
  it('plans an idle job without an open tick, as known', () => {
    expect(decide({ known: upToDate })).toEqual({ act: 'plan', plan: { schedule, after: NOON - MINUTE } })
  })

  it('plans a tick of the future only: a tick of this very instant is open', () => {
    expect(decide({ known: upToDate, now: NOON - 1 }).act).toBe('plan')
    expect(decide({ known: upToDate, now: NOON }).act).toBe('ask-again')
  })

  it.each([
    ['of a schedule that never fires again', never],
    ['without a schedule', { schedule: null }],
  ])('leaves an idle job %s alone', (_, known) => {
    expect(decide({ known })).toEqual({ act: 'leave' })
  })

  it.each([
    ['the job is unknown', 'nothing'],
    ['the job is not to run here', { mayRun: false, isSettled: false }],
    ['the job is not to run here and has no schedule', { mayRun: false, isSettled: false, schedule: null }],
    ['a job without a schedule has an open run', { isSettled: false, schedule: null }],
  ] as const)('claims nothing, since only the LIST can tell, when %s', (_, known) => {
    expect(decide({ known })).toEqual({ act: 'ask-again', plan: undefined })
  })

  it.each([
    ['with an open tick', {}],
    ['with an open run', { isSettled: false }],
    ['with an open run and a schedule that never fires again', { ...never, isSettled: false }],
  ])('claims the ticks after the watermark of a job %s, until the LIST tells more', (_, known) => {
    const plan = { schedule: 'schedule' in known ? known.schedule : schedule, after: WATERMARK }
    expect(decide({ known })).toEqual({ act: 'ask-again', plan })
  })

  it('awaits the LIST for a job with an open run, although no tick is open', () => {
    const known = { ...upToDate, isSettled: false }
    expect(decide({ known })).toEqual({ act: 'ask-again', plan: { schedule, after: WATERMARK } })
  })

  it('claims no tick of the past twice when the record is ahead of the watermark', () => {
    const known = { after: WATERMARK + 500, isSettled: false }
    expect(decide({ known })).toMatchObject({ plan: { after: WATERMARK + 500 } })
  })

  it('does not believe a watermark ahead of its clock', () => {
    const ahead = { ...lease, watermark: NOON + MINUTE }
    expect(decide({ lease: ahead, now: NOON })).toMatchObject({ act: 'ask-again', plan: { after: NOON } })
  })

  it.each([
    ['there was no lease', undefined],
    ['the lease has no watermark', { ...lease, watermark: undefined }],
    ['the old leader had no action for the job', { ...lease, unclaimed: new Set(['job']) }],
  ])('has no instant to plan an open tick from when %s', (_, old) => {
    expect(decide({ lease: old })).toEqual({ act: 'ask-again', plan: undefined })
  })

  it('plans from the watermark although other jobs were unclaimed', () => {
    const others = { ...lease, unclaimed: new Set(['other']) }
    expect(decide({ lease: others })).toMatchObject({ plan: { after: WATERMARK } })
  })
})

describe('after a LIST that shows the known version, a new leader', () => {
  const listed = 'same'

  it('plans an idle job as known, also without a lease', () => {
    const plan = { act: 'plan', plan: { schedule, after: NOON - MINUTE } }
    expect(decide({ listed, known: upToDate })).toEqual(plan)
    expect(decide({ listed, known: upToDate, lease: undefined })).toEqual(plan)
  })

  it('plans an unchanged job although others were redefined, wait for other jobs, or were unclaimed', () => {
    const known = { ...upToDate, isChained: true }
    const old = { ...lease, unclaimed: new Set(['job']) }
    expect(decide({ listed, known, isRedefined: true, lease: old }).act).toBe('plan')
  })

  it.each([
    ['unknown', 'nothing', WATERMARK],
    ['not-for-here', { mayRun: false, isSettled: false }, idle.after],
    ['open-run', { isSettled: false }, idle.after],
    ['tick-due', {}, idle.after],
    ['tick-due', never, idle.after],
    ['tick-due', { schedule: null }, idle.after],
  ] as const)('looks at a job: %s', (why, known, settledUpTo) => {
    expect(decide({ listed, known })).toEqual({ act: 'look', why, settledUpTo })
  })

  it('knows no settled tick of an unknown job without a lease', () => {
    const look = { act: 'look', why: 'unknown', settledUpTo: undefined }
    expect(decide({ listed, known: 'nothing', lease: undefined })).toEqual(look)
  })

  it('looks at a tick of this very instant', () => {
    expect(decide({ listed, known: upToDate, now: NOON - 1 }).act).toBe('plan')
    expect(decide({ listed, known: upToDate, now: NOON })).toMatchObject({ act: 'look', why: 'tick-due' })
  })
})

describe('after a LIST that shows another version, a new leader', () => {
  it('plans the job from the watermark without a read of an older claim of the old leader', () => {
    expect(decide({ listed: OLD })).toEqual({ act: 'plan', plan: { schedule, after: WATERMARK } })
  })

  it('plans from its clock where the watermark is ahead', () => {
    const ahead = { ...lease, watermark: NOON + 2 * MINUTE }
    expect(decide({ listed: OLD, lease: ahead })).toMatchObject({ act: 'plan', plan: { after: NOON - 5000 } })
  })

  it.each([
    ['unknown', { known: 'nothing' }],
    ['not-for-here', { known: { mayRun: false, isSettled: false } }],
    ['open-run', { known: { isSettled: false } }],
    ['redefined', { isRedefined: true }],
    ['chained', { known: { isChained: true } }],
    ['no-watermark', { lease: undefined }],
    ['no-watermark', { lease: { ...lease, watermark: undefined } }],
    ['no-watermark', { lease: { ...lease, renewedAt: undefined } }],
    ['was-unclaimed', { lease: { ...lease, unclaimed: new Set(['job']) } }],
    ['written-late', { listed: { lastModified: RENEWED - RENEWAL_MARGIN_MS } }],
    ['tick-due', { now: NOON }],
    ['tick-due', { known: never }],
    ['tick-due', { known: { schedule: null } }],
  ] as const)('reads the record: %s', (why, changes) => {
    expect(decide({ listed: OLD, ...changes })).toMatchObject({ act: 'look', why })
  })

  it('plans a job although another job was unclaimed', () => {
    expect(decide({ listed: OLD, lease: { ...lease, unclaimed: new Set(['other']) } }).act).toBe('plan')
  })

  it('allows for the whole seconds of server times, and for a renewal under way', () => {
    expect(RENEWAL_MARGIN_MS).toBe(5000)
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
