import { summarizeStatistics, type RunRecord } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import {
  claimRun,
  consumePredecessors,
  correctLost,
  defineJob,
  isOpenTick,
  judgeLost,
  newJob,
  orphanJob,
  overrideJob,
  passTicks,
  pauseJob,
  removeJob,
  restoreJob,
  restTicks,
  resumeJob,
  foldEnds,
  type RunClaim,
} from './job-changes.ts'
import { effectiveSpec, isActive, type JobRecord } from './job-record.ts'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'

const spec: JobSpec = {
  schedule: '* * * * *',
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'exponential',
  timeout: 0,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 1000,
  jitterMs: 0,
  after: [],
  onLost: 'record',
}

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

function ended(runId: string, status: RunRecord['status'], tick: number): RunRecord {
  const times = { scheduledTime: tick, startedAt: tick, endedAt: tick + 10, durationMs: 10 }
  return { runId, job: 'job', status, ...times, attempts: [], trigger: 'schedule', workerId: 'w' }
}

function recorded(...runs: RunRecord[]): Map<string, RunRecord> {
  return new Map(runs.map((run) => [run.runId, run]))
}

function redefine(record: JobRecord, changes: Partial<JobSpec>, now: number): JobRecord {
  const changed = { ...spec, ...changes }
  return defineJob(record, changed, hashSpec(changed), now, 'job')
}

describe('a definition', () => {
  it('counts ticks from the moment it is made', () => {
    expect(isOpenTick(defined, 1000)).toBe(false)
    expect(isOpenTick(defined, 1001)).toBe(true)
  })

  it('changes nothing when it is the same', () => {
    expect(defineJob(defined, spec, hashSpec(spec), 5000, 'job')).toBe(defined)
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
  })

  it('keeps the fence when a removed job comes back', () => {
    const removed = removeJob(claimRun(defined, claimOf('a', 2000)))
    expect(isActive(removed)).toBe(false)
    const back = defineJob(removed, spec, hashSpec(spec), 9000, 'job')
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

describe('settling', () => {
  it('forgets a run only once its record is written, and folds it once', () => {
    const claimed = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))
    expect(foldEnds(claimed, recorded())).toBe(claimed)
    const settled = foldEnds(claimed, recorded(ended('a', 'success', 2000)))
    expect(settled.running.map((run) => run.runId)).toEqual(['b'])
    expect(settled.lastRun).toMatchObject({ runId: 'a', status: 'success', scheduledTime: 2000 })
    expect(summarizeStatistics(settled.statistics).total).toBe(1)
    expect(foldEnds(settled, recorded(ended('a', 'success', 2000)))).toBe(settled)
  })

  it('takes the run that was claimed last for the last one, also where the clock of the one before was ahead', () => {
    const first = foldEnds(claimRun(defined, claimOf('a', 2000)), recorded(ended('a', 'failed', 90_000)))
    const second = foldEnds(claimRun(first, claimOf('b', 3000)), recorded(ended('b', 'success', 3000)))
    expect(second.lastRun).toMatchObject({ runId: 'b', fence: 2 })
    const both = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))
    const later = foldEnds(both, recorded(ended('b', 'success', 3000)))
    expect(foldEnds(later, recorded(ended('a', 'success', 9000))).lastRun).toMatchObject({ runId: 'a' })
  })

  it('counts every tick of a missed range', () => {
    const verdict = { status: 'missed', reason: 'r', decidedAt: 9000, from: 2000, to: 4000, count: 3 } as const
    const passed = passTicks(defined, claimOf('m', 4000), verdict)
    expect(passed).toMatchObject({ lastTick: 4000, fence: 0 })
    const { startedAt: _startedAt, ...missed } = ended('m', 'missed', 4000)
    const settled = foldEnds(passed, recorded({ ...missed, from: 2000, to: 4000, count: 3 }))
    expect(summarizeStatistics(settled.statistics).counts.missed).toBe(3)
    expect(settled.lastRun).toBeNull()
  })
})

describe('a lost run', () => {
  const lost = judgeLost(claimRun(defined, claimOf('a', 2000)), 'a', 'gone', 9000)
  const truth = ended('a', 'success', 2000)

  it('carries its verdict until that is recorded', () => {
    expect(lost.running[0]?.verdict).toMatchObject({ status: 'lost', reason: 'gone' })
    expect(summarizeStatistics(foldEnds(lost, recorded(ended('a', 'lost', 2000))).statistics).counts.lost).toBe(1)
  })

  it('that ends after all counts by what it says, once its verdict was folded', () => {
    const folded = foldEnds(lost, recorded(ended('a', 'lost', 2000)))
    const corrected = correctLost(folded, truth)
    expect(summarizeStatistics(corrected.statistics).counts).toMatchObject({ lost: 0, success: 1 })
    expect(corrected.lost).toEqual([])
    expect(correctLost(corrected, truth)).toBe(corrected)
  })

  it('that ends after all keeps its verdict until the history has that too, and is then counted once', () => {
    expect(foldEnds(lost, recorded(truth))).toBe(lost)
    expect(correctLost(lost, truth)).toBe(lost)
    const folded = foldEnds(lost, new Map([['a', { ...truth, isAfterVerdict: true }]]))
    expect(folded).toMatchObject({ running: [], lost: [] })
    expect(summarizeStatistics(folded.statistics).counts).toMatchObject({ lost: 0, success: 1 })
    expect(correctLost(folded, truth)).toBe(folded)
  })
})

describe('the last run', () => {
  const claimed = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))

  it('is the one that ended last, in whatever order they are folded', () => {
    const [first, second] = [ended('a', 'success', 2000), ended('b', 'failed', 3000)]
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const folded = order.reduce((record, run) => foldEnds(record, recorded(run)), claimed)
      expect(folded.lastRun).toMatchObject({ runId: 'b', status: 'failed', error: null })
    }
  })

  it('of two that ended together is the one that is folded later, and says what went wrong', () => {
    const error = { name: 'Error', message: 'no', stack: '' }
    const later = { ...ended('b', 'failed', 3000), endedAt: 2010, error }
    const folded = foldEnds(foldEnds(claimed, recorded(ended('a', 'success', 2000))), recorded(later))
    expect(folded.lastRun).toMatchObject({ runId: 'b', error: 'no', endedAt: 2010 })
  })

  it('is not one that never started', () => {
    const { startedAt: _, ...skipped } = ended('a', 'skipped', 2000)
    expect(foldEnds(claimed, recorded(skipped)).lastRun).toBeNull()
  })
})

describe('a run that turned out otherwise', () => {
  it('is taken from those that are lost, and no other is', () => {
    const two = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))
    const lost = judgeLost(judgeLost(two, 'a', 'gone', 9000), 'b', 'gone', 9000)
    expect(lost.lost).toEqual(['a', 'b'])
    const folded = foldEnds(lost, new Map([['a', { ...ended('a', 'success', 2000), isAfterVerdict: true }]]))
    expect(folded.lost).toEqual(['b'])
    const both = foldEnds(lost, recorded(ended('a', 'lost', 2000)))
    expect(both.lost).toEqual(['a', 'b'])
    expect(correctLost(both, ended('a', 'success', 2000)).lost).toEqual(['b'])
    expect(correctLost(both, ended('a', 'success', 2000)).running.map(({ runId }) => runId)).toEqual(['b'])
  })
})

describe('a job', () => {
  it('that nobody defines is left alone until somebody does', () => {
    const orphan = orphanJob(defined, 5000)
    expect(orphan).toEqual({ ...defined, orphanedAt: 5000 })
    expect(defineJob(orphan, spec, hashSpec(spec), 9000, 'job')).toEqual(defined)
    expect(claimRun(orphan, claimOf('a', 2000)).orphanedAt).toBeNull()
  })

  it('whose record was deleted counts from now, with a fence above all that were given out', () => {
    const before = claimRun(defined, claimOf('a', 2000))
    expect(restoreJob(before, 9000)).toMatchObject({ since: 9000, lastTick: 2000 })
    expect(restoreJob(before, 1500).since).toBe(2000)
    expect(restoreJob(before, 9000).fence).toBeGreaterThan(before.fence + 999_999)
  })

  it('remembers by which runs of its predecessors it was started, of each the last', () => {
    const first = { runId: '1', fence: 1, endedAt: 2000 }
    const second = { runId: '2', fence: 2, endedAt: 3000 }
    const once = consumePredecessors(defined, { a: first, b: first })
    expect(consumePredecessors(once, { a: second })).toEqual({ ...defined, consumed: { a: second, b: first } })
  })

  it('that is removed is not paused when it comes back', () => {
    const back = defineJob(removeJob(pauseJob(defined)), spec, hashSpec(spec), 9000, 'job')
    expect(back).toMatchObject({ paused: false, removed: false, since: 9000 })
  })
})

it('passing over ticks never moves lastTick back', () => {
  const verdict = { status: 'missed', reason: '', decidedAt: 1, from: 1000, to: 2000, count: 2 } as const
  const claimed = claimRun(defined, claimOf('a', 5000))
  expect(passTicks(claimed, claimOf('b', 2000), verdict).lastTick).toBe(5000)
  expect(passTicks(defined, claimOf('b', 2000), verdict).lastTick).toBe(2000)
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

  it('ends none before the first leader of all', () => {
    expect(restTicks(newJob(spec, 'h', 100), { since: null, to: 240_000 })).toMatchObject({ since: 240_000, past: [] })
  })
})
