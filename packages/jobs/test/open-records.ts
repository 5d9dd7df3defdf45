import type { RunRecord } from '@s3sched/history'
import { pageOutcome } from '@s3sched/history/segments'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { ServerClock, timeStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore, createMemoryStore, type RequestCounts } from '@s3sched/store/testing'
import { RecordCache, type RecordCacheDeps, type RecordOwner } from '../src/bucket/record-cache.ts'
import type { ChangeOfRecord } from '../src/bucket/record-change.ts'
import { hashSpec, type JobSpec } from '../src/definition/job-spec.ts'
import { spec } from './minutely-spec.ts'
import { claimRun, endRun, newJob, type RunClaim } from '../src/record/job-changes.ts'

export const NOON: number = Date.UTC(2026, 5, 1, 12)

/** A process with a record cache of its own. */
export interface OpenRecords {
  readonly records: RecordCache
  readonly store: ObjectStore
  readonly requests: RequestCounts
  readonly reset: () => void
  /** Makes the store fail until the function is deleted again. */
  readonly trouble: { fail?: (() => never) | undefined; wait?: Promise<void> }
  /** What the process logged, problems and other ticks included. */
  readonly said: string[]
}

export interface RecordsWorld {
  readonly clock: ManualClock
  readonly shared: ObjectStore
  readonly open: (own?: Partial<RecordCacheDeps & RecordOwner>) => OpenRecords
}

/** A bucket, and any number of processes that know its jobs. */
export function createRecordsWorld(): RecordsWorld {
  const clock = createManualClock(NOON)
  const random = createSeededRandom(1)
  const shared = createMemoryStore({ clock })
  let opened = 0
  return {
    clock,
    shared,
    open: (own = {}) => {
      const trouble: OpenRecords['trouble'] = {}
      const failing: ObjectStore = {
        ...shared,
        get: async (...call) => {
          trouble.fail?.()
          return shared.get(...call)
        },
        put: async (...call) => {
          trouble.fail?.()
          await trouble.wait
          return shared.put(...call)
        },
      }
      const { requests, reset, store: counted } = createCountingStore(failing)
      const serverClock = new ServerClock(clock)
      const store = timeStore(counted, serverClock, clock)
      const said: string[] = []
      const say = (message: string): void => void said.push(message)
      const logger = { ...silentLogger, error: say, warn: say }
      const clockWatch = { requireGood: async (): Promise<void> => undefined }
      const onOtherTicks = (name: string): void => void said.push(`other ticks of ${name}`)
      const records = new RecordCache(
        { store, clock, random, serverClock, clockWatch, logger, ...own },
        { writer: `w${++opened}`, claimAheadMs: 1000, onOtherTicks, ...own },
      )
      return { records, store, requests, reset, trouble, said }
    },
  }
}

/** Defines a job, or leaves a defined job as it is. */
export function define(changes: Partial<JobSpec> = {}, now: number = NOON - 60_000): ChangeOfRecord<'there'> {
  return (record) => {
    const defined = { ...spec, ...changes }
    return record === undefined ? { write: newJob(defined, hashSpec(defined), now) } : { stop: 'there' }
  }
}

function claimOf(runId: string, tick: number = NOON): RunClaim {
  const claimant = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: NOON } as const
  return { runId, tick, trigger: 'schedule', ...claimant }
}

export function claim(runId: string, tick?: number): ChangeOfRecord<'gone'> {
  return (record) => (record === undefined ? { stop: 'gone' } : { write: claimRun(record, claimOf(runId, tick)) })
}

function endedRun(job: string, runId: string, more: Partial<RunRecord> = {}): RunRecord {
  const times = { scheduledTime: NOON, startedAt: NOON, endedAt: NOON + 10, durationMs: 10 }
  return { runId, job, status: 'success', ...times, attempts: [], trigger: 'schedule', workerId: 'w', ...more }
}

/** The end of a run, with its outcome for the history. */
export function end(
  job: string,
  runId: string,
  fence: number,
  more: Partial<RunRecord> = {},
): ChangeOfRecord<'gone' | 'taken over'> {
  const ended = endedRun(job, runId, more)
  return (record) => {
    if (record === undefined) return { stop: 'gone' }
    const next = endRun(record, ended, fence)
    return next === undefined ? { stop: 'taken over' } : { write: next, outcomes: [pageOutcome(ended)] }
  }
}
