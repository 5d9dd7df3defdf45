import { describe, expect, it } from 'vitest'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'
import { claimRun, defineJob, newJob, overrideJob, passTicks, removeJob, type RunClaim } from './job-changes.ts'
import { isActive, isTicking, type JobRecord, remainingRuns } from './job-record.ts'
import { parseJobRecord } from './job-record-format.ts'
import { rememberPeriod } from './past-periods.ts'
import { storeRecord, USUAL_SPEC } from './stored-record.ts'

const spec = { ...USUAL_SPEC, schedule: '* * * * *', maxRuns: 2 } as JobSpec
const job = newJob(spec, hashSpec(spec), 0)

function claim(record: JobRecord, tick: number, more: Partial<RunClaim> = {}): JobRecord {
  const by = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: tick } as const
  const claimed = claimRun(record, { runId: `r${tick}`, tick, trigger: 'schedule', ...by, ...more })
  return rememberPeriod(record, claimed, () => tick + 7, 'job')
}

function redefine(record: JobRecord, changes: Partial<JobSpec>, now: number): JobRecord {
  const changed = { ...spec, ...changes }
  return defineJob(record, { name: 'job', spec: changed, hash: hashSpec(changed) }, now)
}

const spent = claim(claim(job, 60_000), 120_000)

describe('maxRuns', () => {
  it('counts claims of ticks, and ends the ticks and their period with the last claim', () => {
    expect(remainingRuns(job)).toBe(2)
    expect(claim(job, 60_000)).toMatchObject({ tickRuns: 1 })
    expect(claim(job, 60_000).past).toBeUndefined()
    expect(spent).toMatchObject({
      tickRuns: 2,
      lastTick: 120_000,
      past: [{ schedule: '* * * * *', since: 0, until: 120_000, lastTick: 120_000 }],
    })
    expect([isTicking(spent), isActive(spent)]).toEqual([false, true])
  })

  it('does not count other runs, runs that make up for lost ones, and ticks without a run', () => {
    const triggers = ['manual', 'chain', 'start', 'request'] as const
    const others = triggers.reduce((record, trigger, index) => claim(record, index + 1, { trigger }), job)
    expect(remainingRuns(others)).toBe(2)
    expect(remainingRuns(claim(job, 60_000, { makesUpFor: 'lost' }))).toBe(2)
    const ended = { jobName: 'job', status: 'missed', endedAt: 1, durationMs: 0 } as never
    expect(remainingRuns(passTicks(job, 60_000, ended))).toBe(2)
  })

  it('begins anew with other ticks and a new life of the job, and goes on with a higher limit from then on', () => {
    expect(redefine(spent, { schedule: '@hourly' }, 200_000)).toMatchObject({ since: 200_000 })
    expect(remainingRuns(redefine(spent, { schedule: '@hourly' }, 200_000))).toBe(2)
    expect(remainingRuns(redefine(removeJob(spent), {}, 200_000))).toBe(2)
    const more = redefine(spent, { maxRuns: 3 }, 200_000)
    expect([remainingRuns(more), more.since]).toEqual([1, 200_000])
    const unlimited = overrideJob(spent, { maxRuns: 0 }, 200_000, 'job')
    expect([isTicking(unlimited), unlimited.since]).toEqual([true, 200_000])
    const half = redefine(claim(job, 60_000), { maxRuns: 5 }, 200_000)
    expect([remainingRuns(half), half.since]).toEqual([4, 0])
    expect(isTicking(redefine(claim(job, 60_000), { maxRuns: 1 }, 200_000))).toBe(false)
  })

  it('survives the bucket, and leaves no trace in the records of other jobs', () => {
    const read = parseJobRecord(JSON.parse(JSON.stringify(storeRecord(spent))) as never)
    expect(read).toMatchObject({ outcome: 'found', record: { tickRuns: 2, spec: { maxRuns: 2 } } })
    const plain = { ...USUAL_SPEC, schedule: '* * * * *' } as JobSpec
    const record = claim(newJob(plain, hashSpec(plain), 0), 60_000)
    expect(JSON.stringify(storeRecord(record))).not.toMatch(/Runs|backfill|afterOn|predecessors/)
    expect(Object.keys(storeRecord(record))).toEqual([
      'spec',
      'hash',
      'since',
      'lastTick',
      'fence',
      'running',
      'claimant',
    ])
    expect(storeRecord(record)['spec']).toEqual({ schedule: '* * * * *' })
  })
})
