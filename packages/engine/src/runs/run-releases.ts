import type { AttemptRecord } from '@s3sched/executor'
import { type JobRecord, type OpenRun, releaseRun, reopenRun, withdrawRun } from '@s3sched/jobs'
import type { ChangeMarker, RecordChange } from '@s3sched/jobs/bucket'
import type { ServerClock } from '@s3sched/store'
import type { SchedulerEmitter } from '../events.ts'
import { InsistentUpdates, type InsistentUpdatesDeps } from './insistent-updates.ts'
import { describeFound } from './run-report.ts'
import { whileHeld } from './while-held.ts'

export interface RunReleasesDeps extends InsistentUpdatesDeps {
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  /** Bumped because the leader may have seen the run as still going on here. */
  readonly marker: Pick<ChangeMarker, 'bump'>
}

/**
 * Releases runs for other instances to go on with, or withdraws runs for good: 1 PUT per run. Retries until the write
 * succeeds: a run under a member object would otherwise hold the job for the lifetime of the process.
 */
export class RunReleases {
  readonly #deps: RunReleasesDeps
  readonly #updates: InsistentUpdates
  readonly #giveUp: AbortSignal

  /** @param giveUp - aborts when an unwritten change is not to be retried any more */
  constructor(deps: RunReleasesDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#giveUp = giveUp
    this.#updates = new InsistentUpdates(deps, giveUp)
  }

  /** From now on no release waits for long after a failure. */
  hurry(): void {
    this.#updates.hurry()
  }

  /**
   * Releases a run even after it was declared lost: this process stood still for too long, and knows that no attempt is
   * under way.
   * @param last - the last attempt, whose failure may not have been noted before the run was told to end
   * @param delayMs - how long the next attempt is to be put off after the failure
   */
  async release(jobName: string, run: OpenRun, last: AttemptRecord | undefined, delayMs: number): Promise<void> {
    const wait = { delayMs, notedAt: this.#now() }
    const released = whileHeld(run, (record) => releaseRun(record, run.runId, last, wait))
    // The last decision about a change is the one that counts.
    let isReopened = false
    const change = (record: JobRecord | undefined): RecordChange<'gone'> => {
      const reopened = record && reopenRun(record, run, last, wait)
      isReopened = reopened !== undefined
      return reopened === undefined ? released(record) : { write: reopened }
    }
    const isWritten = await this.#updates.update(jobName, change, {
      message: `run '${run.runId}' of job '${jobName}' could not be handed over`,
      givenUp: 'it may count as lost',
    })
    if (!isWritten || !isReopened) return
    this.#deps.logger.warn(`run '${run.runId}' of job '${jobName}' was declared lost, and goes on: it had not begun`)
    this.#deps.events.announce('plg:scheduler:job-found', describeFound(jobName, run, null))
  }

  /**
   * For a claim whose write has an unknown outcome, or is still under way: no attempt starts on such a claim. The write
   * here makes a pending claim fail, and releases a landed claim; a run by hand is withdrawn instead.
   */
  async disown(jobName: string, claim: Pick<OpenRun, 'instance' | 'runId' | 'trigger'>): Promise<void> {
    if (claim.trigger === 'manual') return this.withdraw(jobName, claim)
    const wait = { delayMs: 0, notedAt: this.#now() }
    await this.#overtake(jobName, claim.runId, (record) => releaseRun(record, claim.runId, undefined, wait))
  }

  /** For a run by hand whose caller is told that the run did not start: no instance may go on with such a run. */
  async withdraw(jobName: string, run: Pick<OpenRun, 'instance' | 'runId'>): Promise<void> {
    await this.#overtake(jobName, run.runId, (record) => withdrawRun(record, run))
  }

  /** Writes even an unchanged record: a claim still under way then finds a new ETag. */
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
