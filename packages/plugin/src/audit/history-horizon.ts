import type { JobStatistics, RunRecord } from '@s3sched/history'

/**
 * The instant after which the run records are whole; -Infinity when none was ever pruned.
 *
 * The statistics in the job's record count every run there ever was. Where the history has fewer, it was pruned, and
 * pruning goes by age: what is younger than the oldest record that is there is there too. Failures are kept longer than
 * the rest, so that the oldest of the rest is what counts.
 */
export function historyHorizon(statistics: JobStatistics, runs: readonly RunRecord[]): number {
  const folded = Object.values(statistics.counts).reduce((sum, count) => sum + count, 0)
  const kept = runs.reduce((sum, run) => sum + (run.count ?? 1), 0)
  if (kept >= folded) return -Infinity
  const oldest = runs.reduce(
    (least, run) => (isKeptShorter(run) ? Math.min(least, run.from ?? run.scheduledTime) : least),
    Infinity,
  )
  return oldest - 1
}

function isKeptShorter({ status }: RunRecord): boolean {
  return status === 'success' || status === 'skipped' || status === 'missed'
}
