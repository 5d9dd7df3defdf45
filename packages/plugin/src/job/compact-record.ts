import { emptyStatistics, type JobStatistics } from '@s3sched/history'
import type { JobRecord } from './job-record.ts'
import type { LocalJob } from './local-job.ts'

/** Records are never changed in place, so that these can be everybody's. */
export const NONE: readonly never[] = []
export const NOTHING: Readonly<Record<string, never>> = {}
export const NO_RUNS: JobStatistics = emptyStatistics()
const NO_RUNS_TEXT = JSON.stringify(NO_RUNS)

/** An equal record that shares with others what is empty, and with the code what it defines: a third of the bytes. */
export function compactRecord(record: JobRecord, local: LocalJob | undefined): JobRecord {
  const { consumed, lost, running, spec, statistics } = record
  // Equal text and not only an equal hash, which anybody may have written.
  const isLocal = local?.hash === record.hash && JSON.stringify(local.spec) === JSON.stringify(spec)
  return {
    ...record,
    ...(isLocal && local !== undefined ? { spec: local.spec, hash: local.hash } : {}),
    running: running.length === 0 ? NONE : running,
    lost: lost.length === 0 ? NONE : lost,
    consumed: Object.keys(consumed).length === 0 ? NOTHING : consumed,
    statistics: JSON.stringify(statistics) === NO_RUNS_TEXT ? NO_RUNS : statistics,
  }
}
