import { expect, it } from 'vitest'
import type { RunRecord } from '../run-record.ts'
import { expiredOutcomes } from './expired-outcomes.ts'
import { pageOutcome } from './page-outcome.ts'

const HOUR = 3_600_000
const retention = { maxAgeMs: HOUR, failedMaxAgeMs: 3 * HOUR }

const outcome = (runId: string, status: RunRecord['status'], scheduledTime: number, endedAt = scheduledTime) =>
  pageOutcome({
    runId,
    job: 'job',
    status,
    scheduledTime,
    startedAt: scheduledTime,
    endedAt,
    durationMs: endedAt - scheduledTime,
    attempts: [],
    trigger: 'schedule',
    workerId: 'w',
  })

const expired = (...outcomes: Parameters<typeof expiredOutcomes>[0]): string[] =>
  expiredOutcomes(outcomes, retention, 10 * HOUR).map(({ id }) => id)

it('names the runs whose tick and whose end are older than the retention, failures later', () => {
  expect(expired(outcome('a', 'success', 9 * HOUR), outcome('b', 'success', 9 * HOUR - 1))).toEqual(['job/b.success'])
  expect(expired(outcome('c', 'success', 8 * HOUR, 9 * HOUR))).toEqual([])
  expect(expired(outcome('d', 'failed', 8 * HOUR), outcome('e', 'failed', 7 * HOUR - 1))).toEqual(['job/e.failed'])
})

it('keeps the real end of a run for as long as the verdict', () => {
  const [verdict, end] = [outcome('a', 'lost', 8 * HOUR), outcome('a', 'success', 8 * HOUR)]
  expect(expired(verdict, end)).toEqual([])
  expect(expired(outcome('a', 'lost', 6 * HOUR), outcome('a', 'success', 6 * HOUR))).toHaveLength(2)
})
