/**
 * The way of changes of records through the ledger.
 *
 * No decision rests on a record that could not be written: after a conflict the page is read again, and every change is
 * decided again on the new content. A change of the instant from which ticks count needs a good clock first.
 */
import { LATE, orLate, type Clock, type Logger } from '@s3sched/kernel'
import type { Answer, ChangeView, Decision } from '@s3sched/ledger'
import type { ServerClock } from '@s3sched/store'
import type { ClockWatch } from '../clock-watch.ts'
import type { JobRecord } from '../record/job-record.ts'
import { rememberPeriod } from '../record/past-periods.ts'
import type { JobLedger } from './job-pages.ts'
import { signText } from './page-signs.ts'
import type { ChangeOfRecord } from './record-change.ts'
import { unanswered, undecided } from './record-errors.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordRestorer } from './record-restorer.ts'
import {
  CLOCK_FIRST,
  RecordSubmission,
  type RecordUpdate,
  type Refused,
  type SubmissionHost,
  type UpdateResult,
} from './record-submission.ts'
import type { WaitingChanges } from './waiting-changes.ts'

export interface RecordWriterDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly serverClock: ServerClock
  /** Asked before a write of a changed `since`, the instant from which ticks count. */
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
}

/** The parts of the cache that learn from a change. */
export interface RecordWriterParts {
  readonly ledger: JobLedger
  readonly reader: RecordReader
  readonly restorer: RecordRestorer
  readonly waiting: WaitingChanges
}

/** The wishes of a caller for a change. */
export interface ChangeOptions {
  readonly signal?: AbortSignal | undefined
  /** The longest wait for other changes of the page, in ms. @default 0 */
  readonly withinMs?: number
}

/** A caller waits no longer for the store, in ms. */
const ANSWER_MS = 15_000

export class RecordWriter implements SubmissionHost {
  readonly #deps: RecordWriterDeps
  readonly #parts: RecordWriterParts

  constructor(deps: RecordWriterDeps, parts: RecordWriterParts) {
    this.#deps = deps
    this.#parts = parts
  }

  /** Changes a record, with the answer as a promise. */
  update<Stop>(name: string, change: ChangeOfRecord<Stop>, options: ChangeOptions): Promise<UpdateResult<Stop>> {
    return new Promise((answered, failed) => this.begin(name, { change, answered, failed }, options))
  }

  /** Changes a record, with the answer as a call. */
  begin<Stop>(name: string, update: RecordUpdate<Stop>, { signal, withinMs = 0 }: ChangeOptions): void {
    const submission = new RecordSubmission(this, name, update, { signal, withinMs })
    if (withinMs > 0) this.#parts.waiting.add(submission)
    this.submit(submission)
  }

  /** @throws also SchedulerError `STORE` after 15 s without an answer; the change may then still be written */
  async ask<Stop>(name: string, change: ChangeOfRecord<Stop>, signal?: AbortSignal): Promise<UpdateResult<Stop>> {
    const { clock, logger } = this.#deps
    const changed = this.update(name, change, { signal })
    const answer = await orLate(clock, ANSWER_MS, changed)
    if (answer !== LATE) return answer
    changed.catch((error: unknown) => logger.warn(`a change of job '${name}' failed after its caller left`, { error }))
    throw unanswered(name, ANSWER_MS)
  }

  decide<Stop>(
    submission: RecordSubmission<Stop>,
    found: JobRecord | undefined,
    view: ChangeView,
  ): Decision<JobRecord, undefined, Refused<Stop>> {
    const { ledger, restorer } = this.#parts
    const { name } = submission
    const known = restorer.withPast(name, found)
    const signOf = (instance: string): string => signText(ledger.pageOf(name), view.signOf(instance))
    const changed = submission.apply(known, signOf)
    if ('stop' in changed) return { do: 'refuse', reason: { stop: changed.stop, record: known } }
    if (changed.write.since !== known?.since && !submission.isClockGood) throw CLOCK_FIRST
    const now = (): number => this.#deps.serverClock.sharedNow()
    return { do: 'write', record: rememberPeriod(known, changed.write, now, name), entries: changed.outcomes }
  }

  resultOf<Stop>(name: string, answer: Answer<JobRecord, undefined, Refused<Stop>>): UpdateResult<Stop> {
    const { reader, restorer } = this.#parts
    if (answer.outcome === 'refused') return { outcome: 'stopped', ...answer.reason }
    if (answer.outcome === 'unreadable') throw reader.unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
    const { commit, record, text } = answer
    if (record === undefined) throw new TypeError(`the record of job '${name}' was removed`)
    restorer.settled(name)
    reader.written(name, commit.page, record, text)
    return { outcome: 'written', record }
  }

  requireGoodClock(): Promise<void> {
    return this.#deps.clockWatch.requireGood()
  }

  submit<Stop>(submission: RecordSubmission<Stop>): void {
    this.#parts.ledger.submit(submission.name, submission, submission)
  }

  ended<Stop>(submission: RecordSubmission<Stop>): void {
    if (submission.withinMs > 0) this.#parts.waiting.delete(submission)
  }
}
