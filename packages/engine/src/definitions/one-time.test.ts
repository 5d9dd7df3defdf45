import { type JobRecord, type JobSpec, newJob, type StoredSchedule } from '@s3sched/jobs'
import { describe, expect, it } from 'vitest'
import { changeOneTime, instantsOf, refusePast } from './one-time.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const spec = (schedule: StoredSchedule | null): JobSpec =>
  ({ schedule, timezone: 'UTC', enabled: true }) as unknown as JobSpec
/** A job whose ticks count from `since` on. */
const job = (schedule: StoredSchedule | null, since: number, more: Partial<JobRecord> = {}): JobRecord => ({
  ...newJob(spec(schedule), 'hash', since),
  ...more,
})

describe('a change that the store answered late', () => {
  const change = (schedule: StoredSchedule | null, saidAt: number, now = NOON): number =>
    changeOneTime((from) => job(schedule, from), { now, saidAt }).since

  it('counts from now on', () => {
    expect(change('@hourly', NOON - 5000)).toBe(NOON)
    expect(change({ at: NOON + 5000 }, NOON - 5000)).toBe(NOON)
    expect(change(null, NOON - 5000)).toBe(NOON)
  })

  it('counts from just before an instant that was ahead when it was named, and is past', () => {
    expect(change({ at: NOON - 4999 }, NOON - 5000)).toBe(NOON - 5000)
    expect(change({ at: NOON }, NOON - 5000)).toBe(NOON - 1)
  })

  it('counts from now on for an instant that was past when it was named, or that the bucket has', () => {
    expect(change({ at: NOON - 5000 }, NOON - 5000)).toBe(NOON)
    expect(change({ at: NOON - 1 }, Infinity)).toBe(NOON)
  })

  it('counts from just before the first of several such instants', () => {
    const of = [{ at: NOON - 1000 }, { at: NOON - 3000 }, { at: NOON - 9000 }, '@daily']
    expect(change({ of }, NOON - 5000)).toBe(NOON - 3001)
  })

  it("goes by an operator's schedule, where there is one", () => {
    const overridden = (from: number): JobRecord =>
      job('@hourly', from, { override: { against: 'hash', fields: { schedule: { at: NOON - 1 } } } })
    expect(changeOneTime(overridden, { now: NOON, saidAt: NOON - 5000 }).since).toBe(NOON - 2)
  })
})

describe('a job for an instant that is past', () => {
  const refuse = (changed: JobRecord, known?: JobRecord): void => refusePast('job', known, changed)

  it('is refused, since it would never run', () => {
    expect(() => refuse(job({ at: NOON }, NOON))).toThrow(
      expect.objectContaining({
        code: 'INVALID_SCHEDULE',
        context: { jobName: 'job', schedule: { at: NOON } },
        message:
          "Job 'job': expected schedule to be an instant that is ahead, got 2026-01-01T12:00:00.000Z: " +
          'the ticks of the job count from 2026-01-01T12:00:00.000Z on, and it has not run. ' +
          'Give it a later Date, or the schedule null and call runJob',
      }),
    )
    expect(() => refuse(job({ of: [{ at: NOON - 5 }, { at: NOON - 9 }] }, NOON))).toThrow(/11:59:59.995Z/)
  })

  it('is accepted while the instant, or the last of several, is ahead', () => {
    expect(() => refuse(job({ at: NOON + 1 }, NOON))).not.toThrow()
    expect(() => refuse(job({ of: [{ at: NOON + 1 }, { at: NOON - 9 }] }, NOON))).not.toThrow()
  })

  it('is accepted with another schedule that may have later ticks, or without any', () => {
    expect(() => refuse(job({ of: [{ at: NOON - 9 }, '@hourly'] }, NOON))).not.toThrow()
    expect(() => refuse(job('@hourly', NOON))).not.toThrow()
    expect(() => refuse(job(null, NOON))).not.toThrow()
  })

  it('is accepted while the job does not run anyway', () => {
    expect(() => refuse(job({ at: NOON }, NOON, { paused: true }))).not.toThrow()
  })

  it('is accepted where the job had the instant before', () => {
    const known = job({ at: NOON }, NOON - 9)
    expect(() => refuse(job({ at: NOON }, NOON), known)).not.toThrow()
    expect(() => refuse(job({ at: NOON }, NOON), job({ at: NOON - 1 }, NOON - 9))).toThrow(/ahead/)
    expect(() => refuse(job({ at: NOON }, NOON), { ...known, removed: true })).toThrow(/ahead/)
  })

  it('is accepted where the instant was settled, now or in an earlier period', () => {
    const period = (lastTick: number | null) =>
      ({ schedule: { at: NOON }, timezone: 'UTC', since: 0, until: NOON, lastTick }) as const
    expect(() => refuse(job({ at: NOON }, NOON, { lastTick: NOON }))).not.toThrow()
    expect(() => refuse(job({ at: NOON }, NOON, { past: [period(null), period(NOON)] }))).not.toThrow()
    expect(() => refuse(job({ at: NOON }, NOON, { lastTick: NOON - 1, past: [period(NOON - 1)] }))).toThrow(/ahead/)
  })
})

it('the instants of a job are those among its schedules, in order', () => {
  expect(instantsOf(spec({ of: [{ at: 9 }, '@daily', { every: 5, anchor: 0 }, { at: 10 }, { at: 2 }] }))).toEqual([
    2, 9, 10,
  ])
  expect(instantsOf(spec({ at: 3 }))).toEqual([3])
  expect(instantsOf(spec(null))).toEqual([])
})
