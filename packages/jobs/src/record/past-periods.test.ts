import { describe, expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { claimRun, defineJob, newJob, overrideJob, pauseJob, removeJob, resumeJob } from './job-changes.ts'
import type { JobRecord } from './job-record.ts'
import { PAST_PERIODS, pastOf, rememberPeriod } from './past-periods.ts'

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
})
