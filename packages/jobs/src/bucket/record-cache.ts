/**
 * The job records, in the pages of a ledger, as this instance knows them.
 *
 * A record is only changed through {@link RecordCache.update}: a pure change that the ledger commits together with all
 * other changes that wait for the same page. No decision rests on a record that could not be written: after a conflict
 * the page is read again, and every change is decided again on the new content.
 */
import { messageOf, type Random, type Reading } from '@s3sched/kernel'
import type { Answer, PageChanged } from '@s3sched/ledger'
import type { PageOutcome } from '@s3sched/history/segments'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import type { ClockWatch } from '../clock-watch.ts'
import type { JobRecord } from '../record/job-record.ts'
import { rememberPeriod } from '../record/past-periods.ts'
import { openJobPages, type JobLedger } from './job-pages.ts'
import { putBackLostPages } from './lost-pages.ts'
import { unanswered, undecided } from './record-errors.ts'
import { ParsedRecords } from './parsed-records.ts'
import type { ChangeOfRecord } from './record-change.ts'
import { RecordReader, type RecordReaderDeps } from './record-reader.ts'
import { RecordRestorer, type RecordRestorerDeps } from './record-restorer.ts'
import {
  CLOCK_FIRST,
  RecordSubmission,
  type RecordUpdate,
  type Refused,
  type SubmissionHost,
  type UpdateResult,
} from './record-submission.ts'
import type { ShardTraces } from './record-traits.ts'
import { WaitingChanges, type ExpectedRecord } from './waiting-changes.ts'

export interface RecordCacheDeps extends RecordRestorerDeps, RecordReaderDeps {
  readonly store: ObjectStore
  readonly random: Random
  /** The name of this process in the pages; no other live process may have the same. */
  readonly writer: string
  readonly serverClock: ServerClock
  /** Asked before a write of a changed `since`, the instant from which ticks count. */
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
  /** Called when the store did not do what was asked, and is asked again. Must not throw. */
  readonly onProblem?: (error: unknown) => void
}

/** A caller waits no longer for the store, in ms. */
const ANSWER_MS = 15_000
const ANSWERED = 'the store has answered'

/** The records of all jobs as this process knows them, read and changed by pages. */
export class RecordCache {
  readonly #deps: RecordCacheDeps
  readonly #ledger: JobLedger
  readonly #reader: RecordReader
  readonly #restorer: RecordRestorer
  /** When the last landed commit of this process on each page was sent. */
  readonly #signedAt = new Map<string, Reading>()
  readonly #waiting = new WaitingChanges()
  readonly #host: SubmissionHost

  constructor(deps: RecordCacheDeps) {
    this.#deps = deps
    this.#host = this.#createHost()
    const parsed = new ParsedRecords((name) => deps.localJob?.(name))
    this.#restorer = new RecordRestorer(deps)
    const ledger = (this.#ledger = openJobPages(deps, {
      writer: deps.writer,
      leastDepth: Math.log2(deps.shards ?? 1),
      restore: (record, name) => this.#restorer.restored(name, record),
      recall: (text, name) => parsed.find(name, text),
    }))
    this.#reader = new RecordReader(deps, ledger, parsed)
    ledger.on('committed', ({ page, sentAt }) => void this.#signedAt.set(page, sentAt))
    ledger.on('changed', (change) => this.#onChanged(change))
    if (deps.restores !== false) putBackLostPages(ledger, deps)
    ledger.on('problem', ({ error }) => {
      deps.logger.warn(`the job records could not be read or written yet: ${messageOf(error)}`, { error })
      deps.onProblem?.(error)
    })
  }

  /** The names of all jobs with a known record in the bucket, removed jobs included. */
  names(): Generator<string, undefined> {
    return this.#reader.names()
  }

  /** The last known record, with the changes of this process that may still wait for company. No request. */
  peek(name: string): JobRecord | undefined {
    return this.#expect(name).record
  }

  /** The outcomes of runs of this process that may still wait for company, and are in no page yet. No request. */
  waitingOutcomes(): PageOutcome[] {
    return this.#waiting.names().flatMap((name) => this.#expect(name).outcomes)
  }

  #expect(name: string): ExpectedRecord {
    const found = this.#reader.read(name)
    if (!this.#waiting.has(name)) return { record: found, outcomes: [] }
    return this.#waiting.expect(name, found, (instance) => this.signOf(name, instance))
  }

  /** The record like {@link peek}, where {@link load} would not read, write or throw; `undefined` otherwise. No request. */
  present(name: string): JobRecord | undefined {
    return this.isStale(name) || this.#restorer.owes(name) ? undefined : this.peek(name)
  }

  /**
   * For a job as the code defines it, active, and without a run under way: the instant after which ticks count, epoch ms.
   * `undefined` for any other job. No request, and the record is not parsed.
   */
  plainAfter(name: string): number | undefined {
    return this.#waiting.has(name) ? undefined : this.#reader.plainAfter(name)
  }

  /** The known jobs with a backfill under way. */
  get backfilled(): ReadonlySet<string> {
    return this.#reader.traits.backfilled
  }

  /** The known jobs with an `after`: few among many. */
  get chained(): ReadonlySet<string> {
    return this.#reader.traits.chained
  }

  /** Evidence of earlier leaders of a shard, as far as records were read. No request. */
  tracesOf(shard: number): ShardTraces {
    return this.#reader.traits.tracesOf(shard)
  }

  /** True for a job whose known record has no `runOnStart`. The record is not parsed. */
  isWithoutStart(name: string): boolean {
    return this.#reader.isWithoutStart(name)
  }

  /**
   * The last sign of an instance on the job's page, as last read: a text that is another one after each commit of the
   * instance. No request.
   */
  signOf(name: string, instance: string): string {
    const page = this.#ledger.pageOf(name)
    return signText(page, this.#ledger.knownPage(page)?.signOf(instance))
  }

  /** When the last sign of this process on the job's page was sent; `undefined` for none. */
  signedAt(name: string): Reading | undefined {
    const page = this.#ledger.pageOf(name)
    // A page that was just split has the sign of the page before.
    for (let depth = page.length; depth >= 0; depth--) {
      const sentAt = this.#signedAt.get(page.slice(0, depth))
      if (sentAt !== undefined) return sentAt
    }
    return undefined
  }

  /** Commits the job's page, with whatever waits for it: 1 PUT. @throws SchedulerError; StoreError */
  async sign(name: string): Promise<void> {
    const answer = await this.#ledger.sign(this.#ledger.pageOf(name))
    if (answer.outcome === 'unreadable') throw this.#reader.unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
  }

  /** True while the record may be older than a change that this process knows of. */
  isStale(name: string): boolean {
    return this.#reader.isStale(name)
  }

  /** Marks the record as possibly changed elsewhere: it is read again before the next decision. */
  invalidate(name: string): void {
    this.#reader.invalidate(name)
  }

  /**
   * The record in the bucket, as far as known: 1 conditional GET of the page for a doubted record, and 1 PUT for a
   * deleted page.
   * @returns `undefined` when there is none
   * @throws SchedulerError for an unreadable record; the store's error
   */
  async load(name: string, signal?: AbortSignal): Promise<JobRecord | undefined> {
    signal?.throwIfAborted()
    await this.#reader.refresh(name)
    if (this.#restorer.owes(name)) {
      // Written at once, so that other instances find the record again: the job's next claim may be due in a year.
      await this.update(name, (record) => (record === undefined ? { stop: undefined } : { write: record }), signal)
    }
    this.#reader.requireReadable(name)
    return this.peek(name)
  }

  /**
   * Learns all records: 1 conditional GET for each of few known pages; otherwise 1 LIST per 1,000 pages, and 1 GET for
   * each unknown or changed page.
   * @throws StoreError
   */
  loadAll(signal?: AbortSignal): Promise<void> {
    return this.#reader.loadAll(signal)
  }

  /** Reads the pages of these jobs again: 1 conditional GET for each page. @throws StoreError */
  look(names: Iterable<string>, signal?: AbortSignal): Promise<void> {
    return this.#reader.look(names, signal)
  }

  /** The jobs that other processes have changed since the last call, as far as read. No request. */
  takeChanged(): string[] {
    return this.#reader.takeChanged()
  }

  /**
   * Changes a record, exactly once, together with all other changes of its page: 1 PUT without a conflict. `change` must
   * be pure: it is called again, on fresh state, after each conflict. A reason not to write is an answer only on the
   * present page. While the store is silent, the promise stays open.
   *
   * @param withinMs - how long the change may wait for other changes of its page; it goes along with any earlier write
   * @throws `signal.reason` for a change that was not sent yet; SchedulerError for an unreadable record, and for a write
   * whose fate nothing can tell
   */
  update<Stop>(
    name: string,
    change: ChangeOfRecord<Stop>,
    signal?: AbortSignal,
    withinMs = 0,
  ): Promise<UpdateResult<Stop>> {
    return new Promise((answered, failed) => this.submit(name, { change, answered, failed }, { signal, withinMs }))
  }

  /** Like {@link RecordCache.update}, with the answer as a call. */
  submit<Stop>(
    name: string,
    update: RecordUpdate<Stop>,
    { signal, withinMs = 0 }: { readonly signal?: AbortSignal | undefined; readonly withinMs?: number } = {},
  ): void {
    const submission = new RecordSubmission(this.#host, name, update, { signal, withinMs })
    if (withinMs > 0) this.#waiting.add(submission)
    this.#host.submit(submission)
  }

  /**
   * Like {@link RecordCache.update}, for a caller who waits for the answer: rejects when the store is silent for long. The change may
   * then still be written, as soon as the store answers.
   * @throws also SchedulerError `STORE` after 15 s without an answer
   */
  async ask<Stop>(name: string, change: ChangeOfRecord<Stop>, signal?: AbortSignal): Promise<UpdateResult<Stop>> {
    const { clock, logger } = this.#deps
    const answered = new AbortController()
    const changed = this.update(name, change, signal)
    const silence = clock.sleep(ANSWER_MS, answered.signal).then(
      () => true,
      () => false, // the store has answered
    )
    try {
      const isSilent = await Promise.race([silence, changed.then(() => false)])
      if (!isSilent) return await changed
    } finally {
      answered.abort(ANSWERED)
    }
    changed.catch((error: unknown) => logger.warn(`a change of job '${name}' failed after its caller left`, { error }))
    throw unanswered(name, ANSWER_MS)
  }

  /** Lets no change wait for company any more, and resolves when all changes are answered. */
  drain(): Promise<void> {
    return this.#ledger.drain()
  }

  /** The pages, for readers of the outcomes in them. */
  get pages(): JobLedger {
    return this.#ledger
  }

  /** Drains, and refuses later changes. @param signal - ends the wait for an answer of the store */
  close(signal?: AbortSignal): Promise<void> {
    return this.#ledger.close({ signal })
  }

  /** The way of changes through the ledger. */
  #createHost(): SubmissionHost {
    const { clockWatch, serverClock } = this.#deps
    const now = (): number => serverClock.sharedNow()
    return {
      decide: (submission, found, view) => {
        const { name } = submission
        const known = this.#restorer.withPast(name, found)
        const signOf = (instance: string): string => signText(this.#ledger.pageOf(name), view.signOf(instance))
        const changed = submission.apply(known, signOf)
        if ('stop' in changed) return { do: 'refuse', reason: { stop: changed.stop, record: known } }
        if (changed.write.since !== known?.since && !submission.isClockGood) throw CLOCK_FIRST
        return { do: 'write', record: rememberPeriod(known, changed.write, now, name), entries: changed.outcomes }
      },
      resultOf: (name, answer) => this.#resultOf(name, answer),
      requireGoodClock: () => clockWatch.requireGood(),
      submit: (submission) => this.#ledger.submit(submission.name, submission, submission),
      ended: (submission) => {
        if (submission.withinMs > 0) this.#waiting.delete(submission)
      },
    }
  }

  #resultOf<Stop>(name: string, answer: Answer<JobRecord, undefined, Refused<Stop>>): UpdateResult<Stop> {
    if (answer.outcome === 'refused') return { outcome: 'stopped', ...answer.reason }
    if (answer.outcome === 'unreadable') throw this.#reader.unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
    const { commit, record, text } = answer
    if (record === undefined) throw new TypeError(`the record of job '${name}' was removed`)
    this.#restorer.settled(name)
    this.#reader.written(name, commit.page, record, text)
    return { outcome: 'written', record }
  }

  #onChanged(change: PageChanged): void {
    for (const [name, text] of change.before ?? []) {
      const isThere = this.#ledger.pageOf(name) === change.page
      if (!isThere || !this.#restorer.notePast(name, text, this.#reader.read(name))) continue
      void this.load(name).catch((error: unknown) => {
        this.#deps.logger.error(`the past of job '${name}' could not be restored yet`, { error })
      })
    }
    this.#reader.onChanged(change)
  }
}

function signText(page: string, seq: number | undefined): string {
  return `${page} ${seq ?? ''}`
}
