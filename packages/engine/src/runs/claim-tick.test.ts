import { everySchedule, parseSchedule } from '@s3sched/cron'
import { type JobRecord, type JobSpec, newJob, type OpenRun, pauseJob, removeJob, type RunClaim } from '@s3sched/jobs'
import { describe, expect, it } from 'vitest'
import { claimOnce, claimTick, refuseTick, type TickClaim } from './claim-tick.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')

const spec = { schedule: '* * * * *', enabled: true, overlap: 'skip', after: [] } as unknown as JobSpec

const claim: RunClaim = {
  runId: 'r1',
  tick: NOON,
  trigger: 'schedule',
  workerId: 'w1',
  instance: 'i1',
  role: 'leader',
  epoch: 7,
  claimedAt: NOON - 1000,
}

/** The tick before noon is settled. */
const record: JobRecord = { ...newJob(spec, 'h', NOON - MINUTE), fence: 4 }
const earlier: OpenRun = { ...claim, fence: 4, retry: null }

const request: TickClaim = {
  claim,
  tick: NOON,
  schedule,
  scheduleOf: () => schedule,
  isBlocked: () => false,
}
const leased: TickClaim = { ...request, claim: { ...claim, leaseMs: 2000 } }

describe('the claim of a tick', () => {
  it('settles the tick and names the run, with the next fence', () => {
    const run = { ...claim, fence: 5, retry: null }
    expect(claimTick(record, request)).toEqual({
      write: { ...record, fence: 5, lastTick: NOON, claimant: claim.instance, running: [run] },
    })
  })

  it('gives the run a lease of its own', () => {
    expect(claimTick(record, leased)).toMatchObject({ write: { running: [{ leaseMs: 2000 }] } })
  })

  it('gives no lease to runs that may overlap', () => {
    const many = { ...record, spec: { ...spec, overlap: 'allow' as const } }
    const { running } = (claimTick(many, leased) as { write: JobRecord }).write
    expect(running).toEqual([{ ...claim, fence: 5, retry: null, leaseMs: undefined }])
  })

  it.each([
    ['paused', pauseJob(record)],
    ['removed', removeJob(record)],
    ['disabled', { ...record, spec: { ...spec, enabled: false } }],
  ])('is refused for a job that is %s', (_, inactive) => {
    expect(claimTick(inactive, request)).toEqual({ stop: 'inactive' })
  })

  it('is refused for a tick that another claim has settled', () => {
    expect(claimTick({ ...record, lastTick: NOON }, request)).toEqual({ stop: 'settled' })
    expect(claimTick({ ...record, since: NOON }, request)).toEqual({ stop: 'settled' })
  })

  it('is decided again under another schedule, also one with the same tick', () => {
    const other = { ...schedule }
    expect(claimTick(record, { ...request, scheduleOf: () => other })).toEqual({ stop: 'look-again' })
    expect(claimTick(record, { ...request, scheduleOf: () => null })).toEqual({ stop: 'look-again' })
  })

  it('is decided again if an earlier tick is open', () => {
    expect(claimTick({ ...record, since: NOON - 3 * MINUTE }, request)).toEqual({ stop: 'look-again' })
  })

  it('is decided again if a run elsewhere was not considered', () => {
    expect(claimTick(record, { ...request, isBlocked: (seen) => seen === record })).toEqual({ stop: 'look-again' })
  })

  it('asks for the schedule of an active job with an open tick alone', () => {
    const scheduleOf = (): never => {
      throw new Error('this version does not know the schedule')
    }
    expect(refuseTick(pauseJob(record), { ...request, scheduleOf })).toBe('inactive')
    expect(refuseTick({ ...record, lastTick: NOON }, { ...request, scheduleOf })).toBe('settled')
  })

  it('finds the first tick of an interval', () => {
    const every = everySchedule(MINUTE)
    const tick = every.next(NOON) ?? 0
    const open = { ...record, since: NOON }
    expect(refuseTick(open, { tick, schedule: every, scheduleOf: () => every })).toBeUndefined()
  })
})

describe('a claim', () => {
  const once = (known: JobRecord | undefined, by: Pick<RunClaim, 'instance' | 'runId'> = claim) =>
    claimOnce(known, by, (found) => ({ write: { ...found, fence: 99 } }))

  it('changes the record of a known job', () => {
    expect(once(record)).toEqual({ write: { ...record, fence: 99 } })
    expect(once(undefined)).toEqual({ stop: 'unknown-job' })
  })

  it('passes the reason of a refusal on', () => {
    expect(claimOnce(record, claim, () => ({ stop: 'not ready' }))).toEqual({ stop: 'not ready' })
  })

  it('is not made a second time if an earlier try has landed', () => {
    const landed = { ...record, running: [{ ...earlier, runId: 'r0' }, earlier] }
    expect(once(landed)).toEqual({ stop: 'landed' })
    expect(once(landed, { instance: 'i2', runId: 'r1' })).toEqual({ stop: 'taken' })
    expect(once(landed, { instance: 'i1', runId: 'r2' })).toHaveProperty('write')
  })

  it('is not made a second time if the run was declared lost meanwhile', () => {
    expect(once({ ...record, lost: ['r0', 'r1'] })).toEqual({ stop: 'given-up' })
    expect(once({ ...record, lost: ['r0'] })).toHaveProperty('write')
  })
})
