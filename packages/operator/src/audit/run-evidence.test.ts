import type { RunRecord } from '@s3sched/history'
import { expect, it } from 'vitest'
import { RunEvidence } from './run-evidence.ts'

const run = (scheduledTime: number, more: Partial<RunRecord> = {}): RunRecord =>
  ({
    runId: `run-${scheduledTime}`,
    scheduledTime,
    status: 'success',
    trigger: 'schedule',
    attempts: [],
    ...more,
  }) as RunRecord

const counted = (runs: readonly RunRecord[]): number => {
  const evidence = new RunEvidence({ fence: 7, lastTick: 50, running: [{ runId: 'open' }] })
  for (const each of runs) evidence.add(each)
  return evidence.counted
}

it('counts each tick of a range of missed ticks', () => {
  expect(counted([run(40), run(30, { status: 'missed', from: 10, to: 30, count: 3 })])).toBe(4)
})

it('does not count what the record could not know yet: the history is read after the record', () => {
  expect(counted([run(60), run(50, { fence: 7 })])).toBe(1)
  expect(counted([run(55, { trigger: 'manual', fence: 8 }), run(54, { trigger: 'manual', fence: 7 })])).toBe(1)
  expect(counted([run(50, { runId: 'open' })])).toBe(0)
})

it('counts starts without a tick by their trigger, within bounds', () => {
  const evidence = new RunEvidence({ fence: 9, lastTick: null, running: [] })
  for (const at of [30, 20, 10]) evidence.add(run(at, { trigger: 'manual' }))
  evidence.add(run(5, { trigger: 'chain' }))
  expect(evidence.startedWithin('manual', 10, 20)).toBe(1)
  expect(evidence.startedWithin('chain', 0, 100)).toBe(1)
  expect(evidence.startedWithin('request', 0, 100)).toBe(0)
})
