import { fullJitter, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { RecordCache, JobRecord, RecordChange } from '@s3sched/jobs'

export interface InsistentUpdatesDeps {
  readonly records: Pick<RecordCache, 'update'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Log texts for a failed change: `message` on each failed try, `givenUp` after the last. */
export interface Trouble {
  readonly message: string
  readonly givenUp: string
}

const RETRY = { baseMs: 200, maxMs: 30_000 }

/** Changes of job records that must not be lost: each is retried until the write succeeds or `giveUp` aborts. */
export class InsistentUpdates {
  readonly #deps: InsistentUpdatesDeps
  readonly #giveUp: AbortSignal

  /** @param giveUp - aborts when an unwritten change is not to be retried any more */
  constructor(deps: InsistentUpdatesDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#giveUp = giveUp
  }

  /** Never rejects. @returns whether the change was written, or turned out needless */
  async update(
    jobName: string,
    change: (record: JobRecord | undefined, stored: JobRecord | undefined) => RecordChange<unknown>,
    trouble: Trouble,
  ): Promise<boolean> {
    const { records, clock, logger, random } = this.#deps
    const signal = this.#giveUp
    for (let failures = 1; ; failures++) {
      try {
        await records.update(jobName, change, signal)
        return true
      } catch (error) {
        const so = signal.aborted ? `; ${trouble.givenUp}` : ' yet'
        logger.warn(`${trouble.message}${so}`, { error })
        if (signal.aborted) return false
        await clock.sleep(fullJitter(failures, RETRY, random), signal).catch(() => undefined) // ends with the next try
      }
    }
  }
}
