import { emptyStatistics } from '@s3sched/history'
import { expect, it } from 'vitest'
import { historyHorizon } from './history-horizon.ts'

const statistics = { counts: { ...emptyStatistics().counts, success: 3, missed: 4 } }

it('is nowhere while the history has every run that the record counts', () => {
  expect(historyHorizon({ statistics, counted: 7, prunedTo: 50 })).toBe(-Infinity)
  expect(historyHorizon({ statistics: emptyStatistics(), counted: 0, prunedTo: 50 })).toBe(-Infinity)
})

it('is where the last prune ended, for a history with fewer runs', () => {
  expect(historyHorizon({ statistics, counted: 6, prunedTo: 50 })).toBe(50)
})

it('is nowhere for a history that lost runs and was never pruned: its ticks are unaccounted for', () => {
  expect(historyHorizon({ statistics, counted: 6, prunedTo: undefined })).toBe(-Infinity)
})

it('is at the end of time where nothing is left', () => {
  expect(historyHorizon({ statistics, counted: 0, prunedTo: undefined })).toBe(Infinity)
})
