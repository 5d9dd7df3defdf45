import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { createCountingStore, createMemoryStore, type RequestCounts } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { createHistory, recordRuns, type RunHistory, type RunRecord } from '../src/index.ts'

export const START: number = Date.UTC(2026, 0, 1)
export const MINUTE = 60_000
export const DAY = 86_400_000

/** A success of the job `report` at {@link START}, with the given fields replaced. */
export function aRun(fields: Partial<RunRecord> = {}): RunRecord {
  const scheduledTime = fields.scheduledTime ?? START
  const durationMs = fields.durationMs ?? 40
  return {
    runId: 'run-1',
    job: 'report',
    status: 'success',
    scheduledTime,
    startedAt: scheduledTime,
    endedAt: scheduledTime + durationMs,
    durationMs,
    attempts: [{ attempt: 1, startedAt: scheduledTime, durationMs, status: 'success' }],
    trigger: 'schedule',
    workerId: 'worker-1',
    ...fields,
  }
}

export interface Rig {
  readonly clock: ManualClock
  readonly history: RunHistory
  readonly store: ObjectStore
  readonly requests: RequestCounts
  readonly reset: () => void
  /** Records the runs by one call. */
  readonly recordAll: (runs: readonly RunRecord[]) => Promise<void>
  readonly keys: (prefix?: string) => Promise<string[]>
}

/** A history in memory, whose runs are recorded straight into segments, with counted requests. */
export function createRig(): Rig {
  const clock = createManualClock(START)
  const { store, requests, reset } = createCountingStore(createMemoryStore({ clock }))
  return {
    clock,
    history: createHistory({ store, clock }),
    store,
    requests,
    reset,
    recordAll: (runs) => recordRuns(store, runs),
    keys: async (prefix = '') => {
      const keys: string[] = []
      for await (const page of store.list(prefix)) keys.push(...page.objects.map(({ key }) => key))
      return keys
    },
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
