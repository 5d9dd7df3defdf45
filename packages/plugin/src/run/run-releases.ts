import type { AttemptRecord } from '@s3sched/executor'
import { fullJitter, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { JobBook, RecordChange } from '../job/job-book.ts'
import { releaseRun, withdrawRun } from '../job/job-changes.ts'
import type { JobRecord, OpenRun } from '../job/job-record.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { ServerClock } from '../server-clock.ts'
import { whileHeld } from './while-held.ts'

export interface RunReleasesDeps {
  readonly book: JobBook
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly serverClock: ServerClock
  /** Others may have seen the run as one that goes on here. */
  readonly marker: Pick<ChangeMarker, 'bump'>
}

const RETRY = { baseMs: 200, maxMs: 30_000 }
const NONE_MADE = { attempt: 0, error: '' }

/**
 * Lets go of runs, so that others go on with them: 1 PUT each. Tries again until that is written, since a run hangs on a member
 * object for as long as its process lives, and would hold its job for as long.
 */
export class RunReleases {
  readonly #deps: RunReleasesDeps
  readonly #giveUp: AbortSignal

  /** @param giveUp - aborts when what is not written yet is not to be tried again */
  constructor(deps: RunReleasesDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#giveUp = giveUp
  }

  /** @param last - the last attempt, whose failure may not have been noted before the run was told to end: it was made */
  async letGo(jobName: string, run: OpenRun, last: AttemptRecord | undefined): Promise<void> {
    const made = { attempt: last?.attempt ?? 0, error: last?.error?.message ?? last?.status ?? '' }
    const notedAt = this.#now()
    await this.#insist(
      jobName,
      run.runId,
      whileHeld(run, (record) => releaseRun(record, run.runId, made, notedAt)),
    )
  }

  /**
   * For a claim of which it is not known whether it was written, or may be yet: nothing starts on it. The write here makes
   * it fail, or lets go of it; a run by hand is taken back instead.
   */
  async disown(jobName: string, claim: Pick<OpenRun, 'instance' | 'runId' | 'trigger'>): Promise<void> {
    if (claim.trigger === 'manual') return this.withdraw(jobName, claim)
    const notedAt = this.#now()
    await this.#insist(jobName, claim.runId, (record) =>
      record === undefined ? { stop: 'gone' } : { write: releaseRun(record, claim.runId, NONE_MADE, notedAt) },
    )
    await this.#tellOthers()
  }

  /** For a run by hand whose caller is told that it did not start: nobody may go on with it. */
  async withdraw(jobName: string, run: Pick<OpenRun, 'instance' | 'runId'>): Promise<void> {
    await this.#insist(jobName, run.runId, (record) =>
      record === undefined ? { stop: 'gone' } : { write: withdrawRun(record, run) },
    )
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

  async #insist(jobName: string, runId: string, change: Change): Promise<void> {
    const { book, clock, logger, random } = this.#deps
    const signal = this.#giveUp
    for (let failures = 1; ; failures++) {
      try {
        await book.update(jobName, change, signal)
        return
      } catch (error) {
        const so = signal.aborted ? '; it may count as lost' : ' yet'
        logger.warn(`run '${runId}' of job '${jobName}' could not be handed over${so}`, { error })
        if (signal.aborted) return
        await clock.sleep(fullJitter(failures, RETRY, random), signal).catch(() => undefined) // ends with the next try
      }
    }
  }
}

type Change = (record: JobRecord | undefined) => RecordChange<'gone'>
