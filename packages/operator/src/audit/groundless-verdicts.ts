import type { RunRecord } from '@s3sched/history'
import type { JobRecord } from '@s3sched/jobs'

/**
 * The unproven verdicts `lost`. A run counts as lost for lack of a record in the history. But a run may well have ended
 * if the verdict came when the record would have been pruned, or if the job's record counts the run as ended.
 * @param retentionMs - the least time for which a record is kept, in ms
 */
export function groundlessVerdicts(
  { lastRun, statistics }: Pick<JobRecord, 'lastRun' | 'statistics'>,
  runs: readonly RunRecord[],
  retentionMs: number,
): Set<string> {
  const counted = new Set([lastRun?.runId, statistics.lastSuccess?.runId])
  const isGroundless = ({ endedAt, runId, scheduledTime, status }: RunRecord): boolean =>
    status === 'lost' && (endedAt - scheduledTime > retentionMs || counted.has(runId))
  return new Set(runs.filter(isGroundless).map(({ runId }) => runId))
}
