import { describe, expect, it } from 'vitest'
import { aRun, START } from '../../test/records.ts'
import type { RunRecord } from '../index.ts'
import { entryOf } from '../timeline-entry.ts'
import { detailsKey, detailsOf, joinRun, parseDetailsKey, splitRun } from './run-details.ts'

const long = (text: string): string => text.repeat(600)
const attempts = Array.from({ length: 30 }, (_, n) => ({
  attempt: n + 1,
  startedAt: START + n,
  durationMs: 1,
  status: 'failed' as const,
  error: { name: 'Error', message: 'no luck at all this time' },
}))

describe('a run with large parts', () => {
  it.each<[string, Partial<RunRecord>]>([
    ['result', { result: { rows: long('wide') } }],
    ['log', { log: [{ at: START, attempt: 1, message: long('line') }] }],
    ['error', { status: 'failed', error: { name: 'Error', message: long('oops'), stack: long('at x') } }],
    ['attempts', { status: 'failed', attempts }],
    ['context', { context: { month: long('2026') } }],
    ['reason', { status: 'lost', reason: long('gone') }],
  ])('keeps a short record without its %s, and comes back whole', (field, fields) => {
    const whole = aRun({ result: 'small', ...fields })
    const { details, run } = splitRun(whole)
    expect(JSON.stringify(run).length).toBeLessThan(1000)
    expect(entryOf(run)).toEqual(entryOf(whole))
    expect(detailsOf(run)).toEqual({ key: details?.key, fields: [field] })
    expect(parseDetailsKey(details?.key ?? '')).toMatchObject({ runId: 'run-1', status: whole.status })
    expect(joinRun(run, details?.fields ?? {})).toEqual(whole)
  })

  it('shows the beginning of its error and reason where nobody reads the details', () => {
    const { run } = splitRun(
      aRun({ status: 'failed', error: { name: 'E', message: long('oops') }, reason: long('why?') }),
    )
    expect(run.error?.message).toMatch(/^oops.*cut/)
    expect(run.reason).toMatch(/^why\?.*cut/)
  })

  it('keeps what its details lack', () => {
    const { run } = splitRun(aRun({ status: 'failed', error: { name: 'E', message: long('oops') } }))
    expect(joinRun(run, {}).error?.message).toMatch(/^oops/)
    expect(detailsOf(joinRun(run, {}))).toBeUndefined()
  })
})

it('a small run is one record, however many small parts there are', () => {
  const run = aRun({ result: 'x'.repeat(1500), reason: 'y'.repeat(1500) })
  expect(splitRun(run)).toEqual({ run, text: JSON.stringify(run), details: undefined })
})

it('an invalid run is refused', () => {
  expect(() => splitRun(aRun({ job: 'a\nb' }))).toThrow(/job/)
})

it.each([
  'details/fine/8232774399999.report.run-1.failed.json',
  'details/other/8232774399999.report.run-1.success.json',
  'details/fine/8232774399999.report.run-1.success.txt',
  'jobs/report.json',
])('a foreign key is no reference: %s', (key) => {
  expect(parseDetailsKey(key)).toBeUndefined()
  expect(detailsOf({ ...aRun(), details: { key, fields: ['result'] } } as RunRecord)).toBeUndefined()
})

it.each(['a.b.c', '..', '../../x', 'user/42: daily', '.success.json', '報'.repeat(128), '🚀'.repeat(128)])(
  'the details of job %j lie in their folder, and tell their run',
  (job) => {
    const run = { runId: 'r-1', scheduledTime: START, status: 'timeout' as const }
    const key = detailsKey({ ...run, job })
    expect(key).toMatch(/^details\/failed\/[A-Za-z0-9_.=-]{1,220}$/)
    expect(parseDetailsKey(key)).toEqual(run)
  },
)
