/**
 * The job records, in the pages of a ledger, as this instance knows them.
 *
 * A record is only changed through {@link RecordCache.update}: a pure change that the ledger commits together with all
 * other changes that wait for the same page. No decision rests on a record that could not be written: after a conflict
 * the page is read again, and every change is decided again on the new content.
 */
import { messageOf, type Clock, type Random, type Reading } from '@s3sched/kernel'
import type { Answer, PageChanged, PageView } from '@s3sched/ledger'
import type { PageOutcome } from '@s3sched/history/segments'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import type { ClockWatch } from '../clock-watch.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { effectiveSpec, type JobRecord } from '../record/job-record.ts'
import { countsOtherwise, rememberPeriod } from '../record/past-periods.ts'
import { openJobPages, type JobLedger } from './job-pages.ts'
import { putBackLostPages } from './lost-pages.ts'
import { PageFreshness } from './page-freshness.ts'
import type { SchedulerError } from '../scheduler-error.ts'
import { unanswered, undecided, UnreadableRecordError } from './record-errors.ts'
import { ParsedRecords } from './parsed-records.ts'
import type { ChangeOfRecord } from './record-change.ts'
import { RecordRestorer, type RecordRestorerDeps } from './record-restorer.ts'
import { WaitingChanges, type ExpectedRecord } from './waiting-changes.ts'

export type UpdateResult<Stop> =
  | { readonly outcome: 'written'; readonly record: JobRecord }
  | { readonly outcome: 'stopped'; readonly stop: Stop; readonly record: JobRecord | undefined }

export interface RecordCacheDeps extends RecordRestorerDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** The name of this process in the pages; no other live process may have the same. */
  readonly writer: string
  /** The number of shards, a power of two: no page has jobs of two shards. @default 1 */
  readonly shards?: number
  readonly serverClock: ServerClock
  /** Asked before a write of a changed `since`, the instant from which ticks count. */
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
  /** The code's definition, if this process has the job. */
  readonly localJob?: (name: string) => LocalJob | undefined
  /**
   * Called when the ticks that count according to a newly read record differ from those known before. Must not throw.
   */
  readonly onOtherTicks?: (name: string) => void
  /** Called when the store did not do what was asked, and is asked again. Must not throw. */
  readonly onProblem?: (error: unknown) => void
}

interface Refusal<Stop> {
  readonly stop: Stop
  readonly record: JobRecord | undefined
}

interface CommitOptions {
  readonly isClockGood: boolean
  readonly signal: AbortSignal | undefined
  readonly withinMs: number
}

/** A caller waits no longer for the store, in ms. */
const ANSWER_MS = 15_000
const ANSWERED = 'the store has answered'
/** A LIST costs as much as twelve GETs, by S3's list prices. */
const FEW_PAGES = 12
/** Records parsed in one turn of the event loop. */
const PARSED_PER_TURN = 1000
/** Thrown by a change that needs a good clock first. */
const CLOCK_FIRST = new Error('the clock is to be checked first')

export class RecordCache {
  readonly #deps: RecordCacheDeps
  readonly #ledger: JobLedger
  readonly #parsed: ParsedRecords
  readonly #restorer: RecordRestorer
  readonly #freshness: PageFreshness
  /** The jobs whose record has an `after`. */
  readonly #chained = new Set<string>()
  /** The jobs whose record has `runOnStart`. */
  readonly #starting = new Set<string>()
  /** The jobs that other processes have changed since the last {@link takeChanged}. */
  readonly #changed = new Set<string>()
  /** When the last landed commit of this process on each page was sent. */
  readonly #signedAt = new Map<string, Reading>()
  readonly #waiting = new WaitingChanges()
  /** True once all pages are known. */
  #isComplete = false
  /** The pages with the chains and the starts of all jobs noted. */
  readonly #scanned = new Set<string>()

  constructor(deps: RecordCacheDeps) {
    this.#deps = deps
    this.#parsed = new ParsedRecords((name) => deps.localJob?.(name))
    this.#restorer = new RecordRestorer(deps)
    const ledger = (this.#ledger = openJobPages(deps, {
      writer: deps.writer,
      leastDepth: Math.log2(deps.shards ?? 1),
      restore: (record, name) => this.#restorer.restored(name, record),
      recall: (text, name) => this.#parsed.find(name, text),
    }))
    this.#freshness = new PageFreshness(ledger)
    ledger.on('committed', ({ page, sentAt }) => void this.#signedAt.set(page, sentAt))
    ledger.on('changed', (change) => this.#onChanged(change))
    if (deps.restores !== false) putBackLostPages(ledger, deps)
    ledger.on('problem', ({ error }) => {
      deps.logger.warn(`the job records could not be read or written yet: ${messageOf(error)}`, { error })
      deps.onProblem?.(error)
    })
  }

  /** The names of all jobs with a known record in the bucket, removed jobs included. */
  *names(): Generator<string, undefined> {
    for (const page of this.#ledger.knownPages()) yield* page.keys()
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
    const found = this.#read(name)
    if (!this.#waiting.has(name)) return { record: found, outcomes: [] }
    return this.#waiting.expect(name, found, (instance) => this.signOf(name, instance))
  }

  /** The record like {@link peek}, where {@link load} would not read, write or throw; `undefined` otherwise. No request. */
  present(name: string): JobRecord | undefined {
    return this.isStale(name) || this.#restorer.owes(name) ? undefined : this.peek(name)
  }

  /** The known jobs with an `after`: few among many. */
  get chained(): ReadonlySet<string> {
    return this.#chained
  }

  /** True for a job whose known record has no `runOnStart`. The record is not parsed. */
  isWithoutStart(name: string): boolean {
    return (
      this.#scanned.has(this.#ledger.pageOf(name)) &&
      !this.#starting.has(name) &&
      this.#view(name)?.text(name) !== undefined
    )
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
    if (answer.outcome === 'unreadable') throw this.#unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
  }

  isStale(name: string): boolean {
    return this.#freshness.isStale(this.#ledger.pageOf(name))
  }

  /** Marks the record as possibly changed elsewhere: it is read again before the next decision. */
  invalidate(name: string): void {
    this.#freshness.doubt(this.#ledger.pageOf(name))
  }

  /**
   * The record in the bucket, as far as known: 1 conditional GET of the page for a doubted record, and 1 PUT for a
   * deleted page.
   * @returns `undefined` when there is none
   * @throws SchedulerError for an unreadable record; the store's error
   */
  async load(name: string, signal?: AbortSignal): Promise<JobRecord | undefined> {
    signal?.throwIfAborted()
    await this.#refresh(name)
    if (this.#restorer.owes(name)) {
      // Written at once, so that other instances find the record again: the job's next claim may be due in a year.
      await this.update(name, (record) => (record === undefined ? { stop: undefined } : { write: record }), signal)
    }
    this.#requireReadable(name)
    return this.peek(name)
  }

  /** A page may turn out to be split: then the record is in a child. */
  async #refresh(name: string): Promise<void> {
    let page: string | undefined
    while (this.isStale(name) && page !== this.#ledger.pageOf(name)) {
      page = this.#ledger.pageOf(name)
      await this.#freshness.refresh(page)
    }
  }

  /**
   * Learns all records: 1 conditional GET for each of few known pages; otherwise 1 LIST per 1,000 pages, and 1 GET for
   * each unknown or changed page.
   * @throws StoreError
   */
  async loadAll(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const pages = [...this.#ledger.knownPages()].map(({ name }) => name)
    // A new page comes from a split of a known page, which a look at the known page shows.
    if (this.#isComplete && pages.length <= FEW_PAGES) await this.#freshness.look(new Set(pages))
    else await this.#freshness.refreshAll()
    this.#isComplete = true
    let parsed = 0
    for (const page of this.#ledger.knownPages()) {
      // Later changes of a known page are told one by one.
      if (this.#scanned.has(page.name)) continue
      this.#scanned.add(page.name)
      for (const name of page.keys()) {
        this.#noteTraits(name, this.#read(name))
        if (++parsed % PARSED_PER_TURN === 0) await this.#deps.clock.sleep(0, signal)
      }
    }
  }

  /** Reads the pages of these jobs again: 1 conditional GET for each page. @throws StoreError */
  async look(names: Iterable<string>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const pages = new Set<string>()
    for (const name of names) pages.add(this.#ledger.pageOf(name))
    await this.#freshness.look(pages)
  }

  /** The jobs that other processes have changed since the last call, as far as read. No request. */
  takeChanged(): string[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
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
  async update<Stop>(
    name: string,
    change: ChangeOfRecord<Stop>,
    signal?: AbortSignal,
    withinMs = 0,
  ): Promise<UpdateResult<Stop>> {
    if (withinMs > 0) this.#waiting.add(name, change)
    try {
      for (let isClockGood = false; ; isClockGood = true) {
        try {
          return this.#resultOf(name, await this.#commit(name, change, { isClockGood, signal, withinMs }))
        } catch (error) {
          if (error !== CLOCK_FIRST) throw error
          await this.#deps.clockWatch.requireGood()
        }
      }
    } finally {
      if (withinMs > 0) this.#waiting.delete(name, change)
    }
  }

  /**
   * Like {@link update}, for a caller who waits for the answer: rejects when the store is silent for long. The change may
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

  #commit<Stop>(
    name: string,
    change: ChangeOfRecord<Stop>,
    { isClockGood, signal, withinMs }: CommitOptions,
  ): Promise<Answer<JobRecord, undefined, Refusal<Stop>>> {
    const { serverClock } = this.#deps
    return this.#ledger.change<undefined, Refusal<Stop>>(
      name,
      (found, view) => {
        const known = this.#restorer.withPast(name, found)
        const changed = change(known, (instance) => signText(this.#ledger.pageOf(name), view.signOf(instance)))
        if ('stop' in changed) return { do: 'refuse', reason: { stop: changed.stop, record: known } }
        if (changed.write.since !== known?.since && !isClockGood) throw CLOCK_FIRST
        const record = rememberPeriod(known, changed.write, serverClock.sharedNow(), name)
        return { do: 'write', record, entries: changed.outcomes }
      },
      { signal, withinMs },
    )
  }

  #resultOf<Stop>(name: string, answer: Answer<JobRecord, undefined, Refusal<Stop>>): UpdateResult<Stop> {
    if (answer.outcome === 'refused') return { outcome: 'stopped', ...answer.reason }
    if (answer.outcome === 'unreadable') throw this.#unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
    const { commit, record, text } = answer
    if (record === undefined) throw new TypeError(`the record of job '${name}' was removed`)
    this.#restorer.settled(name)
    this.#noteTraits(name, record)
    // The landed write proves that nobody else had changed the page.
    this.#freshness.prove(commit.page)
    if (text !== undefined && this.#view(name)?.text(name) === text) this.#parsed.keep(name, text, record)
    return { outcome: 'written', record }
  }

  /** The record in the page, parsed at most once for each state. */
  #read(name: string): JobRecord | undefined {
    const text = this.#view(name)?.text(name)
    if (text === undefined) return undefined
    const known = this.#parsed.find(name, text)
    if (known !== undefined) return known
    const read = this.#view(name)?.read(name)
    return read?.outcome === 'read' ? this.#parsed.keep(name, text, read.record) : undefined
  }

  #view(name: string): PageView<JobRecord> | undefined {
    return this.#ledger.knownPage(this.#ledger.pageOf(name))
  }

  /**
   * @throws SchedulerError for an unreadable record: the last known record may be older, and to write it would start
   * ticks a second time
   */
  #requireReadable(name: string): void {
    const text = this.#view(name)?.text(name)
    if (text === undefined || this.#parsed.find(name, text) !== undefined) return
    const read = this.#view(name)?.read(name)
    if (read?.outcome === 'unreadable') throw this.#unreadable(name, read.problem)
  }

  /** The next look reads the page again: a hand may have mended the record meanwhile. */
  #unreadable(name: string, problem: string): SchedulerError {
    this.invalidate(name)
    return new UnreadableRecordError(name, problem)
  }

  #onChanged({ before, keys, page }: PageChanged): void {
    const { localJob, onOtherTicks } = this.#deps
    for (const [name, text] of before ?? []) {
      if (this.#ledger.pageOf(name) !== page || !this.#restorer.notePast(name, text, this.#read(name))) continue
      void this.load(name).catch((error: unknown) => {
        this.#deps.logger.error(`the past of job '${name}' could not be restored yet`, { error })
      })
    }
    for (const name of keys) {
      const known = this.#parsed.last(name)
      const record = this.#read(name)
      this.#changed.add(name)
      this.#noteTraits(name, record)
      if (record === undefined) continue
      if (countsOtherwise(known, record, name)) onOtherTicks?.(name)
      else if (known === undefined && localJob?.(name) !== undefined) onOtherTicks?.(name)
    }
  }

  #noteTraits(name: string, record: JobRecord | undefined): void {
    const spec = record && effectiveSpec(record)
    if (spec !== undefined && spec.after.length > 0) this.#chained.add(name)
    else this.#chained.delete(name)
    if (spec?.runOnStart === true) this.#starting.add(name)
    else this.#starting.delete(name)
  }
}

function signText(page: string, seq: number | undefined): string {
  return `${page} ${seq ?? ''}`
}
