/**
 * The job records as last read: the known pages, the pages that may have changed, and the content of the records.
 *
 * **Very many records** are kept as text, in their pages. A record is parsed when its page is first read, and again when
 * it is asked for and was not parsed lately ({@link ParsedRecords}). Passes over all jobs ask {@link PlainRecords}
 * and {@link RecordTraits}, which need no record.
 */
import type { Clock } from '@s3sched/kernel'
import type { PageChanged, PageView } from '@s3sched/ledger'
import type { LocalJob } from '../definition/local-job.ts'
import { compactRecord } from '../record/compact-record.ts'
import type { JobRecord } from '../record/job-record.ts'
import { countingIn, isSameCounting } from '../record/past-periods.ts'
import type { JobLedger } from './job-pages.ts'
import type { NameTable } from './name-table.ts'
import { PageFreshness } from './page-freshness.ts'
import type { ParsedRecords } from './parsed-records.ts'
import { PlainRecords } from './plain-records.ts'
import { UnreadableRecordError } from './record-errors.ts'
import { RecordTraits } from './record-traits.ts'

export interface RecordReaderDeps {
  readonly clock: Clock
  /** The number of shards, a power of two. @default 1 */
  readonly shards?: number
  /** Numbers the names of jobs, and may be shared with other tables. @default a table of its own */
  readonly names?: NameTable
  /** The code's definition, if this process has the job. */
  readonly localJob?: (name: string) => LocalJob | undefined
  /**
   * Called when the ticks that count according to a newly read record differ from those known before. Must not throw.
   */
  readonly onOtherTicks?: (name: string) => void
}

/** A LIST costs as much as twelve GETs, by S3's list prices. */
const FEW_PAGES = 12
/** Records parsed in one turn of the event loop. */
const PARSED_PER_TURN = 1000

export class RecordReader {
  readonly traits: RecordTraits
  readonly #deps: RecordReaderDeps
  readonly #ledger: JobLedger
  readonly #freshness: PageFreshness
  readonly #parsed: ParsedRecords
  readonly #plain: PlainRecords
  /** The jobs that other processes have changed since the last {@link takeChanged}. */
  readonly #changed = new Set<string>()
  /** True once all pages are known. */
  #isComplete = false
  /** The pages with all their records noted in {@link traits}. */
  readonly #scanned = new Set<string>()

  constructor(deps: RecordReaderDeps, ledger: JobLedger, parsed: ParsedRecords) {
    this.#deps = deps
    this.#ledger = ledger
    this.#parsed = parsed
    this.#plain = new PlainRecords(deps.names)
    this.#freshness = new PageFreshness(ledger)
    this.traits = new RecordTraits(deps.shards ?? 1)
  }

  /** The names of all jobs with a known record in the bucket, removed jobs included. */
  *names(): Generator<string, undefined> {
    for (const page of this.#ledger.knownPages()) yield* page.keys()
  }

  /** The record in its page; a used record is parsed at most once for each state. */
  read(name: string): JobRecord | undefined {
    const view = this.#view(name)
    const text = view?.text(name)
    if (view === undefined || text === undefined) return undefined
    const known = this.#parsed.find(name, text)
    if (known !== undefined) return known
    const read = view.read(name)
    return read.outcome === 'read' ? this.#keep(view, name, text, read.record) : undefined
  }

  /** See {@link PlainRecords.after}. The record is not parsed. */
  plainAfter(name: string): number | undefined {
    const local = this.#deps.localJob?.(name)
    const mark = local && this.#view(name)?.mark(name)
    return local === undefined || mark === undefined ? undefined : this.#plain.after(name, mark, local)
  }

  /** True for a job whose known record has no `runOnStart`. The record is not parsed. */
  isWithoutStart(name: string): boolean {
    const view = this.#view(name)
    return view?.mark(name) !== undefined && this.#scanned.has(view.name) && !this.traits.starting.has(name)
  }

  isStale(name: string): boolean {
    return this.#freshness.isStale(this.#ledger.pageOf(name))
  }

  /** Marks the record as possibly changed elsewhere: it is read again before the next decision. */
  invalidate(name: string): void {
    this.#freshness.doubt(this.#ledger.pageOf(name))
  }

  /** Reads the page of a doubted record. A page may turn out to be split: then the record is in a child. */
  async refresh(name: string): Promise<void> {
    let page: string | undefined
    while (this.isStale(name) && page !== this.#ledger.pageOf(name)) {
      page = this.#ledger.pageOf(name)
      await this.#freshness.refresh(page)
    }
  }

  /** See {@link RecordCache.loadAll}. */
  async loadAll(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const pages = [...this.#ledger.knownPages()].map(({ name }) => name)
    // The first jobs of an empty bucket are new to a process that has read the bucket before.
    const areNew = this.#isComplete && pages.length === 0
    // Each later page comes from a split of a known page, which a look at the known page shows.
    if (this.#isComplete && !areNew && pages.length <= FEW_PAGES) await this.#freshness.look(new Set(pages))
    else await this.#freshness.refreshAll()
    this.#isComplete = true
    let parsed = 0
    for (const page of this.#ledger.knownPages()) {
      // Later changes of a known page are told one by one.
      if (this.#scanned.has(page.name)) continue
      this.#scanned.add(page.name)
      // In one turn: what is noted of a record later must not be older.
      for (const [name, read] of page.records()) {
        this.traits.note(name, read.outcome === 'read' ? this.#scan(page, name, read.record) : undefined)
        if (areNew) this.#changed.add(name)
        parsed++
      }
      if (parsed < PARSED_PER_TURN) continue
      parsed = 0
      await this.#deps.clock.sleep(0, signal)
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

  /** Takes over a record as written by this process. @param text - the JSON of the record */
  written(name: string, page: string, record: JobRecord, text: string | undefined): void {
    this.traits.note(name, record)
    // The landed write proves that nobody else had changed the page.
    this.#freshness.prove(page)
    const view = this.#ledger.knownPage(page)
    if (text !== undefined && view?.text(name) === text) this.#keep(view, name, text, record)
  }

  /** Takes over what other processes have changed in a page. */
  onChanged({ keys }: PageChanged): void {
    const { localJob, onOtherTicks } = this.#deps
    for (const name of keys) {
      const known = this.#parsed.last(name)
      const local = localJob?.(name)
      const plain = known === undefined && local !== undefined ? this.#plain.lastCounting(name, local) : undefined
      const record = this.read(name)
      this.#changed.add(name)
      this.traits.note(name, record)
      if (record === undefined) continue
      const counting = known === undefined ? plain : countingIn(known)
      const isNew = known === undefined && plain === undefined && local !== undefined
      if (isNew || !isSameCounting(counting, countingIn(record), name)) onOtherTicks?.(name)
    }
  }

  /**
   * @throws SchedulerError for an unreadable record: the last known record may be older, and to write it would start
   * ticks a second time
   */
  requireReadable(name: string): void {
    const text = this.#view(name)?.text(name)
    if (text === undefined || this.#parsed.find(name, text) !== undefined) return
    const read = this.#view(name)?.read(name)
    if (read?.outcome === 'unreadable') throw this.unreadable(name, read.problem)
  }

  /** The next look reads the page again: a hand may have mended the record meanwhile. */
  unreadable(name: string, problem: string): UnreadableRecordError {
    this.invalidate(name)
    return new UnreadableRecordError(name, problem)
  }

  /** Notes a record of many that are read one after the other. A plain one is not kept: nobody may ask for years. */
  #scan(page: PageView<JobRecord>, name: string, read: JobRecord): JobRecord {
    const local = this.#deps.localJob?.(name)
    const record = compactRecord(read, local)
    const isPlain = this.#plain.note(name, page.mark(name) ?? 0, record, local)
    return isPlain ? record : this.#parsed.keep(name, page.text(name) ?? '', record)
  }

  #keep(view: PageView<JobRecord>, name: string, text: string, record: JobRecord): JobRecord {
    const kept = this.#parsed.keep(name, text, record)
    this.#plain.note(name, view.mark(name) ?? 0, kept, this.#deps.localJob?.(name))
    return kept
  }

  #view(name: string): PageView<JobRecord> | undefined {
    return this.#ledger.knownPage(this.#ledger.pageOf(name))
  }
}
