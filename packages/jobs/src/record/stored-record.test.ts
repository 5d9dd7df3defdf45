import { expect, it } from 'vitest'
import fc from 'fast-check'
import { foldStatistics } from '@s3sched/history'
import { spec } from '../../test/minutely-spec.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { newJob, overrideJob, pauseJob, removeJob } from './job-changes.ts'
import { parseJobRecord, readDefinedRecord } from './job-record-format.ts'
import type { JobRecord } from './job-record.ts'
import { storeRecord } from './stored-record.ts'

const usual: JobSpec = { ...spec, timeout: 300_000, catchUpWindowMs: 86_400_000 }
const ran = { runId: 'run', status: 'success', scheduledTime: 1000, durationMs: 5 } as const
const CONSUMED = { runId: 'run', fence: 1, endedAt: 5 }

function textOf(record: JobRecord): string {
  return JSON.stringify(storeRecord(record))
}

function readBack(record: JobRecord): JobRecord | undefined {
  const parsed = parseJobRecord(JSON.parse(textOf(record)) as Record<string, unknown>)
  return parsed.outcome === 'found' ? parsed.record : undefined
}

it('says of a new job only what no other new job says, and what keeps its ticks from a second start', () => {
  expect(textOf(newJob(usual, 'hash', 1000))).toBe(
    '{"spec":{"schedule":"* * * * *"},"hash":"hash","since":1000,"lastTick":null,"fence":0,"running":[]}',
  )
})

const RECORD = newJob(usual, 'hash', 1000)

const RECORDS: [string, JobRecord][] = [
  ['is new', RECORD],
  ['has other limits', newJob(spec, 'hash', 1000)],
  [
    'has objects in its specification',
    newJob({ ...usual, schedule: null, after: ['other'], backoff: { type: 'fixed', baseMs: 5 } }, 'hash', 1000),
  ],
  ['is paused', pauseJob(RECORD)],
  ['is removed', removeJob(RECORD)],
  ['is changed to usual values', overrideJob(RECORD, { timezone: 'UTC', retries: 0, after: [] }, 2000, 'job')],
  ['has run', { ...RECORD, statistics: foldStatistics(RECORD.statistics, ran) }],
  ['has lost runs and predecessors', { ...RECORD, consumed: { other: CONSUMED }, lost: ['run'], orphanedAt: 3 }],
]

it.each(RECORDS)('is read back as it was, for a job that %s', (_, record) => {
  expect(readBack(record)).toEqual(record)
})

it.each(RECORDS)('is written as it was, once read, for a job that %s', (_, record) => {
  // The fields of a record that was read have another order.
  expect(storeRecord(readBack(record) ?? record)).toEqual(storeRecord(record))
})

it.each(RECORDS)('is read by the definition of the code as by its text, for a job that %s', (_, record) => {
  const read = readDefinedRecord(textOf(record), record)
  expect(read).toEqual(readBack(record))
  expect(read?.spec).toBe(record.spec)
})

it.each<[string, string]>([
  ['is defined otherwise', textOf(newJob({ ...usual, retries: 1 }, 'hash', 1000))],
  ['has another hash', textOf(newJob(usual, 'hash of another version', 1000))],
  ['names its specification twice', textOf(RECORD).replace(/}$/, ',"spec":{"schedule":"0 0 1 1 *"}}')],
  ['names its hash twice', textOf(RECORD).replace(/}$/, ',"hash":"another"}')],
  ['says no more than its definition', '{"spec":{"schedule":"* * * * *"},"hash":"hash"}'],
  ['has an impossible state', textOf({ ...RECORD, fence: -1 })],
])('is not read by the definition of the code for a job that %s', (_, text) => {
  expect(readDefinedRecord(text, RECORD)).toBeUndefined()
})

it('is read back for every specification', () => {
  const change = fc.record(
    {
      timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
      description: fc.string(),
      enabled: fc.boolean(),
      retries: fc.nat(2),
      backoff: fc.constantFrom('exponential', 'custom', { type: 'fixed', baseMs: 5 }),
      timeout: fc.constantFrom(0, 300_000),
      runOnStart: fc.boolean(),
      overlap: fc.constantFrom('skip' as const, 'allow' as const),
      after: fc.constantFrom([], ['other']),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(change, (fields) => {
      const record = newJob({ ...usual, ...fields }, 'hash', 1000)
      expect(readBack(record)).toEqual(record)
    }),
  )
})

it.each(['spec', 'hash', 'since', 'lastTick', 'fence', 'running'])('is unreadable without its %s', (field) => {
  const { [field]: _, ...rest } = storeRecord(newJob(usual, 'hash', 1000))
  expect(parseJobRecord(rest)).toEqual({ outcome: 'unreadable', problem: `its field '${field}' is undefined` })
})

it('keeps the fields of other versions', () => {
  const stored = { ...storeRecord(newJob(usual, 'hash', 1000)), later: { a: 1 } }
  const parsed = parseJobRecord(stored)
  expect(parsed.outcome === 'found' && storeRecord(parsed.record)).toEqual(stored)
})
