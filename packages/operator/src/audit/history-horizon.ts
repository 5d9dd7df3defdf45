import type { JobRecord } from '@s3sched/jobs'

export interface HorizonFacts {
  readonly statistics: Pick<JobRecord['statistics'], 'counts'>
  /** The number of ticks and starts that both the record and the history count. */
  readonly counted: number
  /** Outcomes up to this instant may have been pruned, epoch ms; `undefined` where nothing ever was. */
  readonly prunedTo: number | undefined
}

/**
 * The instant after which the history of a job is complete; -Infinity for a complete history.
 *
 * A run enters the history in the write that counts it in the job's record. So a history with as many runs as the record
 * counts is complete. Otherwise runs were pruned, and each prune notes how far it went. A job without any outcome has no
 * history at all, as with `persistJobs: false`, and nothing can be told: Infinity.
 */
export function historyHorizon({ counted, prunedTo, statistics }: HorizonFacts): number {
  const total = Object.values(statistics.counts).reduce((sum, count) => sum + count, 0)
  if (counted >= total) return -Infinity
  return counted === 0 ? Infinity : (prunedTo ?? -Infinity)
}
