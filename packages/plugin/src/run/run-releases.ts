import type { AttemptRecord } from '@s3sched/executor'
import type { RecordChange } from '../job/job-book.ts'
import { withdrawRun } from '../job/job-changes.ts'
import type { JobRecord, OpenRun } from '../job/job-record.ts'
import { releaseRun } from '../job/run-changes.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { ServerClock } from '../server-clock.ts'
import { InsistentUpdates, type InsistentUpdatesDeps } from './insistent-updates.ts'
import { whileHeld } from './while-held.ts'

export interface RunReleasesDeps extends InsistentUpdatesDeps {
  readonly serverClock: ServerClock
  /** Others may have seen the run as one that goes on here. */
  readonly marker: Pick<ChangeMarker, 'bump'>
}

/**
 * Lets go of runs, so that others go on with them, or withdraws them, so that nobody does: 1 PUT each. Tries again until that is
 * written, since a run hangs on a member object for as long as its process lives, and would hold its job for as long.
 */
export class RunReleases {
  readonly #deps: RunReleasesDeps
  readonly #updates: InsistentUpdates
  readonly #giveUp: AbortSignal

  /** @param giveUp - aborts when what is not written yet is not to be tried again */
  constructor(deps: RunReleasesDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#giveUp = giveUp
    this.#updates = new InsistentUpdates(deps, giveUp)
  }

  /** @param last - the last attempt, whose failure may not have been noted before the run was told to end: it was made */
  async letGo(jobName: string, run: OpenRun, last: AttemptRecord | undefined): Promise<void> {
    const notedAt = this.#now()
    const change = whileHeld(run, (record) => releaseRun(record, run.runId, last, notedAt))
    await this.#updates.update(jobName, change, {
      message: `run '${run.runId}' of job '${jobName}' could not be handed over`,
      givenUp: 'it may count as lost',
    })
  }

  /**
   * For a claim of which it is not known whether it was written, or may be yet: nothing starts on it. The write here makes
   * it fail, or lets go of it; a run by hand is taken back instead.
   */
  async disown(jobName: string, claim: Pick<OpenRun, 'instance' | 'runId' | 'trigger'>): Promise<void> {
    if (claim.trigger === 'manual') return this.withdraw(jobName, claim)
    const notedAt = this.#now()
    await this.#overtake(jobName, claim.runId, (record) => releaseRun(record, claim.runId, undefined, notedAt))
  }

  /** For a run by hand whose caller is told that it did not start: nobody may go on with it. */
  async withdraw(jobName: string, run: Pick<OpenRun, 'instance' | 'runId'>): Promise<void> {
    await this.#overtake(jobName, run.runId, (record) => withdrawRun(record, run))
  }

  /** Writes also where nothing changes: a claim that is still on its way finds another ETag. */
  async #overtake(jobName: string, runId: string, change: (record: JobRecord) => JobRecord): Promise<void> {
    const overtake = (record: JobRecord | undefined): RecordChange<'gone'> =>
      record === undefined ? { stop: 'gone' } : { write: change(record) }
    await this.#updates.update(jobName, overtake, {
      message: `the claim of run '${runId}' of job '${jobName}' could not be taken back`,
      givenUp: 'the run may count as lost',
    })
    await this.#tellOthers()
  }

  #now(): number {
    const { clock, serverClock } = this.#deps
    return serverClock.lowerBound() ?? clock.now()
  }

  async #tellOthers(): Promise<void> {
    const { logger, marker } = this.#deps
    try {
      await marker.bump(this.#giveUp)
    } catch (error) {
      logger.warn('the leader will learn later that a claim was taken back here', { error })
    }
  }
}
