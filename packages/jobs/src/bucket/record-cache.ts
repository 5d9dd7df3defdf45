/**
 * The job records, in the pages of a ledger, as this instance knows them.
 *
 * A record is only changed through {@link RecordCache.update}: a pure change that the ledger commits together with all
 * other changes that wait for the same page. No decision rests on a record that could not be written: after a conflict
 * the page is read again, and every change is decided again on the new content.
 */
import { messageOf, RepeatedTroubles, type Logger, type Random } from '@s3sched/kernel'
import type { PageChanged } from '@s3sched/ledger'
import type { PageOutcome } from '@s3sched/history/segments'
import type { ObjectStore } from '@s3sched/store'
import type { LocalJob } from '../definition/local-job.ts'
import { readDefinedRecord } from '../record/job-record-format.ts'
import type { JobRecord } from '../record/job-record.ts'
import { openJobPages, type JobLedger } from './job-pages.ts'
import { putBackLostPages } from './lost-pages.ts'
import { PageSigns } from './page-signs.ts'
import { ParsedRecords } from './parsed-records.ts'
import type { ChangeOfRecord } from './record-change.ts'
import { RecordReader, type RecordReaderDeps } from './record-reader.ts'
import { RecordRestorer, type RecordRestorerDeps } from './record-restorer.ts'
import type { RecordUpdate, UpdateResult } from './record-submission.ts'
import { type ChangeOptions, RecordWriter, type RecordWriterDeps } from './record-writer.ts'
import type { KnownTraits } from './record-traits.ts'
import { WaitingChanges, type ExpectedRecord } from './waiting-changes.ts'

export interface RecordCacheDeps extends RecordWriterDeps {
  readonly store: ObjectStore
  readonly random: Random
}

/** The process that keeps the records: a name, a part in the work, and listeners. */
export interface RecordOwner
  extends Omit<RecordReaderDeps, 'clock'>, Omit<RecordRestorerDeps, 'logger' | 'serverClock'> {
  /** The name of this process in the pages; no other live process may have the same. */
  readonly writer: string
  /** Called when the store did not do what was asked, and is asked again. Must not throw. */
  readonly onProblem?: (error: unknown) => void
}

/** The records of all jobs as this process knows them, read and changed by pages. */
export class RecordCache {
  /** The traits of a few of the jobs, as far as records were read. */
  readonly traits: KnownTraits
  /** The signs of instances on the pages of jobs. */
  readonly signs: PageSigns
  readonly #logger: Logger
  readonly #ledger: JobLedger
  readonly #reader: RecordReader
  readonly #restorer: RecordRestorer
  readonly #waiting = new WaitingChanges()
  readonly #writer: RecordWriter

  constructor(deps: RecordCacheDeps, owner: RecordOwner) {
    const { logger } = deps
    const parts = { ...deps, ...owner }
    const parsed = new ParsedRecords((name) => owner.localJob?.(name))
    const restorer = (this.#restorer = new RecordRestorer(parts))
    const ledger = (this.#ledger = openJobPages(deps, {
      writer: owner.writer,
      leastDepth: Math.log2(owner.shards ?? 1),
      restore: (record, name) => restorer.restored(name, record),
      recall: (text, name) => parsed.find(name, text) ?? readDefined(text, owner.localJob?.(name)),
    }))
    const reader = (this.#reader = new RecordReader(parts, ledger, parsed))
    this.#logger = logger
    this.traits = reader.traits
    this.signs = new PageSigns(ledger, reader)
    this.#writer = new RecordWriter(deps, { ledger, reader, restorer, waiting: this.#waiting })
    ledger.on('changed', (change) => this.#onChanged(change))
    if (owner.restores !== false) putBackLostPages(ledger, parts)
    const repeated = new RepeatedTroubles(deps.clock)
    ledger.on('problem', ({ error }) => {
      const others = repeated.tell(error)
      if (others !== undefined) {
        logger.warn(`the job records could not be read or written yet: ${messageOf(error)}${others}`, { error })
      }
      owner.onProblem?.(error)
    })
  }

  /** The names of all jobs with a known record in the bucket, removed jobs included. */
  names(): Generator<string, undefined> {
    return this.#reader.names()
  }

  /** The last known record, with the changes of this process that may still wait for other writes. No request. */
  peek(name: string): JobRecord | undefined {
    return this.#waiting.has(name) ? this.#expect(name).record : this.#reader.read(name)
  }

  /** The outcomes of runs of this process that may still wait for other writes, and are in no page yet. No request. */
  waitingOutcomes(): PageOutcome[] {
    return this.#waiting.names().flatMap((name) => this.#expect(name).outcomes)
  }

  #expect(name: string): ExpectedRecord {
    return this.#waiting.expect(name, this.#reader.read(name), (instance) => this.signs.of(name, instance))
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

  /** True for a job whose known record has no `runOnStart`. The record is not parsed. */
  isWithoutStart(name: string): boolean {
    return this.#reader.isWithoutStart(name)
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
   * @throws `signal.reason` for a change that was not sent yet; SchedulerError for an unreadable record, and for a
   * write whose fate no read can show
   */
  update<Stop>(
    name: string,
    change: ChangeOfRecord<Stop>,
    signal?: AbortSignal,
    withinMs = 0,
  ): Promise<UpdateResult<Stop>> {
    return this.#writer.update(name, change, { signal, withinMs })
  }

  /** Like {@link RecordCache.update}, with the answer as a call. */
  submit<Stop>(name: string, update: RecordUpdate<Stop>, options: ChangeOptions = {}): void {
    this.#writer.begin(name, update, options)
  }

  /**
   * Like {@link RecordCache.update}, for a caller who waits for the answer: rejects when the store is silent for long.
   * The change may then still be written, as soon as the store answers.
   * @throws also SchedulerError `STORE` after 15 s without an answer
   */
  ask<Stop>(name: string, change: ChangeOfRecord<Stop>, signal?: AbortSignal): Promise<UpdateResult<Stop>> {
    return this.#writer.ask(name, change, signal)
  }

  /** Lets the present changes wait for no other writes; later changes may. */
  hurry(): void {
    for (const page of new Set(this.#waiting.names().map((name) => this.#ledger.pageOf(name)))) this.#ledger.hurry(page)
  }

  /** Lets no change wait for other writes any more, and resolves when all changes are answered. */
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

  #onChanged(change: PageChanged): void {
    for (const [name, text] of change.before ?? []) {
      const isThere = this.#ledger.pageOf(name) === change.page
      if (!isThere || !this.#restorer.notePast(name, text, this.#reader.read(name))) continue
      void this.load(name).catch((error: unknown) => {
        this.#logger.error(`the past of job '${name}' could not be restored yet`, { error })
      })
    }
    this.#reader.onChanged(change)
  }
}

function readDefined(text: string, local: LocalJob | undefined): JobRecord | undefined {
  return local === undefined ? undefined : readDefinedRecord(text, local)
}
