import { everySchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import { type JobRecord, type JobSpec, newJob, type PastPeriod } from '@s3sched/jobs'
import { latestSettled, periodsOf, type TickPeriod, withinBounds } from './tick-period.ts'

const spec = { schedule: '* * * * *', timezone: 'UTC', enabled: true } as JobSpec
const record = (more: Partial<JobRecord>): JobRecord => ({ ...newJob(spec, 'hash', 0), ...more })
const past = (since: number, until: number, lastTick: number | null): PastPeriod => {
  return { schedule: '@hourly', timezone: 'UTC', since, until, lastTick }
}
const spans = (job: JobRecord, now = 0): number[][] =>
  periodsOf('job', job, now).map(({ from, settledTo, to }) => [from, settledTo, to])

describe('the periods of a job', () => {
  it('follow each other, the last one up to the last tick that was settled', () => {
    const job = record({ since: 500, lastTick: 900, past: [past(0, 100, 60), past(200, 300, 260)] })
    expect(spans(job)).toEqual([
      [0, 60, 100],
      [200, 260, 300],
      [500, 900, 900],
    ])
  })

  it('go up to now, the settled ticks of the one in force up to the last of them', () => {
    expect(spans(record({ since: 500, lastTick: 900 }), 1500)).toEqual([[500, 900, 1500]])
    expect(spans(record({ since: 500, lastTick: null }), 1500)).toEqual([[500, 500, 1500]])
  })

  it('have none that is in force while the job is paused', () => {
    expect(spans(record({ paused: true, lastTick: 60, past: [past(0, 100, 60)] }))).toEqual([[0, 60, 100]])
  })

  it('hold a tick that was claimed ahead of the change, once', () => {
    expect(spans(record({ since: 100, lastTick: 900, past: [past(0, 100, 120)] }))).toEqual([
      [0, 120, 120],
      [120, 900, 900],
    ])
  })

  it('do not overlap when the clock of who resumed the job was behind that of who paused it', () => {
    expect(spans(record({ since: 90, lastTick: 900, past: [past(0, 100, 60)] }))).toEqual([
      [0, 60, 90],
      [90, 900, 900],
    ])
  })

  it('are empty where no tick was settled yet', () => {
    expect(spans(record({ since: 500, lastTick: null }))).toEqual([[500, 500, 500]])
  })

  it('tell which one is in force', () => {
    const job = record({ since: 500, past: [past(0, 100, 60)] })
    expect(periodsOf('job', job, 900).map(({ isInForce }) => isInForce)).toEqual([false, true])
  })

  it('settled nothing in a period without a tick', () => {
    expect(spans(record({ paused: true, past: [past(0, 100, null), past(200, 300, 260)] }))).toEqual([
      [0, 0, 100],
      [200, 260, 300],
    ])
  })

  it('are none while the job had no schedule', () => {
    const without = { ...past(0, 100, null), schedule: null as never }
    expect(spans(record({ since: 500, past: [without] }), 600)).toEqual([[500, 500, 600]])
  })

  it('do not follow a record that is far ahead of now', () => {
    const now = 1000
    const near = latestSettled(now)
    expect(near).toBe(now + 600_000)
    expect(spans(record({ since: 500, lastTick: near }), now)).toEqual([[500, near, near]])
    expect(spans(record({ since: 500, lastTick: near + 1 }), now)).toEqual([[500, now, now]])
    const paused = (until: number, lastTick: number) => record({ paused: true, past: [past(0, until, lastTick)] })
    expect(spans(paused(near, 60), now)).toEqual([[0, 60, near]])
    expect(spans(paused(near + 1, near + 1), now)).toEqual([[0, now, now]])
  })
})

describe('a period within bounds', () => {
  const period: TickPeriod = { schedule: everySchedule(10), from: 100, to: 500, settledTo: 300, isInForce: true }
  const bounds = (since: number, until: number): number[] | undefined => {
    const within = withinBounds(period, since, until)
    return within && [within.from, within.settledTo, within.to]
  }

  it('ends at the nearer of the ends', () => {
    expect(bounds(0, 900)).toEqual([100, 300, 500])
    expect(bounds(200, 400)).toEqual([200, 300, 400])
    expect(withinBounds(period, 0, 900)).toEqual(period)
  })

  it('is none where nothing of it lies within', () => {
    expect(bounds(500, 900)).toBeUndefined()
    expect(bounds(499, 900)).toEqual([499, 300, 500])
    expect(bounds(0, 100)).toBeUndefined()
    expect(bounds(600, 900)).toBeUndefined()
  })
})
