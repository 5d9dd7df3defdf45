import { describe, expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import {
  claimRun,
  consumePredecessors,
  defineJob,
  isOpenTick,
  newJob,
  orphanJob,
  overrideJob,
  pauseJob,
  removeJob,
  restoreJob,
  restTicks,
  resumeJob,
  type RunClaim,
} from './job-changes.ts'
import { effectiveSpec, isActive, type JobRecord } from './job-record.ts'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'

const defined = newJob(spec, hashSpec(spec), 1000)

function claimOf(runId: string, tick: number, changes: Partial<RunClaim> = {}): RunClaim {
  return {
    runId,
    tick,
    trigger: 'schedule',
    workerId: 'w',
    instance: 'i',
    role: 'leader',
    epoch: 1,
    claimedAt: tick,
    ...changes,
  }
}

function redefine(record: JobRecord, changes: Partial<JobSpec>, now: number): JobRecord {
  const changed = { ...spec, ...changes }
  return defineJob(record, { name: 'job', spec: changed, hash: hashSpec(changed) }, now)
}

describe('a definition', () => {
  it('counts ticks from the moment it is made', () => {
    expect(isOpenTick(defined, 1000)).toBe(false)
    expect(isOpenTick(defined, 1001)).toBe(true)
  })

  it('changes nothing when it is the same', () => {
    expect(defineJob(defined, { name: 'job', spec, hash: hashSpec(spec) }, 5000)).toBe(defined)
  })

  it('has no past when its schedule or zone is another, and keeps its past otherwise', () => {
    expect(redefine(defined, { schedule: '0 * * * *' }, 5000).since).toBe(5000)
    expect(redefine(defined, { timezone: 'Europe/Rome' }, 5000).since).toBe(5000)
    expect(redefine(defined, { retries: 3 }, 5000).since).toBe(1000)
  })

  it('ends an override that was made against another definition, and keeps a pause', () => {
    const changed = pauseJob(overrideJob(defined, { retries: 7 }, 2000, 'job'))
    expect(effectiveSpec(changed).retries).toBe(7)
    const redefined = redefine(changed, { description: 'new' }, 5000)
    expect(effectiveSpec(redefined).retries).toBe(0)
    expect(redefined.paused).toBe(true)
  })

  it('keeps its past and its override when its schedule is only written otherwise', () => {
    const changed = overrideJob(redefine(defined, { schedule: '0 12 * * *' }, 2000), { retries: 7 }, 3000, 'job')
    for (const rewritten of [{ schedule: ' 0 0 12 * * *' }, { schedule: '0 12 * * *', timezone: 'Etc/UTC' }]) {
      const redefined = redefine(changed, rewritten, 5000)
      expect(redefined.since).toBe(2000)
      expect(redefined.spec).toMatchObject(rewritten)
      expect(redefined.override).toEqual({ against: redefined.hash, fields: { retries: 7 } })
      expect(overrideJob(changed, rewritten, 5000, 'job').since).toBe(2000)
    }
    expect(redefine(defined, { timezone: 'Etc/UTC' }, 5000)).toMatchObject({ since: 1000, override: null })
  })

  it('counts its ticks from its return, and not from a change while it is removed', () => {
    const changed = overrideJob(removeJob(defined), { retries: 7 }, 5000, 'job')
    expect(changed.since).toBe(1000)
    expect(redefine(changed, {}, 9000)).toMatchObject({ removed: false, since: 9000 })
  })

  it('counts ticks from the moment at which the job is enabled, and from no other change', () => {
    const disabled = redefine(defined, { enabled: false }, 2000)
    expect(disabled.since).toBe(1000)
    expect(redefine(disabled, { enabled: false, retries: 3 }, 5000).since).toBe(1000)
    expect(redefine(disabled, {}, 5000).since).toBe(5000)
  })

  it('keeps no override of the job in its life before', () => {
    const changed = overrideJob(defined, { retries: 7 }, 2000, 'job')
    expect(removeJob(changed).override).toBeNull()
    const removed = overrideJob(removeJob(defined), { retries: 7 }, 5000, 'job')
    expect(redefine(removed, {}, 9000).override).toBeNull()
  })

  it('keeps the fence when a removed job comes back', () => {
    const removed = removeJob(claimRun(defined, claimOf('a', 2000)))
    expect(isActive(removed)).toBe(false)
    const back = defineJob(removed, { name: 'job', spec, hash: hashSpec(spec) }, 9000)
    expect(back).toMatchObject({ removed: false, fence: 1, since: 9000 })
  })
})

describe('a pause', () => {
  it('is not a miss: ticks count from the resumption', () => {
    const resumed = resumeJob(pauseJob(defined), 8000, 'job')
    expect(isActive(pauseJob(defined))).toBe(false)
    expect(isActive(resumed)).toBe(true)
    expect(isOpenTick(resumed, 8000)).toBe(false)
  })

  it('changes nothing when it is there, or is not', () => {
    const paused = pauseJob(defined)
    expect(pauseJob(paused)).toBe(paused)
    expect(resumeJob(defined, 8000, 'job')).toBe(defined)
  })

  it('ends, by resuming, also where the code disabled the job', () => {
    const disabled = redefine(defined, { enabled: false }, 2000)
    const resumed = resumeJob(disabled, 8000, 'job')
    expect(isActive(resumed)).toBe(true)
    expect(resumed.since).toBe(8000)
  })

  it('brings no ticks back that did not count before', () => {
    expect(resumeJob(pauseJob(defined), 500, 'job').since).toBe(1000)
  })

  it('ends, by resuming, also for a job that is disabled', () => {
    const resumed = resumeJob(pauseJob(redefine(defined, { enabled: false }, 2000)), 8000, 'job')
    expect(resumed).toMatchObject({ paused: false, override: { fields: { enabled: true } } })
  })
})

describe('a claim', () => {
  it('settles its tick, grows the fence and names the run', () => {
    const claimed = claimRun(defined, claimOf('a', 2000))
    expect(claimed).toMatchObject({ lastTick: 2000, fence: 1, running: [{ runId: 'a', fence: 1 }] })
    expect(isOpenTick(claimed, 2000)).toBe(false)
  })

  it('of a run by hand settles no tick', () => {
    expect(claimRun(defined, claimOf('a', 9000, { trigger: 'manual' }))).toMatchObject({ lastTick: null, fence: 1 })
  })

  it('never moves lastTick back', () => {
    const later = claimRun(defined, claimOf('a', 9000))
    expect(claimRun(later, claimOf('b', 2000)).lastTick).toBe(9000)
  })
})

describe('a job', () => {
  it('that nobody defines is left alone until somebody does', () => {
    const orphan = orphanJob(defined, 5000)
    expect(orphan).toEqual({ ...defined, orphanedAt: 5000 })
    expect(defineJob(orphan, { name: 'job', spec, hash: hashSpec(spec) }, 9000)).toEqual(defined)
    expect(claimRun(orphan, claimOf('a', 2000)).orphanedAt).toBeNull()
  })

  it('whose record was deleted counts from now, with a fence above all that were given out', () => {
    const before = claimRun(defined, claimOf('a', 2000))
    expect(restoreJob(before, 9000)).toMatchObject({ since: 9000, lastTick: 2000 })
    expect(restoreJob(before, 1500).since).toBe(2000)
    expect(restoreJob(before, 9000).fence).toBeGreaterThan(before.fence + 999_999)
  })

  it('whose record was deleted keeps its runs, and nobody goes on with a run that waits', () => {
    const both = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))
    const retry = { attempt: 1, error: 'e', delayMs: 5, notedAt: 1, released: true }
    const waiting = { ...both, running: both.running.map((run) => (run.runId === 'a' ? { ...run, retry } : run)) }
    expect(restoreJob(waiting, 9000).running).toEqual([{ ...waiting.running[0], fields: null }, both.running[1]])
  })

  it('remembers by which runs of its predecessors it was started, of each the last', () => {
    const first = { runId: '1', fence: 1, endedAt: 2000 }
    const second = { runId: '2', fence: 2, endedAt: 3000 }
    const once = consumePredecessors(defined, { a: first, b: first })
    expect(consumePredecessors(once, { a: second })).toEqual({ ...defined, consumed: { a: second, b: first } })
  })

  it('that is removed is not paused when it comes back', () => {
    const back = defineJob(removeJob(pauseJob(defined)), { name: 'job', spec, hash: hashSpec(spec) }, 9000)
    expect(back).toMatchObject({ paused: false, removed: false, since: 9000 })
  })
})

describe('a time in which nobody was meant to run the job', () => {
  const rested = restTicks({ ...newJob(spec, 'h', 100), lastTick: 60_000 }, { since: 60_500, to: 240_000 })

  it('does not count, and an audit is told so', () => {
    expect(rested).toMatchObject({ since: 240_000, lastTick: 60_000 })
    expect(rested.past).toEqual([
      { schedule: '* * * * *', timezone: 'UTC', since: 100, until: 60_500, lastTick: 60_000 },
    ])
    expect(isOpenTick(rested, 240_000)).toBe(false)
    expect(isOpenTick(rested, 300_000)).toBe(true)
  })

  it('ends one period, however many steps it takes', () => {
    expect(restTicks(rested, { since: 60_500, to: 600_000 })).toMatchObject({ since: 600_000, past: rested.past })
  })

  it('ends none for a job whose ticks did not count, or count only since then', () => {
    const job = newJob(spec, 'h', 100)
    const rest = (record: JobRecord, since: number) => restTicks(record, { since, to: 240_000 })
    expect(rest(pauseJob(job), 60_500)).toMatchObject({ since: 240_000, past: [] })
    expect(rest(job, 100).past).toEqual([])
    expect(rest(job, 101).past).toHaveLength(1)
  })

  it('brings no ticks back that did not count before, and ends an orphan', () => {
    const orphan = orphanJob({ ...newJob(spec, 'h', 300_000) }, 1)
    expect(restTicks(orphan, { since: null, to: 240_000 })).toMatchObject({ since: 300_000, orphanedAt: null })
  })

  it('ends none before the first leader of all', () => {
    expect(restTicks(newJob(spec, 'h', 100), { since: null, to: 240_000 })).toMatchObject({ since: 240_000, past: [] })
  })
})
