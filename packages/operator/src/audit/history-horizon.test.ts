import { emptyStatistics, type RunRecord, type RunStatus } from '@s3sched/history'
import { expect, it } from 'vitest'
import { historyHorizon } from './history-horizon.ts'

const job = (success: number, ...running: string[]) => ({
  statistics: { ...emptyStatistics(), counts: { ...emptyStatistics().counts, success } },
  running: running.map((runId) => ({ runId })),
})
const run = (scheduledTime: number, status: RunStatus, more: Partial<RunRecord> = {}): RunRecord =>
  ({ scheduledTime, endedAt: scheduledTime, trigger: 'schedule', status, ...more }) as RunRecord

it('is nowhere while every run that was ever counted is there', () => {
  expect(historyHorizon(job(3), [run(30, 'success'), run(20, 'missed', { count: 2 })])).toBe(-Infinity)
})

it('is right before the oldest record that is not kept longer than the rest', () => {
  const runs = [run(50, 'success'), run(40, 'missed', { from: 20, endedAt: 41, count: 3 }), run(10, 'failed')]
  expect(historyHorizon(job(99), runs)).toBe(40)
})

it('is at the end of time where nothing is left', () => {
  expect(historyHorizon(job(1), [])).toBe(Infinity)
})

it('does not take a run that is not counted yet for one that was pruned and counted', () => {
  const runs = [run(50, 'success', { runId: 'new' })]
  expect(historyHorizon(job(1, 'new'), [...runs, run(60, 'success')])).toBe(-Infinity)
  expect(historyHorizon(job(2, 'new'), [...runs, run(60, 'success')])).toBe(59)
  expect(historyHorizon(job(0, 'new'), runs)).toBe(-Infinity)
})

it('does not go by a run that the record still names, and whose record is therefore kept at any age', () => {
  const runs = [run(90, 'success'), run(80, 'success'), run(20, 'success', { runId: 'named' })]
  expect(historyHorizon(job(99, 'named'), runs)).toBe(79)
})

it('is after the end of a run that took long: others that ended sooner may have gone before it', () => {
  const runs = [run(90, 'success'), run(80, 'success'), run(20, 'success', { endedAt: 75 })]
  expect(historyHorizon(job(99), runs)).toBe(74)
})

it('does not go by a run that somebody asked for, by whatever clock', () => {
  expect(historyHorizon(job(99), [run(50, 'success'), run(1, 'success', { trigger: 'manual' })])).toBe(49)
})
