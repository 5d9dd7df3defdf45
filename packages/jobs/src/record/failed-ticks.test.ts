import type { RunRecord, RunStatus, Trigger } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'
import { countFound, countOutcome, pauseBetween } from './failed-ticks.ts'
import { claimRun, endRun, judgeLost, newJob, overrideJob, pauseJob, removeJob, resumeJob } from './job-changes.ts'
import { isTicking, type JobRecord } from './job-record.ts'
import { parseJobRecord } from './job-record-format.ts'
import { rememberPeriod } from './past-periods.ts'
import { storeRecord, USUAL_SPEC } from './stored-record.ts'

const MINUTE = 60_000
const spec = { ...USUAL_SPEC, schedule: '* * * * *', pauseAfterFailures: 3 } as JobSpec
const job = newJob(spec, hashSpec(spec), 0)
const by = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1 } as const

function outcome(record: JobRecord, status: RunStatus, trigger: Trigger = 'schedule'): RunRecord {
  const at = (record.fence + 1) * MINUTE
  const times = { scheduledTime: at, endedAt: at + 10, durationMs: 10, attempts: [], workerId: 'w' }
  return {
    runId: `r${record.fence + 1}`,
    job: 'job',
    status,
    trigger,
    error: { name: 'Error', message: 'full' },
    ...times,
  }
}

/** The record after one more run. */
function run(record: JobRecord, status: RunStatus, trigger: Trigger = 'schedule'): JobRecord {
  const ended = outcome(record, status, trigger)
  const { runId, scheduledTime: tick } = ended
  const claimed = claimRun(record, { runId, tick, trigger, claimedAt: tick, ...by })
  const next = status === 'lost' ? judgeLost(claimed, ended) : endRun(claimed, ended, claimed.fence)
  return rememberPeriod(claimed, next ?? claimed, () => tick + 20, 'job')
}

const after = (...statuses: readonly RunStatus[]): JobRecord =>
  statuses.reduce((record, status) => run(record, status), job)

describe('pauseAfterFailures', () => {
  it('pauses the job with the write of the last failure in a row, and notes the reason', () => {
    const almost = after('failed', 'timeout')
    expect(almost).toMatchObject({ paused: false, failures: 2 })
    const paused = run(almost, 'lost')
    expect(paused).toMatchObject({
      paused: true,
      failures: 3,
      pausedFor: { failures: 3, runId: 'r3', at: 3 * MINUTE + 10, error: 'full' },
      past: [{ since: 0, until: 3 * MINUTE + 20, lastTick: 3 * MINUTE }],
    })
    expect(isTicking(paused)).toBe(false)
    expect(pauseBetween(almost, paused)).toEqual(paused.pausedFor)
    expect(pauseBetween(paused, run(paused, 'failed'))).toBeUndefined()
  })

  it('begins anew with a success, and leaves cancelled and skipped runs and those that a person asked for out', () => {
    expect(after('failed', 'failed', 'success', 'failed', 'failed')).toMatchObject({ paused: false, failures: 2 })
    expect(after('failed', 'cancelled', 'skipped')).toMatchObject({ paused: false, failures: 1 })
    expect(after('failed', 'cancelled', 'skipped', 'failed', 'failed').paused).toBe(true)
    const asked = (['manual', 'request', 'backfill'] as const).flatMap((trigger) => [
      run(after('failed', 'failed'), 'failed', trigger),
      run(after('failed', 'failed'), 'success', trigger),
    ])
    for (const record of asked) expect(record).toMatchObject({ paused: false, failures: 2 })
    expect(run(run(after('failed'), 'failed', 'chain'), 'failed', 'start').paused).toBe(true)
  })

  it('counts anew after a resume, and in a new life of the job', () => {
    const paused = after('failed', 'failed', 'failed')
    const resumed = resumeJob(paused, 9 * MINUTE, 'job')
    expect(resumed).toMatchObject({ paused: false, since: 9 * MINUTE })
    expect([resumed.failures, resumed.pausedFor]).toEqual([undefined, undefined])
    expect(run(run(resumed, 'failed'), 'failed').paused).toBe(false)
    expect(run(run(run(resumed, 'failed'), 'failed'), 'failed').pausedFor).toMatchObject({ failures: 3, runId: 'r6' })
    expect(removeJob(paused)).not.toHaveProperty('pausedFor')
    expect(pauseJob(paused)).toBe(paused)
  })

  it('follows a change of the limit, and forgets the count without one', () => {
    const changed = (limit: number): JobRecord =>
      overrideJob(after('failed', 'failed'), { pauseAfterFailures: limit }, 0, 'job')
    expect(run(changed(1), 'failed').pausedFor).toMatchObject({ failures: 3 })
    expect(run(changed(5), 'failed')).toMatchObject({ paused: false, failures: 3 })
    expect(run(changed(0), 'failed')).not.toHaveProperty('failures')
  })

  it('does not count a lost run that another run makes up for', () => {
    const almost = after('failed', 'failed')
    const claimed = claimRun(almost, { runId: 'r3', tick: 3 * MINUTE, trigger: 'schedule', claimedAt: 0, ...by })
    expect(judgeLost(claimed, outcome(almost, 'lost'), true)).toMatchObject({ paused: false, failures: 2 })
  })

  it('takes the pause back when the lost run that caused it is found, and has succeeded', () => {
    const almost = after('failed', 'failed')
    const paused = run(almost, 'lost')
    const found = endRun(paused, outcome(almost, 'success'), 3)
    expect(found).toMatchObject({ paused: false, since: 3 * MINUTE + 20, lost: [] })
    expect([found?.failures, found?.pausedFor]).toEqual([undefined, undefined])
    expect(endRun(paused, outcome(almost, 'failed'), 3)).toMatchObject({ paused: true, failures: 3 })
    const earlier = run(run(after('lost'), 'failed'), 'failed')
    expect(endRun(earlier, outcome(job, 'success'), 1)).toMatchObject({ paused: true, pausedFor: { runId: 'r3' } })
  })

  it('takes back no pause for a found run that failed, was asked for, or was not counted', () => {
    const failed = after('failed')
    const claimed = claimRun(failed, { runId: 'r2', tick: 2 * MINUTE, trigger: 'schedule', claimedAt: 0, ...by })
    const lost = judgeLost(claimed, outcome(failed, 'lost'), true)
    const foundAs = (status: RunStatus, trigger: Trigger) => endRun(lost, outcome(failed, status, trigger), 2)
    expect(foundAs('success', 'manual')).toMatchObject({ failures: 1 })
    expect(foundAs('failed', 'schedule')).toMatchObject({ failures: 1 })
    expect(foundAs('success', 'schedule')).not.toHaveProperty('failures')
    expect(countFound(job, outcome(job, 'success'))).toBe(job)
  })

  it('lets ticks count from the latest of the pause, the end of the period and the last change', () => {
    const almost = after('failed', 'failed')
    const { past: _, ...paused } = run(almost, 'lost')
    const found = outcome(almost, 'success')
    expect(countFound(paused, found).since).toBe(3 * MINUTE + 10)
    expect(countFound({ ...paused, since: 9 * MINUTE }, found).since).toBe(9 * MINUTE)
  })

  it('counts on, and pauses nothing, where the job is paused or removed already', () => {
    const almost = after('failed', 'failed')
    for (const record of [pauseJob(almost), { ...almost, removed: true }]) {
      const failed = run(record, 'failed')
      expect(failed.failures).toBe(3)
      expect(failed).not.toHaveProperty('pausedFor')
    }
    expect(run({ ...almost, removed: true }, 'failed').paused).toBe(false)
  })

  it('keeps the count with the reason of the pause, whatever runs end meanwhile', () => {
    const paused = after('failed', 'failed', 'failed')
    expect(run(paused, 'success')).toMatchObject({ paused: true, failures: 3, pausedFor: paused.pausedFor })
  })

  it('notes the error of the last failure cut short, else its reason, else nothing', () => {
    const almost = after('failed', 'failed')
    const { error: _, ...ended } = outcome(almost, 'failed')
    const errorFor = (changes: Partial<RunRecord>) => countOutcome(almost, { ...ended, ...changes }).pausedFor?.error
    expect(errorFor({ error: { name: 'Error', message: 'x'.repeat(300) }, reason: 'gone' })).toBe('x'.repeat(200))
    expect(errorFor({ reason: 'y'.repeat(300) })).toBe('y'.repeat(200))
    expect(errorFor({})).toBeNull()
  })

  it('changes nothing for a job that has neither a limit nor a count', () => {
    const unlimited = newJob({ ...USUAL_SPEC, schedule: '* * * * *' }, 'hash', 0)
    expect(countOutcome(unlimited, outcome(unlimited, 'failed'))).toBe(unlimited)
    expect(countOutcome(job, outcome(job, 'success'))).toBe(job)
  })

  it('has no reason that a change brings about for a job that was paused before', () => {
    const paused = after('failed', 'failed', 'failed')
    expect(pauseBetween(job, job)).toBeUndefined()
    expect(pauseBetween(job, paused)).toBe(paused.pausedFor)
    expect(pauseBetween(paused, paused)).toBeUndefined()
  })

  it('survives the bucket, and leaves no trace in the records of other jobs', () => {
    const paused = after('failed', 'failed', 'failed')
    const read = parseJobRecord(JSON.parse(JSON.stringify(storeRecord(paused))) as never)
    expect(read).toMatchObject({ outcome: 'found', record: { failures: 3, pausedFor: paused.pausedFor } })
    const plain = { ...USUAL_SPEC, schedule: '* * * * *' } as JobSpec
    const record = run(newJob(plain, hashSpec(plain), 0), 'failed')
    expect(JSON.stringify(storeRecord(record))).not.toMatch(/failures|pause/)
  })
})
