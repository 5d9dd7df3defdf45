import { fullJitter, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { History, RunRecord } from '@s3sched/history'
import { StoreError } from '@s3sched/store'
import { recordedRunOf, type RecordedRun } from './recorded-run.ts'
import { RecordQueue } from './record-queue.ts'
import { Turns } from './turns.ts'

export interface RunRecorderDeps {
  /** `undefined`: runs leave no record, and count as recorded at once. */
  readonly history: History | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** How many records are begun in one turn of the event loop. */
const PER_TURN = 8
const RETRY = { baseMs: 200, maxMs: 30_000 }

/**
 * Brings run records into the history, however long the store is away, and knows which have arrived.
 *
 * A run that has ended is kept here until its record is written; only then may the job's record forget it.
 */
export class RunRecorder {
  readonly #deps: RunRecorderDeps
  readonly #recorded = new Map<string, Map<string, RecordedRun>>()
  readonly #underWay = new Set<Promise<void>>()
  /** A record takes more of this thread's time than the start of a run. */
  readonly #turns: Turns
  readonly #queue = new RecordQueue()

  constructor(deps: RunRecorderDeps) {
    this.#deps = deps
    this.#turns = new Turns(deps.clock, PER_TURN)
  }

  /** Runs whose records are in the history and that the job's record may still name. */
  recorded(jobName: string): ReadonlyMap<string, RecordedRun> {
    return this.#recorded.get(jobName) ?? NONE
  }

  /** How many records are on their way. */
  get pending(): number {
    return this.#underWay.size
  }

  /** Says whether claims of `claimant` are due that it can't begin yet: they go before {@link recordEnded}. */
  noteClaims(claimant: object, wait: boolean): void {
    this.#queue.noteClaims(claimant, wait)
  }

  /**
   * Writes the record: 1 PUT, 2 when it did not succeed. Tries again until it is written or `signal` aborts. Nothing goes
   * before it but what was here before: a claim may wait for it.
   * @returns whether it was written
   */
  record(run: RunRecord, signal: AbortSignal): Promise<boolean> {
    return this.#track(this.#write(run, signal))
  }

  /** The same for a run that ended here, for which nobody waits: claims that are due go first. */
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

  /** Notes a record that is in the history. Of a verdict and what the run made of itself after all, the latter counts. */
  found(run: RunRecord): void {
    this.#keep(run, false)
  }

  #keep(run: RunRecord, isOwn: boolean): void {
    let ofJob = this.#recorded.get(run.job)
    if (ofJob === undefined) this.#recorded.set(run.job, (ofJob = new Map()))
    const known = ofJob.get(run.runId)
    const ended = recordedRunOf(run, isOwn)
    if (known === undefined) ofJob.set(run.runId, ended)
    else if (known.status === run.status) return
    else if (run.status === 'lost') ofJob.set(run.runId, { ...known, isAfterVerdict: true })
    else ofJob.set(run.runId, { ...ended, isAfterVerdict: known.status === 'lost' })
  }

  /** The jobs with such a run whose record is in the history, and that the job's record may still name. */
  jobsWith(isSuch: (run: RecordedRun) => boolean): string[] {
    const jobs: string[] = []
    for (const [jobName, runs] of this.#recorded) if ([...runs.values()].some(isSuch)) jobs.push(jobName)
    return jobs
  }

  /** Whether runs leave records in a history. */
  get keepsHistory(): boolean {
    return this.#deps.history !== undefined
  }

  /** Called when the job's record was written or read: a run that it does not name any more is folded, and need not be kept. */
  forget(jobName: string, stillNamed: readonly { readonly runId: string }[]): void {
    const ofJob = this.#recorded.get(jobName)
    if (ofJob === undefined) return
    const named = new Set(stillNamed.map((run) => run.runId))
    for (const runId of ofJob.keys()) if (!named.has(runId)) ofJob.delete(runId)
    if (ofJob.size === 0) this.#recorded.delete(jobName)
  }

  /** Resolves when what is on its way now is written or given up. */
  async written(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await this.written()
  }

  async #write(run: RunRecord, signal: AbortSignal, queue?: RecordQueue): Promise<boolean> {
    const { clock, history, logger, random } = this.#deps
    for (let failures = 0; ;) {
      try {
        if (history !== undefined) await this.#tryOnce(history, run, signal, queue)
        this.#keep(run, true)
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

  /** Between two tries it stands in nobody's way. */
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

const NONE: ReadonlyMap<string, RecordedRun> = new Map()
