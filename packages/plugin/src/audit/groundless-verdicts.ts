import type { RunRecord } from '@s3sched/history'
import type { JobRecord } from '../job/job-record.ts'

/**
 * The verdicts `lost` that nothing proves. A run counts as lost since the history has no record of it; a run that was judged when its
 * record would have been pruned, or that the job's record counts as ended, may well have ended.
 * @param retentionMs - for how long a record is kept at least, in ms
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
