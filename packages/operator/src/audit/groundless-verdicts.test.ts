import { emptyStatistics, foldStatistics, type RunRecord } from '@s3sched/history'
import { expect, it } from 'vitest'
import { groundlessVerdicts } from './groundless-verdicts.ts'

const DAY = 86_400_000

const run = (runId: string, status: RunRecord['status'], endedAt: number): RunRecord => ({
  runId,
  job: 'job',
  status,
  scheduledTime: 0,
  endedAt,
  durationMs: 0,
  attempts: [],
  trigger: 'schedule',
  workerId: 'w',
})

it('says which runs were declared lost when their records may have been gone, or although they are counted', () => {
  const statistics = foldStatistics(emptyStatistics(), run('counted', 'success', DAY))
  const runs = [
    run('soon', 'lost', DAY),
    run('late', 'lost', 33 * DAY),
    run('counted', 'lost', DAY),
    run('ended late', 'success', 33 * DAY),
  ]
  const groundless = groundlessVerdicts({ lastRun: null, statistics }, runs, 30 * DAY)
  expect([...groundless]).toEqual(['late', 'counted'])
})
