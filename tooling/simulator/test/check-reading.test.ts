import { expect, it } from 'vitest'
import { checkReading } from '../src/check/check-reading.ts'
import type { RecordedRun } from '../src/check/recorded-runs.ts'
import { START } from '../src/world.ts'

const run = (runId: string, status: string, endedAt: number = START): RecordedRun => ({
  runId,
  job: 'job',
  status,
  trigger: 'schedule',
  order: 0,
  at: 0,
  client: 'm0.1',
  hasStarted: true,
  from: endedAt,
  to: endedAt,
  count: 1,
  endedAt,
})

const RECORDED = new Map([
  ['a', [run('a', 'success')]],
  ['b', [run('b', 'lost'), run('b', 'failed')]],
])
const now = { plan: { retentionMs: 60_000 } as never, storeTime: START, mayLack: () => false }
const shown = (runId: string, status: string) => ({ job: 'job', runId, status })

it('a reader that shows each run once, as it ended, is right', () => {
  expect(checkReading([shown('a', 'success'), shown('b', 'failed')], RECORDED, now)).toEqual([])
})

it.each([
  ['a run that is missing', [shown('b', 'failed')], 'a of job is not shown'],
  ['a run that is shown twice', [shown('a', 'success'), shown('a', 'success'), shown('b', 'failed')], 'shown twice'],
  ['a verdict instead of the end', [shown('a', 'success'), shown('b', 'lost')], 'is failed, and is shown as lost'],
  ['a run of nobody', [shown('a', 'success'), shown('b', 'failed'), shown('c', 'success')], 'was never recorded'],
])('%s is noticed', (_, runs, problem) => {
  expect(checkReading(runs, RECORDED, now)).toEqual([expect.stringContaining(problem)])
})

it('a job whose page was deleted by hand may lack runs', () => {
  expect(checkReading([], RECORDED, { ...now, mayLack: () => true })).toEqual([])
})

it('a run that is too old may be missing, a failure later than a success', () => {
  const later = { ...now, storeTime: START + 100_000 }
  expect(checkReading([shown('b', 'failed')], RECORDED, later)).toEqual([])
  expect(checkReading([], RECORDED, later)).toEqual(['reading: run b of job is not shown'])
})
