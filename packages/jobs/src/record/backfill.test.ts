import { everySchedule, parseSchedule, type Schedule } from '@s3sched/cron'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'
import { awaitsSchedule, MOST_AT_ONCE, moveCursor, mustWait, nextOfBackfill } from './backfill.ts'
import type { Backfill } from './backfill-cursor.ts'
import {
  claimRun,
  isOpenTick,
  newJob,
  pauseJob,
  removeJob,
  restoreJob,
  resumeJob,
  type RunClaim,
} from './job-changes.ts'
import type { JobRecord } from './job-record.ts'
import { planBackfill } from './plan-backfill.ts'
import { USUAL_SPEC } from './stored-record.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 1)
const spec = { ...USUAL_SPEC, schedule: '@hourly' } as JobSpec
const schedule = parseSchedule('@hourly')
/** A schedule without a further tick. */
const ended: Schedule = { ...schedule, next: () => null }
const job = { ...newJob(spec, hashSpec(spec), START), lastTick: START + 10 * HOUR }
const now = START + 10.5 * HOUR
const plan = (from: number): JobRecord =>
  planBackfill('job', job, { from }, { id: 'b1', now, prunedTo: undefined }).planned

function claim(record: JobRecord, tick: number, trigger: RunClaim['trigger']): JobRecord {
  const by = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: tick } as const
  return claimRun(record, { runId: `${trigger}-${tick}`, tick, trigger, ...by })
}

describe('the ticks of a backfill', () => {
  it('go to the backfill when the schedule can claim them no more, and never to both', () => {
    let count = 0
    const ticks = fc.integer({ min: 0, max: 23 })
    const step = fc.oneof(
      fc.constant({ act: 'tick' } as const),
      fc.constantFrom(
        { act: 'backfill' } as const,
        { act: 'pause' } as const,
        { act: 'resume' } as const,
        { act: 'end' } as const,
      ),
    )
    fc.assert(
      fc.property(
        ticks,
        ticks,
        fc.constantFrom('queue' as const, 'allow' as const),
        fc.array(step, { maxLength: 60 }),
        (a, b, overlap, steps) => {
          const [from, to] = [START + Math.min(a, b) * HOUR, START + Math.max(a, b) * HOUR]
          const backfill: Backfill = { id: 'b', from, to, overlap, after: from - 1, claimed: 0 }
          let record: JobRecord = { ...newJob(spec, 'h', START - 1), backfill }
          const started: number[] = []
          let before: ReadonlySet<number> | undefined
          let clock = START
          for (const each of steps) {
            clock += HOUR / 2
            const next = schedule.next(Math.max(record.lastTick ?? -Infinity, record.since)) ?? Infinity
            if (each.act === 'tick' && next <= clock && !record.paused && isOpenTick(record, next)) {
              record = claim(record, next, 'schedule')
              started.push(next)
            } else if (each.act === 'pause') record = pauseJob(record)
            else if (each.act === 'resume') record = resumeJob(record, clock, 'job')
            else if (each.act === 'end') record = { ...record, running: [] }
            else if (each.act === 'backfill' && record.backfill !== undefined && to <= clock) {
              if (
                awaitsSchedule(record, schedule, record.backfill) ||
                mustWait(record, schedule, record.backfill, clock)
              )
                continue
              // The history is read once.
              const ran = (before ??= new Set(started))
              const tick = nextOfBackfill(record.backfill, schedule, (at) => ran.has(at))
              if (tick === null) continue
              record = moveCursor(claim(record, tick, 'backfill'), tick)
              started.push(tick)
            }
          }
          expect(new Set(started).size).toBe(started.length)
          count += started.length
        },
      ),
      { numRuns: 300, seed: 5 },
    )
    expect(count).toBeGreaterThan(300)
  })

  it('pass over the ticks that ran, in order, and end', () => {
    const backfill: Backfill = { id: 'b', from: 0, to: 5, overlap: 'queue', after: -1, claimed: 0 }
    const every = everySchedule(1)
    expect(nextOfBackfill(backfill, every, (tick) => tick < 3)).toBe(3)
    expect(nextOfBackfill({ ...backfill, after: 3 }, every, (tick) => tick === 4)).toBe(5)
    expect(nextOfBackfill({ ...backfill, after: 5 }, every, () => false)).toBeNull()
  })

  it('begin with the first tick of the range, and end with its last', () => {
    const backfill: Backfill = { id: 'b', from: 3, to: 5, overlap: 'queue', after: -1, claimed: 0 }
    const every = everySchedule(1)
    const asked: number[] = []
    const none = nextOfBackfill(backfill, every, (tick) => asked.push(tick) > 0)
    expect([none, asked]).toEqual([null, [3, 4, 5]])
    expect(nextOfBackfill({ ...backfill, after: 4 }, every, () => false)).toBe(5)
    expect(nextOfBackfill(backfill, ended, () => false)).toBeNull()
    expect(
      nextOfBackfill(backfill, { ...ended, next: (after) => (Number(after) < 3 ? 3 : null) }, () => true),
    ).toBeNull()
  })

  it('are counted as they are claimed, where a backfill is under way', () => {
    const planned = plan(START + HOUR)
    const moved = moveCursor(moveCursor(planned, START + HOUR), START + 2 * HOUR)
    expect(moved).toEqual({ ...planned, backfill: { ...planned.backfill, after: START + 2 * HOUR, claimed: 2 } })
    expect(moveCursor(job, START)).toBe(job)
  })

  it('wait for the schedule, while the schedule may claim one of them', () => {
    expect(awaitsSchedule(job, schedule, { to: START + 11 * HOUR })).toBe(true)
    expect(awaitsSchedule(job, schedule, { to: START + 11 * HOUR - 1 })).toBe(false)
    expect(awaitsSchedule(pauseJob(job), schedule, { to: START + 11 * HOUR })).toBe(false)
    expect(awaitsSchedule(job, ended, { to: START + 11 * HOUR })).toBe(false)
  })

  it('wait for other runs in order, for a tick that is about to start, and for places at once', () => {
    const queue: Backfill = { id: 'b', from: 0, to: 5, overlap: 'queue', after: -1, claimed: 0 }
    const allow: Backfill = { ...queue, overlap: 'allow' }
    const running = claim(job, START, 'manual')
    expect(mustWait(job, schedule, queue, now)).toBe(false)
    expect(mustWait(running, schedule, queue, now)).toBe(true)
    expect(mustWait(running, schedule, allow, now)).toBe(false)
    expect(mustWait(job, schedule, queue, START + 11 * HOUR)).toBe(true)
    expect(mustWait(pauseJob(job), schedule, queue, START + 11 * HOUR)).toBe(false)
    expect(mustWait(job, schedule, queue, START + 11 * HOUR - 1)).toBe(false)
    expect(mustWait(job, ended, queue, START + 11 * HOUR)).toBe(false)
    const runs = (count: number, trigger: RunClaim['trigger']): JobRecord =>
      Array.from({ length: count }).reduce<JobRecord>((record, _, tick) => claim(record, tick, trigger), job)
    expect(mustWait(runs(MOST_AT_ONCE, 'backfill'), schedule, allow, now)).toBe(true)
    expect(mustWait(runs(MOST_AT_ONCE - 1, 'backfill'), schedule, allow, now)).toBe(false)
    expect(mustWait(runs(MOST_AT_ONCE, 'manual'), schedule, allow, now)).toBe(false)
  })

  it('are given up where the record was deleted and restored, or the job removed', () => {
    const planned = plan(START)
    expect(restoreJob(planned, now).backfill).toBeUndefined()
    expect(removeJob(planned).backfill).toBeUndefined()
  })
})
