import { RUN_STATUSES, summarizeStatistics, type RunRecord, type RunStatus } from '@s3sched/history'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobSpec } from '../definition/job-spec.ts'
import { claimRun, endRun, judgeLost, newJob, passTicks, restoreJob, type RunClaim } from './job-changes.ts'
import type { JobRecord } from './job-record.ts'
import { takeOver } from './run-changes.ts'

const claimant = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: 1000 } as const
const defined = newJob({ schedule: '* * * * *', after: [] } as unknown as JobSpec, 'hash', 1000)

function claimOf(runId: string, tick: number): RunClaim {
  return { runId, tick, trigger: 'schedule', ...claimant }
}

function ended(runId: string, status: RunStatus, tick: number, more: Partial<RunRecord> = {}): RunRecord {
  const times = { scheduledTime: tick, startedAt: tick, endedAt: tick + 10, durationMs: 10 }
  return { runId, job: 'job', status, ...times, attempts: [], trigger: 'schedule', workerId: 'w', ...more }
}

function verdict(runId: string, status: RunStatus, tick: number, more: Partial<RunRecord> = {}): RunRecord {
  const { startedAt: _, ...judged } = ended(runId, status, tick, more)
  return { ...judged, durationMs: 0 }
}

const countsOf = (record: JobRecord | undefined) => record && summarizeStatistics(record.statistics).counts
const claimed = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))

/** The end of a run in its own process, which must hold the run. */
function end(record: JobRecord, run: RunRecord, fence: number): JobRecord {
  const next = endRun(record, run, fence)
  if (next === undefined) throw new Error(`run '${run.runId}' is another process's`)
  return next
}

describe('the end of a run', () => {
  it('counts the run, and takes the run out of the record', () => {
    const after = end(claimed, ended('a', 'success', 2000), 1)
    expect(after.running.map(({ runId }) => runId)).toEqual(['b'])
    expect(after.lastRun).toMatchObject({ runId: 'a', fence: 1, status: 'success', scheduledTime: 2000 })
    expect(countsOf(after)).toMatchObject({ success: 1 })
  })

  it('changes nothing when it is written a second time', () => {
    const after = end(claimed, ended('a', 'success', 2000), 1)
    expect(endRun(after, ended('a', 'success', 2000), 1)).toBe(after)
  })

  it('is not the end of a run that another process has taken over', () => {
    const taken = takeOver(claimed, 'a', { ...claimant, workerId: 'other', instance: 'j' })
    expect(endRun(taken, ended('a', 'success', 2000), 1)).toBeUndefined()
    expect(countsOf(endRun(taken, ended('a', 'success', 2000), 3))).toMatchObject({ success: 1 })
  })

  it('is the end of a run whose takeover was lost with a deleted page', () => {
    const { fence } = takeOver(claimed, 'a', { ...claimant, workerId: 'other', instance: 'j' })
    const after = end(restoreJob(claimed, 0), ended('a', 'success', 2000), fence)
    expect(after.running.map(({ runId }) => runId)).toEqual(['b'])
    expect(countsOf(after)).toMatchObject({ success: 1 })
  })
})

describe('ticks that do not run', () => {
  it('count at once, each of a missed range', () => {
    const missed = verdict('m', 'missed', 4000, { from: 2000, to: 4000, count: 3 })
    const passed = passTicks(defined, 4000, missed)
    expect(passed).toMatchObject({ lastTick: 4000, fence: 0, running: [], lastRun: null })
    expect(countsOf(passed)).toMatchObject({ missed: 3 })
  })

  it('never move lastTick back', () => {
    const missed = verdict('m', 'missed', 2000, { count: 2 })
    expect(passTicks(claimRun(defined, claimOf('a', 5000)), 2000, missed).lastTick).toBe(5000)
    expect(passTicks(defined, 2000, missed).lastTick).toBe(2000)
  })

  it('are settled by an instance that has the action, so the job is no orphan any more', () => {
    const missed = verdict('m', 'missed', 2000, { count: 2 })
    expect(passTicks({ ...defined, orphanedAt: 1500 }, 2000, missed).orphanedAt).toBeNull()
  })
})

describe('a lost run', () => {
  const lost = judgeLost(claimed, verdict('a', 'lost', 2000))

  it('leaves the record, counts as lost, and is no last run', () => {
    expect(lost).toMatchObject({ running: [{ runId: 'b' }], lost: ['a'], lastRun: null })
    expect(countsOf(lost)).toMatchObject({ lost: 1 })
  })

  it('that ends after all counts by its own end instead', () => {
    const corrected = end(lost, ended('a', 'success', 2000), 1)
    expect(countsOf(corrected)).toMatchObject({ lost: 0, success: 1 })
    expect(corrected).toMatchObject({ lost: [], lastRun: { runId: 'a', status: 'success' }, running: [{ runId: 'b' }] })
    expect(endRun(corrected, ended('a', 'success', 2000), 1)).toBe(corrected)
  })

  it('is taken from the lost runs alone', () => {
    const both = judgeLost(lost, verdict('b', 'lost', 3000))
    expect(both.lost).toEqual(['a', 'b'])
    expect(end(both, ended('a', 'success', 2000), 1)).toMatchObject({ lost: ['b'], running: [] })
  })

  it('stays lost once twenty later runs were lost, and still counts once', () => {
    let record = lost
    for (let i = 0; i < 20; i++) record = judgeLost(record, verdict(`later-${i}`, 'lost', 4000 + i))
    expect(endRun(record, ended('a', 'success', 2000), 1)).toBe(record)
    expect(countsOf(record)).toMatchObject({ lost: 21, success: 0 })
  })
})

describe('the last run', () => {
  it('is the run that ended last, in whatever order the ends are written', () => {
    const [first, second] = [ended('a', 'success', 2000), ended('b', 'failed', 3000)]
    for (const order of [[first, second] as const, [second, first] as const]) {
      const after = order.reduce((record, run) => end(record, run, run === first ? 1 : 2), claimed)
      expect(after.lastRun).toMatchObject({ runId: 'b', status: 'failed', error: null })
    }
  })

  it('of two runs that ended together is the run whose end is written later, with its error', () => {
    const error = { name: 'Error', message: 'no', stack: '' }
    const later = { ...ended('b', 'failed', 3000), endedAt: 2010, error }
    const after = end(end(claimed, ended('a', 'success', 2000), 1), later, 2)
    expect(after.lastRun).toMatchObject({ runId: 'b', error: 'no', endedAt: 2010 })
  })

  it('is the run that was claimed last where the clock of the process before was ahead', () => {
    const first = end(claimRun(defined, claimOf('a', 2000)), ended('a', 'failed', 90_000), 1)
    const second = end(claimRun(first, claimOf('b', 3000)), ended('b', 'success', 3000), 2)
    expect(second.lastRun).toMatchObject({ runId: 'b', fence: 2 })
    const later = end(claimed, ended('b', 'success', 3000), 2)
    expect(end(later, ended('a', 'success', 9000), 1).lastRun).toMatchObject({ runId: 'a' })
  })

  it('of two runs that ended together is the last written, also where that run was claimed first', () => {
    const first = end(claimed, { ...ended('b', 'success', 3000), endedAt: 5000 }, 2)
    const second = { ...ended('a', 'success', 2000), endedAt: 5000 }
    expect(end(first, second, 1).lastRun).toMatchObject({ runId: 'a', fence: 1 })
    expect(end(first, { ...second, endedAt: 4999 }, 1).lastRun).toMatchObject({ runId: 'b', fence: 2 })
  })

  it('has the message of its error, cut short', () => {
    const error = { name: 'Error', message: 'x'.repeat(3000), stack: '' }
    expect(end(claimed, ended('a', 'failed', 2000, { error }), 1).lastRun?.error).toBe('x'.repeat(2000))
  })

  it('is no run that never started', () => {
    expect(end(claimed, verdict('a', 'skipped', 2000), 1).lastRun).toBeNull()
  })
})

describe('each run and each tick', () => {
  const RAN = ['success', 'failed', 'timeout', 'cancelled'] as const
  type Step =
    | { readonly do: 'claim' | 'lose' | 'take over'; readonly run: number }
    | { readonly do: 'end'; readonly run: number; readonly status: (typeof RAN)[number] }
    | { readonly do: 'miss'; readonly count: number }

  const run = fc.nat({ max: 5 })
  const step = fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ do: fc.constantFrom('claim' as const, 'lose' as const, 'take over' as const), run }),
    fc.record({ do: fc.constant('end' as const), run, status: fc.constantFrom(...RAN) }),
    fc.record({ do: fc.constant('miss' as const), count: fc.integer({ min: 1, max: 9 }) }),
  )

  it('counts once, in whatever order verdicts, takeovers and ends are written, and however often', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let record = defined
        let missed = 0
        /** What each run counts as: its own end wins over a verdict, and the first end over a later one. */
        const fates = new Map<string, 'open' | RunStatus>()
        /** The fence of the process that has the run. */
        const fences = new Map<string, number>()
        /** The ends that processes without their run tried to write. */
        const stale: unknown[] = []
        steps.forEach((each, i) => {
          if (each.do === 'miss') {
            missed += each.count
            record = passTicks(record, 2000 + i, verdict(`miss ${i}`, 'missed', 2000 + i, { count: each.count }))
            return
          }
          const runId = `run ${each.run}`
          const fate = fates.get(runId)
          const isOpen = record.running.some((open) => open.runId === runId)
          expect(isOpen).toBe(fate === 'open')
          if (each.do === 'claim') {
            if (fate !== undefined) return
            record = claimRun(record, claimOf(runId, 2000 + i))
            fates.set(runId, 'open')
            fences.set(runId, record.fence)
          } else if (each.do === 'take over') {
            if (!isOpen) return
            const before = fences.get(runId) ?? 0
            record = takeOver(record, runId, claimant)
            fences.set(runId, record.fence)
            stale.push(endRun(record, ended(runId, 'success', 2000 + i), before))
          } else if (each.do === 'lose') {
            if (!isOpen) return
            record = judgeLost(record, verdict(runId, 'lost', 2000 + i))
            fates.set(runId, 'lost')
          } else if (each.do === 'end' && fate !== undefined) {
            record = end(record, ended(runId, each.status, 2000 + i), fences.get(runId) ?? 0)
            if (fate === 'open' || fate === 'lost') fates.set(runId, each.status)
          }
        })
        const expected = Object.fromEntries(
          RUN_STATUSES.map((status) => [status, [...fates.values()].filter((fate) => fate === status).length]),
        )
        expect(countsOf(record)).toEqual({ ...expected, missed })
        expect(stale.every((each) => each === undefined)).toBe(true)
      }),
    )
  })
})
