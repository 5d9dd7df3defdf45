import { expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { newJob } from '../record/job-changes.ts'
import type { JobRecord, OpenRun } from '../record/job-record.ts'
import { shardOf } from '../record/job-shard.ts'
import { RecordTraits } from './record-traits.ts'

const record = newJob(spec, 'hash', 1000)
const run = { role: 'leader', epoch: 7 } as OpenRun

function tracesOf(changed: Partial<JobRecord> | undefined, shards = 1) {
  const traits = new RecordTraits(shards)
  traits.note('job', changed && { ...record, ...changed })
  return traits.tracesOf(shardOf('job', shards))
}

it('finds no traces of a leader in records without a settled tick', () => {
  expect(tracesOf({})).toEqual({ epoch: 0, wasLed: false })
})

it.each<[string, Partial<JobRecord> | undefined]>([
  ['a settled tick', { lastTick: 2000 }],
  ['an ended run', { lastRun: {} as JobRecord['lastRun'] }],
  ['a record that can not be read', undefined],
])('takes %s for a trace of an earlier leader', (_, changed) => {
  expect(tracesOf(changed)).toEqual({ epoch: 0, wasLed: true })
})

it('keeps the highest epoch of open runs of leaders, for ever', () => {
  const traits = new RecordTraits(1)
  traits.note('a', { ...record, running: [run, { ...run, epoch: 9 }, { ...run, role: 'member', epoch: 20 }] })
  traits.note('b', { ...record, running: [{ ...run, epoch: 8 }] })
  traits.note('a', record)
  expect(traits.tracesOf(0)).toEqual({ epoch: 9, wasLed: true })
})

it('leaves out the epochs of another number of shards', () => {
  expect(tracesOf({ running: [run] }, 4)).toEqual({ epoch: 0, wasLed: false })
  expect(tracesOf({ running: [{ ...run, shards: 4 }] }, 4)).toEqual({ epoch: 7, wasLed: true })
})

it('keeps the traces of each shard apart', () => {
  const traits = new RecordTraits(2)
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const first = names.find((name) => shardOf(name, 2) === 0) ?? ''
  traits.note(first, { ...record, lastTick: 2000 })
  expect([traits.tracesOf(0).wasLed, traits.tracesOf(1).wasLed]).toEqual([true, false])
})

it('knows the jobs that come after others, and those that start with the fleet, as their records say now', () => {
  const traits = new RecordTraits(1)
  traits.note('job', { ...record, spec: { ...spec, after: ['other'], runOnStart: true } })
  expect([...traits.chained, ...traits.starting]).toEqual(['job', 'job'])
  traits.note('job', record)
  expect([...traits.chained, ...traits.starting]).toEqual([])
})
