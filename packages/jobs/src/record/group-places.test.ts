import { describe, expect, it } from 'vitest'
import { arrive, depart, type GroupRecord, type GroupRun, holdsPlace, runsBefore } from './group-places.ts'
import type { JobRecord, OpenRun, PendingRetry } from './job-record.ts'

const run = (id: string, more: Partial<GroupRun> = {}): GroupRun => ({
  id,
  job: 'job',
  runId: `run-${id}`,
  fence: 3,
  instance: 'i',
  ...more,
})
const record: GroupRecord = { runs: [run('a'), run('b'), run('c')] }

describe('a run in the list of a group', () => {
  it('arrives at the end, once', () => {
    expect(arrive(undefined, run('a'))).toEqual({ runs: [run('a')] })
    expect(arrive(record, run('d'))?.runs.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
    expect(arrive(record, run('b', { fence: 4 }))).toBeUndefined()
  })

  it('leaves the others in their order', () => {
    expect(depart(record, new Set(['b', 'x']))).toEqual({ runs: [run('a'), run('c')] })
    expect(depart(record, new Set(['a', 'b', 'c']))).toEqual({ runs: [] })
    expect(depart(record, new Set(['x']))).toBeUndefined()
    expect(depart(undefined, new Set(['a']))).toBeUndefined()
  })

  it('knows the runs before it', () => {
    expect(runsBefore(record, 'a')).toEqual([])
    expect(runsBefore(record, 'c')).toEqual([run('a'), run('b')])
    expect(runsBefore(record, 'x')).toBeUndefined()
    expect(runsBefore(undefined, 'a')).toBeUndefined()
  })
})

describe('a place', () => {
  const recordOf = (...running: readonly Partial<OpenRun>[]): JobRecord => ({ running }) as unknown as JobRecord
  const waiting = (released: boolean): PendingRetry => ({ attempt: 1, error: '', delayMs: 0, notedAt: 0, released })
  const open: Partial<OpenRun> = { runId: 'run-a', fence: 3, retry: null }

  it('is held while the record of the job names the run with the same fence', () => {
    expect(holdsPlace(run('a'), recordOf({ ...open, runId: 'other' }, open))).toBe(true)
    expect(holdsPlace(run('a'), recordOf({ ...open, retry: waiting(false) }))).toBe(true)
  })

  it('is held by a run whose claim was lost with a deleted page, and whose earlier claim came back', () => {
    expect(holdsPlace(run('a'), recordOf({ ...open, fence: 2 }))).toBe(true)
  })

  it('is free once the run is over, in other hands, or released, and without a job', () => {
    expect(holdsPlace(run('a'), undefined)).toBe(false)
    expect(holdsPlace(run('a'), recordOf({ ...open, runId: 'run-b' }))).toBe(false)
    expect(holdsPlace(run('a'), recordOf({ ...open, fence: 4 }))).toBe(false)
    expect(holdsPlace(run('a'), recordOf({ ...open, retry: waiting(true) }))).toBe(false)
  })
})
