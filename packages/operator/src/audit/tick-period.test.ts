import { describe, expect, it } from 'vitest'
import { type JobRecord, type JobSpec, newJob, type PastPeriod } from '@s3sched/jobs'
import { periodsOf } from './tick-period.ts'

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
})
