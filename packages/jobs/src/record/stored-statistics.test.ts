import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import {
  emptyStatistics,
  foldStatistics,
  type JobStatistics,
  parseStatistics,
  RUN_STATUSES,
  type RunSample,
  unfoldStatistics,
} from '@s3sched/history'
import type { LastRun } from './job-record.ts'
import { fillStatistics, storeStatistics } from './stored-statistics.ts'

const SUCCESS: RunSample = { runId: 'a', status: 'success', scheduledTime: 1000, durationMs: 5 }
const FAILURE: RunSample = {
  runId: 'b',
  status: 'failed',
  scheduledTime: 2000,
  durationMs: 7,
  error: { message: 'no' },
}
const SKIPPED: RunSample = { runId: 'c', status: 'skipped', scheduledTime: 3000, durationMs: 0 }

function lastRunOf({ durationMs, runId, scheduledTime, status }: RunSample): LastRun {
  const endedAt = scheduledTime + durationMs
  return { runId, fence: 1, status, scheduledTime, startedAt: scheduledTime, endedAt, durationMs, error: null }
}

function statisticsOf(...runs: readonly RunSample[]): JobStatistics {
  return runs.reduce((statistics, run) => foldStatistics(statistics, run), emptyStatistics())
}

function readBack(statistics: JobStatistics, lastRun: LastRun | null): JobStatistics {
  const stored: unknown = JSON.parse(JSON.stringify(storeStatistics({ statistics, lastRun })))
  return parseStatistics(fillStatistics(stored, lastRun))
}

describe('the statistics of a record', () => {
  it('say nothing of what the last run of the record says', () => {
    expect(JSON.stringify(storeStatistics({ statistics: statisticsOf(SUCCESS), lastRun: lastRunOf(SUCCESS) }))).toBe(
      '{"counts":{"success":1},"totalDurationMs":5,"longestMs":5,"durations":{"level":0,"buckets":[21,1]},' +
        '"streak":{"outcome":"success","length":1,"before":0}}',
    )
  })

  it.each<[string, JobStatistics, LastRun | null]>([
    ['a success', statisticsOf(SUCCESS), lastRunOf(SUCCESS)],
    ['a success before a failure', statisticsOf(SUCCESS, FAILURE), lastRunOf(FAILURE)],
    ['a last run that the record does not name', statisticsOf(SUCCESS, SKIPPED), lastRunOf(SUCCESS)],
    ['a last run of another duration', statisticsOf(SUCCESS), { ...lastRunOf(SUCCESS), durationMs: 6 }],
    ['ticks without a run', statisticsOf(SKIPPED), null],
    ['no last run beside one of the record', unfoldStatistics(statisticsOf(SUCCESS), SUCCESS), lastRunOf(SUCCESS)],
    ['no last success', { ...statisticsOf(SUCCESS), lastSuccess: undefined } as never, lastRunOf(SUCCESS)],
  ])('are read back with %s', (_, statistics, lastRun) => {
    expect(readBack(statistics, lastRun)).toEqual(statistics)
  })

  it('are read back after any runs', () => {
    const run = fc.record({
      runId: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom(...RUN_STATUSES),
      scheduledTime: fc.nat(3),
      durationMs: fc.nat(2),
    })
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), fc.option(run), (runs, last) => {
        const statistics = statisticsOf(...runs)
        expect(readBack(statistics, last === null ? null : lastRunOf(last))).toEqual(statistics)
      }),
    )
  })

  it('are read in full, and from a value that makes no sense', () => {
    const statistics = statisticsOf(SUCCESS, FAILURE)
    expect(parseStatistics(fillStatistics(JSON.parse(JSON.stringify(statistics)), null))).toEqual(statistics)
    expect(parseStatistics(fillStatistics('nonsense', lastRunOf(SUCCESS)))).toEqual(emptyStatistics())
  })
})
