import type { Logger } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import { correctLost, isLost, type RecordCache, type JobRecord, type OpenRun, type RecordChange } from '@s3sched/jobs'
import { recordOfVerdict } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface TakeBackDeps {
  readonly records: RecordCache
  readonly recorder: RunRecorder
  readonly logger: Logger
}

/**
 * Corrects the job's record for a run that ended after being declared lost. The run's own record is already in the
 * history.
 *
 * The verdict is taken back only once the history has the verdict as well. Where a leader died before writing it, the
 * verdict is written here: with `onLost: 'retry'`, the verdict distinguishes a run that makes up for this run from a
 * second start of the tick. 1 GET for a run that was not declared lost. Best effort: the history shows the truth in any
 * case.
 */
export async function takeBackVerdict(deps: TakeBackDeps, ended: RunRecord, signal: AbortSignal): Promise<void> {
  const { records, logger, recorder } = deps
  const { job, runId } = ended
  const takeBack = (record?: JobRecord, stored?: JobRecord): RecordChange<OpenRun | undefined> => {
    const unwritten = record?.running.find((run) => run.runId === runId && isLost(run))
    if (record === undefined || unwritten !== undefined) return { stop: unwritten }
    const corrected = correctLost(record, ended)
    // Written also when the fold of this run is the only change: no other instance may ever look for its record.
    return corrected === stored ? { stop: undefined } : { write: corrected }
  }
  try {
    records.invalidate(job)
    const first = await records.update(job, takeBack, signal)
    if (first.outcome === 'written' || first.stop?.verdict == null) return
    await recorder.record(recordOfVerdict(first.stop.verdict, job, first.stop), signal)
    await records.update(job, takeBack, signal)
  } catch (error) {
    logger.warn(`the statistics of job '${job}' may count run '${runId}' as lost`, { error })
  }
}
