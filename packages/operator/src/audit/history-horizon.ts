import type { RunRecord } from '@s3sched/history'
import type { JobRecord, OpenRun } from '@s3sched/jobs'

/** The parts of a job's record about runs. */
type Counted = Pick<JobRecord, 'statistics'> & { readonly running: readonly Pick<OpenRun, 'runId'>[] }

/**
 * The instant after which the run records are complete; -Infinity when no record was ever pruned.
 *
 * The statistics in the job's record count every run that the record no longer names. A history with fewer runs was
 * pruned. Pruning goes by age, the oldest first: all records younger than the oldest existing record exist, too. Only
 * records without another reason to stay tell the oldest: failures are kept longer, and so is the record of a run that
 * the job's record still names.
 */
export function historyHorizon({ running, statistics }: Counted, runs: readonly RunRecord[]): number {
  const uncounted = new Set(running.map(({ runId }) => runId))
  const folded = Object.values(statistics.counts).reduce((sum, count) => sum + count, 0)
  const kept = runs.reduce((sum, run) => sum + (uncounted.has(run.runId) ? 0 : (run.count ?? 1)), 0)
  if (kept >= folded) return -Infinity
  const goingByAge = runs.filter((run) => isKeptShorter(run) && !uncounted.has(run.runId))
  return goingByAge.reduce((least, run) => Math.min(least, ageOf(run)), Infinity) - 1
}

/**
 * Pruning goes by the later of a record's two times: a long run is kept longer than runs that began after the long run
 * and ended before.
 */
function ageOf({ endedAt, scheduledTime }: RunRecord): number {
  return Math.max(scheduledTime, endedAt)
}

/** The scheduled time of a requested run is by a clock that may be far off, and is ignored. */
function isKeptShorter({ status, trigger }: RunRecord): boolean {
  if (trigger !== 'schedule') return false
  return status === 'success' || status === 'skipped' || status === 'missed'
}
