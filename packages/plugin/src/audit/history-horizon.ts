import type { RunRecord } from '@s3sched/history'
import type { JobRecord, OpenRun } from '../job/job-record.ts'

/** What a job's record says of runs. */
type Counted = Pick<JobRecord, 'statistics'> & { readonly running: readonly Pick<OpenRun, 'runId'>[] }

/**
 * The instant after which the run records are whole; -Infinity when none was ever pruned.
 *
 * The statistics in the job's record count every run that it does not name any more. Where the history has fewer, it was pruned, and
 * pruning goes by age: what is younger than the oldest record that is there is there too. Failures are kept longer than
 * the rest, so that the oldest of the rest is what counts.
 */
export function historyHorizon({ running, statistics }: Counted, runs: readonly RunRecord[]): number {
  const uncounted = new Set(running.map(({ runId }) => runId))
  const folded = Object.values(statistics.counts).reduce((sum, count) => sum + count, 0)
  const kept = runs.reduce((sum, run) => sum + (uncounted.has(run.runId) ? 0 : (run.count ?? 1)), 0)
  if (kept >= folded) return -Infinity
  const oldest = runs.reduce((least, run) => (isKeptShorter(run) ? Math.min(least, ageOf(run)) : least), Infinity)
  return oldest - 1
}

/** Pruning goes by the later of a record's two times: a run that took long is kept longer than those that began after it and ended before. */
function ageOf({ endedAt, scheduledTime }: RunRecord): number {
  return Math.max(scheduledTime, endedAt)
}

/** The scheduled time of what somebody asked for is by a clock that may be far off, and is left aside. */
function isKeptShorter({ status, trigger }: RunRecord): boolean {
  if (trigger !== 'schedule') return false
  return status === 'success' || status === 'skipped' || status === 'missed'
}
