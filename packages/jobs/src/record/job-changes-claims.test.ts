import { describe, expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { claimRun, newJob, obeyRequest, orphanJob, pauseJob, type RunClaim, withdrawRun } from './job-changes.ts'
import type { JobRecord } from './job-record.ts'

const defined = newJob(spec, 'hash', 1000)

function claim(record: JobRecord, runId: string, changes: Partial<RunClaim> = {}): JobRecord {
  const by = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: 2000 } as const
  return claimRun(record, { runId, tick: 2000, trigger: 'schedule', ...by, ...changes })
}

const idsOf = (record: JobRecord): string[] => record.running.map(({ runId }) => runId)

describe('a claim', () => {
  it('names the process that settled the last tick, and no process that claimed another run', () => {
    const settled = claim(defined, 'a')
    expect(settled.claimant).toBe('i')
    expect(claim(settled, 'b', { trigger: 'manual', instance: 'j' })).toMatchObject({ claimant: 'i', lastTick: 2000 })
    expect(claim(defined, 'b', { trigger: 'manual' })).not.toHaveProperty('claimant')
  })

  it('is made by an instance that has the action, so the job is no orphan any more', () => {
    for (const trigger of ['schedule', 'manual', 'chain'] as const) {
      expect(claim(orphanJob(defined, 1500), 'a', { trigger }).orphanedAt).toBeNull()
    }
  })

  it('adds its run to the runs of before, without a retry', () => {
    const both = claim(claim(defined, 'a'), 'b', { tick: 3000 })
    expect(both.running).toMatchObject([
      { runId: 'a', fence: 1, retry: null },
      { runId: 'b', fence: 2, retry: null },
    ])
  })

  it('of the last of maxRuns ends no period of a job that is paused', () => {
    const once = newJob({ ...spec, maxRuns: 1 }, 'hash', 1000)
    expect(claim(pauseJob(once), 'a')).not.toHaveProperty('past')
    expect(claim(once, 'a').past).toHaveLength(1)
  })
})

describe('a claim that is taken back', () => {
  const both = claim(claim(defined, 'a'), 'b', { instance: 'j' })

  it('leaves the record, and no other run does', () => {
    expect(idsOf(withdrawRun(both, { runId: 'a', instance: 'i' }))).toEqual(['b'])
    expect(withdrawRun(both, { runId: 'a', instance: 'i' })).toMatchObject({ fence: 2, lastTick: 2000 })
  })

  it('stays where another process has the run', () => {
    expect(idsOf(withdrawRun(both, { runId: 'a', instance: 'j' }))).toEqual(['a', 'b'])
  })
})

describe('a request that became a run', () => {
  const claimed = claim(claim(defined, 'by schedule'), 'open', { trigger: 'request' })

  it('is remembered with those that are still in the bucket or whose run is open', () => {
    const record = { ...claimed, obeyed: ['waiting', 'deleted', 'open'] }
    expect(obeyRequest(record, 'new', new Set(['waiting', 'new'])).obeyed).toEqual(['waiting', 'open', 'new'])
  })

  it('is the first that the record remembers', () => {
    expect(obeyRequest(claimed, 'new', new Set())).toEqual({ ...claimed, obeyed: ['new'] })
  })
})
