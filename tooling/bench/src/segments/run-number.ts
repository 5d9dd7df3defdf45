import type { RunRecord } from '@s3sched/history'

export const MINUTE = 60_000
export const FIRST_TICK = Date.UTC(2026, 0, 1)

/** A run a minute; two of a hundred failed. */
export function runNumber(n: number): RunRecord {
  const scheduledTime = FIRST_TICK + n * MINUTE
  const durationMs = 50 + ((n * 7919) % 1000)
  const status = n % 50 === 0 ? 'failed' : 'success'
  return {
    runId: `run-${n}`,
    job: 'report',
    status,
    scheduledTime,
    startedAt: scheduledTime,
    endedAt: scheduledTime + durationMs,
    durationMs,
    attempts: [{ attempt: 1, startedAt: scheduledTime, durationMs, status }],
    trigger: 'schedule',
    workerId: 'bench',
    result: { rows: n, note: 'x'.repeat(200) },
    ...(status === 'failed' ? { error: { name: 'Error', message: 'no luck' } } : {}),
  }
}
