import { createHistory, type RunRecord } from '@s3sched/history'
import type { ObjectStore } from '@s3sched/store'

export const MINUTE = 60_000
export const FIRST_TICK = Date.UTC(2026, 0, 1)

/** Enough calls at once to keep a store busy, few enough for the sockets of one client. */
const AT_ONCE = 32

/** One run a minute; one in fifty failed. */
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

/** Records `count` runs of one job, existing records included. @returns runs per second */
export async function fill(store: ObjectStore, count: number): Promise<number> {
  const history = createHistory(store)
  const from = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await history.record(runNumber(next++), { timeoutMs: 60_000 })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return (count * 1000) / (performance.now() - from)
}
