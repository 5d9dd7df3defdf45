/**
 * Folds ended runs into their jobs' records without waiting for the next claim, which does it for nothing.
 *
 * The next claim of a rare, a paused or an unscheduled job may come after the run's record was pruned. A job's record that still
 * names the run would then make an ended run look like one whose process died. So an ended run is folded by itself:
 * - at its end, where runs leave no record in a history, and where no leader knows that it ended
 * - before its process stops
 * - by its leader, once a clean-up interval has passed
 */
import { mapParallel, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { JobBook, RecordChange } from '../job/job-book.ts'
import type { JobRecord } from '../job/job-record.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'
import { InsistentUpdates } from './insistent-updates.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface RunFoldsDeps {
  readonly book: Pick<JobBook, 'update'>
  readonly recorder: RunRecorder
  readonly marker: Pick<ChangeMarker, 'bump'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

const AT_ONCE = 32

export class RunFolds {
  readonly #deps: RunFoldsDeps
  readonly #updates: InsistentUpdates

  /** @param giveUp - aborts when what is not written yet is not to be tried again */
  constructor(deps: RunFoldsDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#updates = new InsistentUpdates(deps, giveUp)
  }

  /** Folds what is known to have ended of a job: 1 PUT, none where nothing has. Never rejects. */
  async fold(jobName: string): Promise<void> {
    await this.#updates.update(jobName, foldKnown, {
      message: `the record of job '${jobName}' does not tell that a run has ended`,
      givenUp: 'the next claim of the job will find out',
    })
  }

  /** The same, and lets the leader know, which would learn it late otherwise. Never rejects. */
  async foldAndTell(jobName: string): Promise<void> {
    const { logger, marker } = this.#deps
    await this.fold(jobName)
    try {
      await marker.bump()
    } catch (error) {
      logger.warn(`the leader will learn later that a run of job '${jobName}' has ended here`, { error })
    }
  }

  /** Folds everything that ended in this process. */
  async foldOwn(): Promise<void> {
    await this.#foldAll(this.#deps.recorder.jobsWith((run) => run.isOwn === true))
  }

  /** Folds what ended before an instant, epoch ms, whoever ran it. */
  async foldEndedBefore(instant: number, isOurs: (jobName: string) => boolean): Promise<void> {
    const jobs = this.#deps.recorder.jobsWith((run) => run.endedAt < instant)
    await this.#foldAll(jobs.filter(isOurs))
  }

  async #foldAll(jobs: readonly string[]): Promise<void> {
    await mapParallel(jobs, AT_ONCE, (jobName) => this.fold(jobName))
  }
}

/** `record` is what is `stored` with the known ends folded in. */
function foldKnown(record: JobRecord | undefined, stored: JobRecord | undefined): RecordChange<'nothing to fold'> {
  return record === undefined || record === stored ? { stop: 'nothing to fold' } : { write: record }
}
