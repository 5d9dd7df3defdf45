import { expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { hashSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { newJob, orphanJob, overrideJob, pauseJob, removeJob } from '../record/job-changes.ts'
import type { JobRecord, OpenRun } from '../record/job-record.ts'
import { NameTable } from './name-table.ts'
import { PlainRecords } from './plain-records.ts'

const local = { name: 'job', spec, hash: hashSpec(spec) } as unknown as LocalJob
const record = newJob(spec, local.hash, 1000)

it('tells from when on the ticks of a job count that is as the code defines it', () => {
  const plain = new PlainRecords()
  plain.note('job', 1, record, local)
  plain.note('claimed', 1, { ...record, lastTick: 3000 }, local)
  expect(plain.after('job', 1, local)).toBe(1000)
  expect(plain.after('claimed', 1, local)).toBe(3000)
})

it('tells nothing once the record or the definition is another one', () => {
  const plain = new PlainRecords()
  plain.note('job', 1, record, local)
  expect(plain.after('job', 2, local)).toBeUndefined()
  expect(plain.after('job', 1, { ...local, spec: { ...spec } })).toBeUndefined()
  expect(plain.after('unknown', 1, local)).toBeUndefined()
  plain.note('job', 1, pauseJob(record), local)
  expect(plain.after('job', 1, local)).toBeUndefined()
})

it.each<[string, JobRecord]>([
  ['is paused', pauseJob(record)],
  ['is removed', removeJob(record)],
  ['is left alone', orphanJob(record, 2000)],
  ['is changed by an operator', overrideJob(record, { retries: 3 }, 2000, 'job')],
  ['has a run under way', { ...record, running: [{} as OpenRun] }],
  ['is defined otherwise', { ...record, spec: { ...spec } }],
  ['is disabled', { ...record, spec: { ...spec, enabled: false } }],
])('tells nothing of a job that %s', (_, other) => {
  const plain = new PlainRecords()
  const defined = { ...local, spec: other.spec.enabled ? spec : other.spec }
  plain.note('job', 1, other, defined)
  expect(plain.after('job', 1, defined)).toBeUndefined()
})

it('tells the ticks that counted by the last plain record, whatever its mark is now', () => {
  const plain = new PlainRecords()
  expect(plain.lastCounting('job', local)).toBeUndefined()
  plain.note('job', 1, { ...record, lastTick: 3000 }, local)
  expect(plain.lastCounting('job', local)).toEqual({ schedule: spec.schedule, timezone: 'UTC', since: 1000 })
  plain.note('job', 2, pauseJob(record), local)
  expect(plain.lastCounting('job', local)).toBeUndefined()
})

it('tells which records are plain', () => {
  const plain = new PlainRecords()
  expect([plain.note('job', 1, record, local), plain.note('other', 1, pauseJob(record), local)]).toEqual([true, false])
})

it('tells nothing of a job without an action here', () => {
  const plain = new PlainRecords()
  plain.note('job', 1, record, undefined)
  expect(plain.after('job', 1, local)).toBeUndefined()
})

it('shares a table of names with others', () => {
  const names = new NameTable()
  names.numberOf('other')
  const plain = new PlainRecords(names)
  plain.note('job', 1, record, local)
  expect(plain.after('job', 1, local)).toBe(1000)
  expect(plain.after('other', 1, local)).toBeUndefined()
})
