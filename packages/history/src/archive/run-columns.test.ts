import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aRun } from '../../test/records.ts'
import type { RunRecord } from '../run-record.ts'
import { rowOf, runOf, type RunRow } from './run-columns.ts'

const fromRow = (row: RunRow): unknown => runOf((name) => row[name])

function again(run: RunRecord): unknown {
  return fromRow(rowOf(run))
}

it('gives a success of one attempt back from plain columns alone', () => {
  const run = aRun({ epoch: 3, fence: 9, lagMs: 4, queuedMs: 0 })
  expect(again(run)).toEqual(run)
  expect(rowOf(run)).toMatchObject({ attempt_count: 1, attempt_ms: 40 })
  expect(rowOf(run)).not.toHaveProperty('attempts')
  expect(rowOf(run)).not.toHaveProperty('rest')
})

const error = { name: 'TypeError', message: 'no such row' }
const startedAt = aRun().scheduledTime

const ODD: readonly (readonly [string, Partial<RunRecord>])[] = [
  ['an error with a cause', { status: 'failed', error: { ...error, cause: error } }],
  ['a plain error', { status: 'failed', error }],
  ['no attempt', { status: 'skipped', attempts: [], reason: 'the previous run was still going on' }],
  [
    'several attempts',
    { attempts: [1, 2].map((attempt) => ({ attempt, startedAt, durationMs: 5, status: 'success' })) },
  ],
  ['a range of ticks', { status: 'missed', from: startedAt, to: startedAt + 9, count: 10, attempts: [] }],
  ['fractions of a millisecond', { durationMs: 40.25, lagMs: 0.5 }],
  ['fields of a later version', { later: { deep: [1, null] } } as Partial<RunRecord>],
  ['half a surrogate pair', { workerId: 'w\ud800', error: { name: 'E', message: '\udc00' } }],
  ['a result that is null', { result: null }],
  ['details elsewhere', { details: { key: 'details/x', fields: ['log'] } } as Partial<RunRecord>],
  ['attempts that were cut off', { attempts: ['… and more' as never] }],
]

it.each(ODD)('gives a run back with %s', (_, fields) => {
  const run = aRun(fields)
  expect(again(run)).toEqual(run)
})

it('rounds what a number of whole milliseconds can not hold, for people', () => {
  expect(rowOf(aRun({ durationMs: 40.75 }))).toMatchObject({ duration_ms: 41 })
})

it('gives any result and any error back', () => {
  const anyError = fc.record({ name: fc.string({ unit: anyCharacter }), message: fc.string({ unit: anyCharacter }) })
  fc.assert(
    fc.property(fc.jsonValue(), anyError, fc.double({ min: 0, max: 1e12, noNaN: true }), (result, thrown, lagMs) => {
      // As a segment gives the run.
      const text = JSON.stringify(aRun({ result, error: thrown, lagMs }))
      const run = JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value)) as RunRecord
      expect(again(run)).toEqual(run)
    }),
  )
})

it('lets no prototype in', () => {
  const run = fromRow({ job: 'a', rest: '{"__proto__":{"polluted":true}}', result: '{"\\u005f_proto__":1}' })
  expect(run).not.toHaveProperty('polluted')
  expect(Object.keys((run as { result: object }).result)).toEqual([])
})
