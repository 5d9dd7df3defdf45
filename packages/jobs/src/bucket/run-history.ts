import { createHistory, type History, type NeededRuns } from '@s3sched/history'
import type { Clock, Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { SchedulerError } from '../scheduler-error.ts'
import type { RecordCache } from './record-cache.ts'

export interface RunHistoryDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

export interface RunHistoryOptions {
  readonly persistJobs: boolean
  readonly historyRetention: number
}

const NONE: ReadonlySet<string> = new Set()
const ALL = { has: () => true }
/** No lifecycle rule of a bucket deletes younger objects, in ms. */
const LEAST_MS = 86_400_000

/**
 * The runs whose records must stay in the history at any age: the runs that the job's record names. Without its record,
 * such a run would look, after its end, like a run whose process died, and would be declared lost or run again. 1 GET.
 */
export function neededRuns(records: Pick<RecordCache, 'invalidate' | 'load'>): NeededRuns {
  return async (job, { signal }) => {
    records.invalidate(job)
    try {
      const record = await records.load(job, signal)
      return record === undefined ? NONE : new Set(record.running.map((run) => run.runId))
    } catch (error) {
      // The named runs are unknown until the record is repaired, so all records stay.
      if (error instanceof SchedulerError) return ALL
      throw error
    }
  }
}

/**
 * The history of a scheduler's runs, which keeps the runs that the jobs' records name; `undefined` if `persistJobs` is
 * off.
 */
export function createRunHistory(
  { clock, random, store }: RunHistoryDeps,
  { historyRetention, persistJobs }: RunHistoryOptions,
  needed: NeededRuns,
): History | undefined {
  if (!persistJobs) return undefined
  return createHistory(store, { clock, random, retention: { maxAgeMs: historyRetention }, needed })
}

/**
 * The time for which a run's absence from the history proves that the run did not end, in ms; later its record may have
 * been deleted. Without a history each end is written into the job's record at once, so that a run named there has not
 * ended.
 */
export function evidenceMs(options: RunHistoryOptions): number {
  return options.persistJobs ? Math.max(options.historyRetention, LEAST_MS) : Infinity
}
