import { fullJitter, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { History, RunRecord } from '@s3sched/history'
import { StoreError } from '@s3sched/store'
import { RecordedRuns } from '@s3sched/jobs'
import { RecordQueue } from '../pace/record-queue.ts'
import { Turns } from '../pace/turns.ts'

export interface RunRecorderDeps {
  /** `undefined`: runs leave no record, and count as recorded at once. */
  readonly history: History | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The most records begun in one turn of the event loop. */
const PER_TURN = 8
const RETRY = { baseMs: 200, maxMs: 30_000 }

/**
 * Writes run records into the history, through store outages of any length.
 *
 * An ended run is kept here until its record is written; only then may the job's record forget the run.
 */
export class RunRecorder {
  /** The runs whose records were written here or found in the history. */
  readonly recorded: RecordedRuns = new RecordedRuns()
  readonly #deps: RunRecorderDeps
  readonly #underWay = new Set<Promise<void>>()
  /** A record takes more of this thread's time than the start of a run. */
  readonly #turns: Turns
  readonly #queue = new RecordQueue()

  constructor(deps: RunRecorderDeps) {
    this.#deps = deps
    this.#turns = new Turns(deps.clock, PER_TURN)
  }

  /** The number of records under way. */
  get pending(): number {
    return this.#underWay.size
  }

  /** Notes whether `claimant` has due claims that must wait: claims go before {@link recordEnded}. */
  noteClaims(claimant: object, wait: boolean): void {
    this.#queue.noteClaims(claimant, wait)
  }

  /**
   * Writes the record: 1 PUT, 2 for an unsuccessful run. Retries until the write succeeds or `signal` aborts. Goes
   * before {@link recordEnded}, since a claim may wait for the record.
   * @returns whether the record was written
   */
  record(run: RunRecord, signal: AbortSignal): Promise<boolean> {
    return this.#track(this.#write(run, signal))
  }

  /** Like {@link record}, for a run ended here without a waiting claim: due claims go first. */
  recordEnded(run: RunRecord, signal: AbortSignal): Promise<boolean> {
    return this.#track(this.#write(run, signal, this.#queue))
  }

  async #track(writing: Promise<boolean>): Promise<boolean> {
    const settled = writing.then(() => undefined)
    this.#underWay.add(settled)
    try {
      return await writing
    } finally {
      this.#underWay.delete(settled)
    }
  }

  /** True if runs leave records in a history. */
  get keepsHistory(): boolean {
    return this.#deps.history !== undefined
  }

  /** Resolves when the records now under way are written or given up. */
  async written(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  /** Resolves when no record is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await this.written()
  }

  async #write(run: RunRecord, signal: AbortSignal, queue?: RecordQueue): Promise<boolean> {
    const { clock, history, logger, random } = this.#deps
    for (let failures = 0; ;) {
      try {
        if (history !== undefined) await this.#tryOnce(history, run, signal, queue)
        this.recorded.note(run, true)
        return true
      } catch (error) {
        if (signal.aborted) {
          logger.error(`the record of run '${run.runId}' of job '${run.job}' was not written: it will count as lost`, {
            error,
          })
          return false
        }
        if (!(error instanceof StoreError)) {
          logger.error(`the record of run '${run.runId}' of job '${run.job}' can't be written: it will count as lost`, {
            error,
          })
          return false
        }
        failures++
        logger.warn(`the record of run '${run.runId}' of job '${run.job}' could not be written yet`, {
          error,
          failures,
        })
        await clock.sleep(fullJitter(failures, RETRY, random), signal).catch(() => undefined)
      }
    }
  }

  /** Leaves the queue between two tries, so that a failing record blocks no other. */
  async #tryOnce(history: History, run: RunRecord, signal: AbortSignal, queue: RecordQueue | undefined): Promise<void> {
    await queue?.enter()
    try {
      await this.#turns.next()
      await history.record(run, { signal })
    } finally {
      queue?.leave()
    }
  }
}
