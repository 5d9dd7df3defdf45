import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failureKey, isJobName, parseFailureKey, parseRunKey, runKey, tickPrefix, type RunKey } from './run-key.ts'
import { RUN_STATUSES } from './run-status.ts'

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,128}$/).filter(isJobName)
const runId = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/)
const time = fc.integer({ min: 0, max: 9_999_999_999_999 })
const key: fc.Arbitrary<RunKey> = fc.record({
  job: name,
  runId,
  scheduledTime: time,
  status: fc.constantFrom(...RUN_STATUSES),
  durationMs: fc.integer({ min: 0, max: 1e12 }),
  attempts: fc.integer({ min: 0, max: 101 }),
})

it('has the agreed form', () => {
  const run: RunKey = {
    job: 'nightly.report',
    runId: 'abc_-9',
    scheduledTime: 1_767_225_600_000,
    status: 'failed',
    durationMs: 1234,
    attempts: 3,
  }
  expect(runKey(run)).toBe('runs/nightly.report/8232774399999.failed.1234.3.abc_-9.json')
  expect(failureKey(run)).toBe('failures/8232774399999.nightly.report.abc_-9.failed')
})

it('tells all that it was made of, dots in the job’s name and all', () => {
  fc.assert(
    fc.property(key, (run) => {
      expect(parseRunKey(runKey(run))).toEqual(run)
      const { job, runId: id, scheduledTime } = run
      const failure = run.status === 'success' ? undefined : { job, runId: id, scheduledTime, status: run.status }
      expect(parseFailureKey(failureKey(run))).toEqual(failure)
    }),
  )
})

it('sorts the newer before the older, and begins with the prefix of its tick', () => {
  fc.assert(
    fc.property(key, time, (run, other) => {
      expect(runKey(run).startsWith(tickPrefix(run.job, run.scheduledTime))).toBe(true)
      fc.pre(other !== run.scheduledTime)
      const isNewer = run.scheduledTime > other
      expect(runKey(run) < runKey({ ...run, scheduledTime: other })).toBe(isNewer)
      expect(failureKey(run) < failureKey({ ...run, scheduledTime: other })).toBe(isNewer)
    }),
  )
})

describe('what no run wrote', () => {
  it.each([
    'runs/report/readme.txt',
    'runs/report/8232774399999.exploded.1.1.id.json',
    'runs/report/123.success.1.1.id.json',
    'runs/report/8232774399999.success.1.1.id.json/more',
    'runs/re port/8232774399999.success.1.1.id.json',
    'jobs/report.json',
    '',
  ])('is not taken for a run: %j', (found) => {
    expect(parseRunKey(found)).toBeUndefined()
  })

  it.each([
    'failures/x',
    'failures/8232774399999.onlyone.failed',
    'failures/8232774399999.a.id',
    'failures/8232774399999.a.id.success',
    'failures/8232774399999.a b.id.failed',
    'runs/8232774399999.a.id.failed',
  ])('is not taken for a failure: %j', (found) => {
    expect(parseFailureKey(found)).toBeUndefined()
  })
})
