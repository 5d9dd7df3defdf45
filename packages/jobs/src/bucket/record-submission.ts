import type { Answer, ChangeView, Decision, RecordWork } from '@s3sched/ledger'
import type { JobRecord } from '../record/job-record.ts'
import type { ChangeOfRecord, RecordChange, SignOf } from './record-change.ts'

/** The result of a change of a job's record: the written record, or the reason of the change itself against a write. */
export type UpdateResult<Stop> =
  | { readonly outcome: 'written'; readonly record: JobRecord }
  | { readonly outcome: 'stopped'; readonly stop: Stop; readonly record: JobRecord | undefined }

/** A change of a record with its answer as a call, for callers with thousands of changes at an instant. */
export interface RecordUpdate<Stop> {
  /** See {@link ChangeOfRecord}. */
  readonly change: ChangeOfRecord<Stop>
  /** One of both is called, once. Must not throw. */
  answered(result: UpdateResult<Stop>): void
  /** Called where the write failed, with the error. */
  failed(error: unknown): void
}

/** The parts of the cache that a change on its way needs. */
export interface SubmissionHost {
  /** The change, applied to a record as found. @throws CLOCK_FIRST */
  decide<Stop>(submission: RecordSubmission<Stop>, found: JobRecord | undefined, view: ChangeView): Decided<Stop>
  /** @throws SchedulerError where there is no answer that a caller could plan for */
  resultOf<Stop>(name: string, answer: Answered<Stop>): UpdateResult<Stop>
  /** Checks the clock. @throws SchedulerError */
  requireGoodClock(): Promise<void>
  submit<Stop>(submission: RecordSubmission<Stop>): void
  /** Called right before the answer. */
  ended<Stop>(submission: RecordSubmission<Stop>): void
}

type Decided<Stop> = Decision<JobRecord, undefined, Refused<Stop>>
type Answered<Stop> = Answer<JobRecord, undefined, Refused<Stop>>

export interface Refused<Stop> {
  readonly stop: Stop
  readonly record: JobRecord | undefined
}

/** Thrown by a change that needs a good clock first. */
export const CLOCK_FIRST: Error = new Error('the clock is to be checked first')

/** A change of a record on its way through the ledger. */
export class RecordSubmission<Stop> implements RecordWork<JobRecord, undefined, Refused<Stop>> {
  readonly name: string
  readonly signal: AbortSignal | undefined
  readonly withinMs: number
  /** True once the clock was found good for this change. */
  isClockGood = false
  readonly #host: SubmissionHost
  readonly #update: RecordUpdate<Stop>
  /** The last record that the change was asked about, with the answer: waiting changes are asked for each look. */
  #asked: { readonly record: JobRecord | undefined; readonly changed: RecordChange<Stop> } | undefined

  constructor(
    host: SubmissionHost,
    name: string,
    update: RecordUpdate<Stop>,
    { signal, withinMs }: { readonly signal: AbortSignal | undefined; readonly withinMs: number },
  ) {
    this.#host = host
    this.name = name
    this.#update = update
    this.signal = signal
    this.withinMs = withinMs
  }

  /** The change, applied to a record. A patient change depends on the record alone, and is asked once for each. */
  apply(record: JobRecord | undefined, signOf: SignOf): RecordChange<Stop> {
    if (this.#asked?.record === record && this.#asked !== undefined) return this.#asked.changed
    const changed = this.#update.change(record, signOf)
    if (this.withinMs > 0) this.#asked = { record, changed }
    return changed
  }

  decide(found: JobRecord | undefined, view: ChangeView): Decided<Stop> {
    return this.#host.decide(this, found, view)
  }

  answered(answer: Answered<Stop>): void {
    let result: UpdateResult<Stop>
    try {
      result = this.#host.resultOf(this.name, answer)
    } catch (error) {
      return this.#fail(error)
    }
    this.#host.ended(this)
    this.#update.answered(result)
  }

  failed(error: unknown): void {
    if (error === CLOCK_FIRST) void this.#goOnWithGoodClock()
    else this.#fail(error)
  }

  async #goOnWithGoodClock(): Promise<void> {
    try {
      await this.#host.requireGoodClock()
    } catch (error) {
      return this.#fail(error)
    }
    this.isClockGood = true
    this.#host.submit(this)
  }

  #fail(error: unknown): void {
    this.#host.ended(this)
    this.#update.failed(error)
  }
}
