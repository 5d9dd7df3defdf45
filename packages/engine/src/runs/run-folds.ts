/**
 * Folds ended runs into their jobs' records without waiting for the next claim, which would fold them without an extra
 * write.
 *
 * The next claim of a rare, a paused or an unscheduled job may come after the retention has deleted the run's record. A
 * job's record that still names the run would then make an ended run look like a run whose process died. So an ended
 * run is folded separately:
 * - at its end, where runs leave no record in a history, and where no leader knows that the run ended
 * - by a standby that has claimed the next run before a look at the runs before
 * - before its process stops
 * - by its leader, once a clean-up interval has passed
 */
import { mapParallel, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { ChangeMarker, RecordCache, JobRecord, RecordChange } from '@s3sched/jobs'
import { InsistentUpdates } from './insistent-updates.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface RunFoldsDeps {
  readonly records: Pick<RecordCache, 'update'>
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

  /** @param giveUp - aborts when an unwritten change is not to be retried any more */
  constructor(deps: RunFoldsDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#updates = new InsistentUpdates(deps, giveUp)
  }

  /** Folds the known ends of a job's runs: 1 PUT, none without any. Never rejects. */
  async fold(jobName: string): Promise<void> {
    await this.#updates.update(jobName, foldKnown, {
      message: `the record of job '${jobName}' does not tell that a run has ended`,
      givenUp: 'the next claim of the job will find out',
    })
  }

  /** Like {@link fold}, and also notifies the leader, which would learn late of the end otherwise. Never rejects. */
  async foldAndTell(jobName: string): Promise<void> {
    const { logger, marker } = this.#deps
    await this.fold(jobName)
    try {
      await marker.bump()
    } catch (error) {
      logger.warn(`the leader will learn later that a run of job '${jobName}' has ended here`, { error })
    }
  }

  /** Folds all ended runs of the process. */
  async foldOwn(): Promise<void> {
    await this.#foldAll(this.#deps.recorder.recorded.jobsWith((run) => run.isOwn === true))
  }

  /** Folds the runs that ended before an instant (epoch ms), in any process. */
  async foldEndedBefore(instant: number, isOurs: (jobName: string) => boolean): Promise<void> {
    const jobs = this.#deps.recorder.recorded.jobsWith((run) => run.endedAt < instant)
    await this.#foldAll(jobs.filter(isOurs))
  }

  async #foldAll(jobs: readonly string[]): Promise<void> {
    await mapParallel(jobs, AT_ONCE, (jobName) => this.fold(jobName))
  }
}

/** `record` is `stored` with the known ends folded in. */
function foldKnown(record: JobRecord | undefined, stored: JobRecord | undefined): RecordChange<'nothing to fold'> {
  return record === undefined || record === stored ? { stop: 'nothing to fold' } : { write: record }
}
