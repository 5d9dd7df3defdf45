import { emptyStatistics, type RunRecord, type RunStatus } from '@s3sched/history'
import { expect, it } from 'vitest'
import { historyHorizon } from './history-horizon.ts'

const statistics = (success: number) => ({ ...emptyStatistics(), counts: { ...emptyStatistics().counts, success } })
const run = (scheduledTime: number, status: RunStatus, more: Partial<RunRecord> = {}): RunRecord =>
  ({ scheduledTime, status, ...more }) as RunRecord

it('is nowhere while every run that was ever counted is there', () => {
  expect(historyHorizon(statistics(3), [run(30, 'success'), run(20, 'missed', { count: 2 })])).toBe(-Infinity)
})

it('is right before the oldest record that is not kept longer than the rest', () => {
  const runs = [run(50, 'success'), run(40, 'missed', { from: 20, count: 3 }), run(10, 'failed')]
  expect(historyHorizon(statistics(99), runs)).toBe(19)
})

it('is at the end of time where nothing is left', () => {
  expect(historyHorizon(statistics(1), [])).toBe(Infinity)
})
