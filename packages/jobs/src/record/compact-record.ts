import { emptyStatistics, type JobStatistics } from '@s3sched/history/statistics'
import type { JobRecord } from './job-record.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'

/** Shared by all records: a record is never changed in place. */
export const NONE: readonly never[] = []
export const NOTHING: Readonly<Record<string, never>> = {}
export const NO_RUNS: JobStatistics = emptyStatistics()
const NO_RUNS_TEXT = JSON.stringify(NO_RUNS)

/** Statistics with any run but a removed run have a last run: then no text has to be made. */
export function hasNoRuns(statistics: JobStatistics): boolean {
  return statistics.lastRun === undefined && JSON.stringify(statistics) === NO_RUNS_TEXT
}

/**
 * An equal record in a third of the bytes: empty fields are shared between records, and the specification is shared
 * with the code.
 */
export function compactRecord(record: JobRecord, local: LocalJob | undefined): JobRecord {
  const { consumed, lost, running, spec, statistics } = record
  // The fields are compared as well, since any writer of the bucket can write an equal hash.
  const isLocal = local?.hash === record.hash && isEqualSpec(local.spec, spec)
  const compact = {
    spec: isLocal && local !== undefined ? local.spec : spec,
    running: running.length === 0 ? NONE : running,
    lost: lost.length === 0 ? NONE : lost,
    consumed: consumed === NOTHING || Object.keys(consumed).length === 0 ? NOTHING : consumed,
    statistics: statistics === NO_RUNS || hasNoRuns(statistics) ? NO_RUNS : statistics,
  }
  // A record that this process has changed shares the parts of the record before.
  const isCompact = compact.spec === spec && compact.running === running && compact.lost === lost
  if (isCompact && compact.consumed === consumed && compact.statistics === statistics) return record
  return { ...record, ...compact, hash: isLocal && local !== undefined ? local.hash : record.hash }
}

function isEqualSpec(a: JobSpec, b: JobSpec): boolean {
  if (a === b) return true
  const names = Object.keys(a) as (keyof JobSpec)[]
  return names.length === Object.keys(b).length && names.every((name) => isEqualField(a[name], b[name]))
}

function isEqualField(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}
