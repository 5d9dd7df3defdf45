import { everySchedule, onceSchedule } from '@s3sched/cron'
import type { RunRecord, RunStatus } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import { countTicks, type TickCounts, type TickEvidence } from './count-ticks.ts'
import { RunEvidence } from './run-evidence.ts'

const schedule = everySchedule(10)

function run(scheduledTime: number, status: RunStatus, more: Partial<RunRecord> = {}): RunRecord {
  const ends = { runId: `${status}-${scheduledTime}`, endedAt: scheduledTime, durationMs: 0, workerId: 'w', job: 'job' }
  return { ...ends, scheduledTime, status, trigger: 'schedule', attempts: [], ...more }
}

function count(runs: RunRecord[], more: Partial<Omit<TickEvidence, 'runs'>> = {}): TickCounts {
  const periods = [{ schedule, from: 0, to: 50, settledTo: 50, isInForce: true }]
  const evidence = new RunEvidence({ fence: 0, lastTick: 50, running: [] })
  for (const each of runs.toSorted((a, b) => b.scheduledTime - a.scheduledTime)) evidence.add(each)
  const counting = countTicks({ periods, runs: evidence, open: [], ...more })
  for (;;) {
    const step = counting.next()
    if (step.done === true) return step.value
  }
}

describe('a tick', () => {
  it('is counted once, by the strongest of its records', () => {
    const runs = [run(10, 'success'), run(10, 'skipped'), run(20, 'skipped'), run(30, 'lost'), run(30, 'missed')]
    expect(count(runs)).toMatchObject({
      expected: 5,
      ran: 1,
      skipped: 1,
      lost: 1,
      missed: 0,
      unaccounted: 2,
      doubled: 0,
    })
  })

  it('is missed when a range of missed ticks holds it', () => {
    expect(count([run(40, 'missed', { from: 20, to: 40, count: 3 })])).toMatchObject({ missed: 3, unaccounted: 2 })
    // The range is noted at another instant than that of its last tick.
    expect(count([run(45, 'missed', { from: 20, to: 40, count: 3 })])).toMatchObject({ missed: 3, unaccounted: 2 })
  })

  it('is counted up to the last of a schedule that ends', () => {
    const periods = [{ schedule: onceSchedule(10), from: 0, to: 50, settledTo: 50, isInForce: true }]
    expect(count([run(10, 'success')], { periods })).toMatchObject({ expected: 1, ran: 1 })
  })

  it('is doubled when two runs of it called the action', () => {
    const runs = [run(10, 'success', { runId: 'a' }), run(10, 'failed', { runId: 'b' })]
    expect(count(runs)).toMatchObject({ ran: 1, doubled: 1 })
    const replaced = [run(10, 'success', { runId: 'a', wasLost: true }), run(10, 'failed', { runId: 'b' })]
    expect(count(replaced)).toMatchObject({ ran: 1, doubled: 0 })
    expect(count([...replaced, run(10, 'failed', { runId: 'c' })])).toMatchObject({ ran: 1, doubled: 1 })
  })

  it('is open while the record of the job names it', () => {
    const open = [
      { tick: 10, trigger: 'schedule' },
      { tick: 20, trigger: 'backfill' },
      { tick: 40, trigger: 'manual' },
      { tick: 50, trigger: 'manual' },
      { tick: 50, trigger: 'request' },
    ] as const
    expect(count([], { open })).toMatchObject({ open: 2, unaccounted: 3 })
  })

  it('is open when it is due by the schedule in force and nobody has settled it', () => {
    const periods = [{ schedule, from: 0, to: 50, settledTo: 20, isInForce: true }]
    expect(count([run(10, 'success')], { periods })).toMatchObject({ expected: 5, ran: 1, unaccounted: 1, open: 3 })
  })

  it('is withdrawn when it was due and not settled when its period ended', () => {
    const periods = [
      { schedule, from: 0, to: 30, settledTo: 10, isInForce: false },
      { schedule: everySchedule(20), from: 30, to: 60, settledTo: 60, isInForce: true },
    ]
    const counts = count([run(10, 'success'), run(40, 'success')], { periods })
    expect(counts).toMatchObject({ expected: 5, ran: 2, withdrawn: 2, unaccounted: 1 })
  })

  it('is not there for what did not run although nothing was called, or what no tick started', () => {
    const runs = [run(10, 'cancelled'), run(20, 'success', { trigger: 'manual' })]
    expect(count(runs)).toMatchObject({ ran: 0, skipped: 1, unaccounted: 4 })
  })
})

it('other work gets a turn every 5,000 ticks', () => {
  const turns = (to: number): number => {
    const periods = [{ schedule: everySchedule(1), from: 0, to, settledTo: to, isInForce: true }]
    const runs = new RunEvidence({ fence: 0, lastTick: to, running: [] })
    return [...countTicks({ periods, runs, open: [] })].length
  }
  expect([turns(4999), turns(5000), turns(15_000)]).toEqual([0, 1, 3])
})
