import { describe, expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { compileSchedule } from '../definition/compile-schedule.ts'
import { claimRun, defineJob, newJob, overrideJob, pauseJob, removeJob, resumeJob } from './job-changes.ts'
import type { JobRecord } from './job-record.ts'
import {
  countingBy,
  countingIn,
  endPeriod,
  isSameCounting,
  PAST_PERIODS,
  pastOf,
  rememberPeriod,
} from './past-periods.ts'

const claim = {
  runId: 'r',
  trigger: 'schedule',
  workerId: 'w',
  instance: 'i',
  role: 'leader',
  epoch: 1,
  claimedAt: 0,
} as const
const job = newJob(spec, 'hash', 100)
const changed = (before: JobRecord, change: (record: JobRecord) => JobRecord, now: number): JobRecord =>
  rememberPeriod(before, change(before), () => now, 'job')

describe('what counted before', () => {
  it('is nothing for a new job, and stays nothing while it only runs', () => {
    expect(pastOf(rememberPeriod(undefined, job, () => 100, 'job'))).toEqual([])
    const claimed = claimRun(job, { ...claim, tick: 60_000 })
    expect(rememberPeriod(job, claimed, () => 60_000, 'job')).toBe(claimed)
  })

  it('is remembered by the write that pauses the job, with the last tick that was settled', () => {
    const paused = changed(claimRun(job, { ...claim, tick: 60_000 }), pauseJob, 61_000)
    const period = { schedule: '* * * * *', timezone: 'UTC', since: 100, until: 61_000, lastTick: 60_000 }
    expect(pastOf(paused)).toEqual([period])
    expect(pastOf(changed(paused, (record) => resumeJob(record, 90_000, 'job'), 90_000))).toEqual([period])
  })

  it('is remembered when the code, or an operator, changes schedule or zone', () => {
    const hourly = changed(
      job,
      (record) => defineJob(record, { name: 'job', spec: { ...spec, schedule: '@hourly' }, hash: 'other' }, 500),
      500,
    )
    const inParis = changed(hourly, (record) => overrideJob(record, { timezone: 'Europe/Paris' }, 900, 'job'), 900)
    expect(pastOf(inParis)).toMatchObject([
      { schedule: '* * * * *', timezone: 'UTC', since: 100, until: 500 },
      { schedule: '@hourly', timezone: 'UTC', since: 500, until: 900 },
    ])
  })

  it('is remembered when the job is removed, and nothing is added when it comes back', () => {
    const removed = changed(job, removeJob, 700)
    const back = changed(removed, (record) => defineJob(record, { name: 'job', spec, hash: 'hash' }, 800), 800)
    expect(pastOf(removed)).toMatchObject([{ since: 100, until: 700, lastTick: null }])
    expect(pastOf(back)).toEqual(pastOf(removed))
  })

  it('is not added to by changes that leave the ticks as they are', () => {
    expect(pastOf(changed(job, (record) => overrideJob(record, { retries: 3 }, 900, 'job'), 900))).toEqual([])
    const rewritten = { timezone: 'Etc/UTC' }
    expect(pastOf(changed(job, (record) => overrideJob(record, rewritten, 900, 'job'), 900))).toEqual([])
    const onDemand = newJob({ ...spec, schedule: null }, 'hash', 100)
    expect(pastOf(changed(onDemand, pauseJob, 900))).toEqual([])
  })

  it('is bounded: the oldest is forgotten first', () => {
    let record = job
    for (let now = 1000; now < 1000 + 2 * PAST_PERIODS; now += 2) {
      record = changed(record, pauseJob, now)
      record = changed(record, (paused) => resumeJob(paused, now + 1, 'job'), now + 1)
    }
    record = changed(record, pauseJob, 5000)
    expect(pastOf(record)).toHaveLength(PAST_PERIODS)
    expect(pastOf(record)[0]).toMatchObject({ since: 1001, until: 1002 })
  })

  it.each<[string, Partial<JobRecord>]>([
    ["the code's schedule", { spec: { ...spec, schedule: '@hourly' } }],
    ["the code's zone", { spec: { ...spec, timezone: 'Asia/Kolkata' } }],
    ["the code's switch", { spec: { ...spec, enabled: false } }],
    ['the limit of runs', { spec: { ...spec, maxRuns: 2 }, tickRuns: 2 }],
    ["an operator's schedule", { override: { against: 'hash', fields: { schedule: '@hourly' } } }],
    ["an operator's switch", { override: { against: 'hash', fields: { enabled: false } } }],
    ['the instant since when ticks count', { since: 200 }],
    ['a pause', { paused: true }],
    ['a removal', { removed: true }],
  ])('is remembered where %s alone changed', (_, fields) => {
    expect(pastOf(changed(job, (record) => ({ ...record, ...fields }), 900))).toEqual([
      { schedule: '* * * * *', timezone: 'UTC', since: 100, until: 900, lastTick: null },
    ])
  })

  it('is the schedule in force, and not the one that an operator replaced', () => {
    const replaced = { ...job, override: { against: 'hash', fields: { schedule: '@daily' } } }
    expect(pastOf(changed(replaced, pauseJob, 900))).toMatchObject([{ schedule: '@daily', timezone: 'UTC' }])
  })

  it('is left as it is by a change that ended the period itself, at an earlier instant', () => {
    const counted = countingIn(job)
    if (counted === undefined) throw new Error('the job has ticks')
    const ended = { ...job, since: 600, past: endPeriod(job, counted, 300) }
    expect(changed(job, () => ended, 900)).toBe(ended)
    expect(pastOf(changed(ended, pauseJob, 900))).toMatchObject([{ until: 300 }, { since: 600, until: 900 }])
  })

  it('does not ask for the time where no period ended', () => {
    const now = (): number => {
      throw new Error('asked for the time')
    }
    expect(rememberPeriod(job, { ...job, lastTick: 60_000 }, now, 'job').past).toBeUndefined()
    expect(() => rememberPeriod(job, pauseJob(job), now, 'job')).toThrow('asked for the time')
  })

  it('knows the minute that a hash stands for, by the name of the job', () => {
    const hashed: JobRecord = { ...job, spec: { ...spec, schedule: 'H 3 * * *' } }
    const first = compileSchedule('job', hashed.spec)?.next(0) ?? 0
    const written = { ...job, spec: { ...spec, schedule: `${(first / 60_000) % 60} 3 * * *` } }
    expect(pastOf(rememberPeriod(hashed, written, () => 900, 'job'))).toEqual([])
    expect(pastOf(rememberPeriod(hashed, written, () => 900, 'another job'))).toHaveLength(1)
  })
})

describe('what counts', () => {
  it('is the schedule with its zone from an instant on, and nothing for a job without one', () => {
    expect(countingBy(spec, 7)).toEqual({ schedule: '* * * * *', timezone: 'UTC', since: 7 })
    expect(countingBy({ ...spec, schedule: null }, 7)).toBeUndefined()
    expect(countingIn(job)).toEqual({ schedule: '* * * * *', timezone: 'UTC', since: 100 })
    expect(countingIn(pauseJob(job))).toBeUndefined()
    expect(countingIn(removeJob(job))).toBeUndefined()
    expect(countingIn({ ...job, spec: { ...spec, enabled: false } })).toBeUndefined()
  })

  it('is the same for the same ticks since the same instant, however they are written', () => {
    const minutely = countingBy(spec, 7)
    const isSame = (other: typeof minutely): boolean[] => [
      isSameCounting(minutely, other, 'job'),
      isSameCounting(other, minutely, 'job'),
    ]
    expect(isSame(countingBy({ ...spec, schedule: '*/1 * * * *', timezone: 'Etc/UTC' }, 7))).toEqual([true, true])
    expect(isSame(countingBy(spec, 8))).toEqual([false, false])
    expect(isSame(countingBy({ ...spec, schedule: '@hourly' }, 7))).toEqual([false, false])
    expect(isSame(countingBy({ ...spec, timezone: 'Europe/Paris' }, 7))).toEqual([false, false])
    expect(isSame(undefined)).toEqual([false, false])
    expect(isSameCounting(undefined, undefined, 'job')).toBe(true)
  })
})
