import type { Logger } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import type { JobBook, RecordChange } from '../job/job-book.ts'
import { correctLost, isLost } from '../job/job-changes.ts'
import type { JobRecord, OpenRun } from '../job/job-record.ts'
import { recordOfVerdict } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface TakeBackDeps {
  readonly book: JobBook
  readonly recorder: RunRecorder
  readonly logger: Logger
}

/**
 * Makes the job's record count what a run made of itself, where it was declared lost meanwhile. What it made of itself is
 * in the history.
 *
 * The verdict is taken back only once it is in the history too, and if need be it is written there from here, in place of a
 * leader that died before it could: with `onLost: 'retry'` it is what tells the run that makes up for this one from a second
 * start of the tick. 1 GET where nobody declared it lost. Best effort: the history shows the truth in any case.
 */
export async function takeBackVerdict(deps: TakeBackDeps, ended: RunRecord, signal: AbortSignal): Promise<void> {
  const { book, logger, recorder } = deps
  const { job, runId } = ended
  const takeBack = (record?: JobRecord, stored?: JobRecord): RecordChange<OpenRun | undefined> => {
    const unwritten = record?.running.find((run) => run.runId === runId && isLost(run))
    if (record === undefined || unwritten !== undefined) return { stop: unwritten }
    const corrected = correctLost(record, ended)
    // Also when it is the folding of this run alone: nobody else may ever look for its record.
    return corrected === stored ? { stop: undefined } : { write: corrected }
  }
  try {
    book.invalidate(job)
    const first = await book.update(job, takeBack, signal)
    if (first.outcome === 'written' || first.stop?.verdict == null) return
    await recorder.record(recordOfVerdict(first.stop.verdict, job, first.stop), signal)
    await book.update(job, takeBack, signal)
  } catch (error) {
    logger.warn(`the statistics of job '${job}' may count run '${runId}' as lost`, { error })
  }
}
