import type { JobRecord, OpenRun } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { leaders } from '../../test/recovery-facts.ts'
import { whileHeld } from './while-held.ts'

const holding = (...running: OpenRun[]): JobRecord => ({ running }) as unknown as JobRecord
const other: OpenRun = { ...leaders, runId: 'r0', fence: 2 }
const end = (record: JobRecord): JobRecord => ({ ...record, running: [] })
const change = whileHeld(leaders, end)

it('changes the record that has the run, also beside other runs', () => {
  expect(change(holding(leaders))).toEqual({ write: holding() })
  expect(change(holding(other, leaders))).toEqual({ write: holding() })
})

it('leaves a run that was declared lost, or taken over, to its verdict', () => {
  expect(change(holding())).toEqual({ stop: 'gone' })
  expect(change(holding(other))).toEqual({ stop: 'gone' })
  // The next holder has the same run, and a claim of its own.
  expect(change(holding({ ...leaders, fence: leaders.fence + 1 }))).toEqual({ stop: 'gone' })
  expect(change(holding({ ...leaders, runId: 'another' }))).toEqual({ stop: 'gone' })
})

it('leaves a job without a record alone', () => {
  expect(change(undefined)).toEqual({ stop: 'gone' })
})
