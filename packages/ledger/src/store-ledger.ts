import { createSharedAbort, describe, mapParallel, Slots, TypedEmitter, type Listener } from '@s3sched/kernel'
import { scopeStore, type ObjectStore } from '@s3sched/store'
import type { Answer, Change, ChangeOptions, RecordWork } from './change.ts'
import type { LedgerCore } from './ledger-core.ts'
import { LedgerError } from './ledger-error.ts'
import { LEDGER_EVENTS, type LedgerEvents } from './ledger-events.ts'
import type { ResolvedLedgerOptions } from './ledger-options.ts'
import type { Ledger, PageAnswer, ReadOptions } from './ledger.ts'
import { PageCommitter } from './page-committer.ts'
import type { PageEdit, Reading } from './page-edit.ts'
import { pagesBelow, type PageName } from './page-name.ts'
import { PageSource } from './page-source.ts'
import { StoredPageView, type PageView } from './page-view.ts'
import type { Page } from './page.ts'
import { MOVED, PendingPage, PendingRecord, type Asked, type ChangeRoutes } from './pending-changes.ts'
import type { Pending } from './pending.ts'
import type { LedgerProtocol } from './protocol.ts'
import { UnreadableRecords } from './unreadable-records.ts'
import { withTimeout } from './with-timeout.ts'
import { WorkTurns } from './work-turns.ts'

const LOOKS_AT_ONCE = 16

/** The ledger on a store: routes changes to the committers of their pages, and reads. */
export class StoreLedger<R> implements Ledger<R> {
  readonly writer: string
  readonly #core: LedgerCore<R>
  readonly #source: PageSource
  readonly #events: TypedEmitter<LedgerEvents>
  readonly #unreadable: UnreadableRecords
  readonly #committers = new Map<PageName, PageCommitter<R>>()
  /** The changes of records without an answer. */
  readonly #pending = new Set<Pending<R>>()
  /** The changes of whole pages without an answer. */
  readonly #open = new Set<Promise<unknown>>()
  /** The views of the known pages: a page is looked at many times between two commits. */
  readonly #views = new WeakMap<Page, StoredPageView<R>>()
  /** The view of the last look: callers look at a page several times in a row. */
  #lastView: StoredPageView<R> | undefined
  readonly #ended = createSharedAbort()
  readonly #routes: ChangeRoutes<R> = {
    toRecord: (key, pending) => this.#add(this.#source.memory.leafOf(key), pending),
    settled: (pending) => this.#pending.delete(pending),
  }
  #drains = 0
  #isClosed = false

  constructor(store: ObjectStore, options: ResolvedLedgerOptions<R>, protocol: LedgerProtocol) {
    const { clock, logger, maxCommits, namespace, requestTimeoutMs, writer } = options
    this.writer = writer
    const events = new TypedEmitter<LedgerEvents>(LEDGER_EVENTS, (error, event) =>
      logger.error(`ledger: a listener of '${event}' failed`, { error }),
    )
    this.#events = events
    this.#unreadable = new UnreadableRecords((record) => events.emit('unreadable', record))
    const scope = withTimeout(scopeStore(store, namespace), requestTimeoutMs)
    this.#source = new PageSource({ store: scope, isChildBy: protocol.isChildBy, events })
    this.#core = {
      options,
      protocol,
      source: this.#source,
      unreadable: this.#unreadable,
      slots: new Slots(maxCommits),
      turns: new WorkTurns(clock),
      events,
      ended: this.#ended.signal,
    }
  }

  change<Result = undefined, Refusal = string>(
    key: string,
    change: Change<R, Result, Refusal>,
    options: ChangeOptions = {},
  ): Promise<Answer<R, Result, Refusal>> {
    return new Promise((answered, failed) => this.submit(key, { decide: change, answered, failed }, options))
  }

  submit<Result, Refusal>(key: string, work: RecordWork<R, Result, Refusal>, options: ChangeOptions = {}): void {
    if (typeof key !== 'string' || key === '') {
      const problem = `expected a key with at least one character, got ${describe(key)}`
      return work.failed(new LedgerError(problem, { code: 'INVALID_ARGUMENT' }))
    }
    if (this.#isClosed) return work.failed(closed())
    if (options.signal?.aborted === true) return work.failed(options.signal.reason)
    const pending = new PendingRecord(key, work, this.#routes, this.#asked(options))
    this.#pending.add(pending)
    this.#routes.toRecord(key, pending)
  }

  async get(key: string, { isFresh = false }: ReadOptions = {}): Promise<Reading<R>> {
    for (;;) {
      const page = this.#source.memory.leafOf(key)
      const got = isFresh ? await this.#source.fetch(page) : await this.#source.present(page)
      if (got.outcome === 'page') return this.#view(page, got.known.page).read(key)
      if (got.outcome !== 'elsewhere') return got
    }
  }

  async *pages(): AsyncGenerator<PageView<R>> {
    await this.#source.load()
    yield* this.knownPages()
  }

  *knownPages(): Generator<PageView<R>> {
    for (const page of this.#source.memory.leaves()) {
      const view = this.knownPage(page)
      if (view !== undefined) yield view
    }
  }

  knownPage(page: string): PageView<R> | undefined {
    const known = this.#source.memory.get(page)
    return known && this.#view(page, known.page)
  }

  unreadablePages(): ReadonlyMap<string, string> {
    return this.#source.unreadable
  }

  pageOf(key: string): string {
    return this.#source.memory.leafOf(key)
  }

  async look(pages: Iterable<string> = this.#source.memory.leaves()): Promise<string[]> {
    const looked = await mapParallel([...new Set(pages)], LOOKS_AT_ONCE, (page) => this.#lookAt(page))
    return looked.flat()
  }

  sign(page: string, options: ChangeOptions = {}): Promise<PageAnswer> {
    return this.#track(() => this.#changePage(page, (edit) => edit.touch(), options))
  }

  dropEntries(page: string, ids: readonly string[], options: ChangeOptions = {}): Promise<PageAnswer> {
    return this.#track(() => this.#changePage(page, (edit) => edit.drop(ids), options))
  }

  on<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this {
    this.#events.on(event, listener)
    return this
  }

  off<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this {
    this.#events.off(event, listener)
    return this
  }

  hurry(page: string): void {
    // Changes of the page may still wait on a page above, whose split is known and whose committer has not moved them.
    for (let depth = page.length; depth >= 0; depth--) this.#committers.get(page.slice(0, depth))?.hurry()
  }

  async drain(): Promise<void> {
    this.#drains++
    try {
      for (const committer of this.#committers.values()) committer.hurry()
      await Promise.allSettled([...this.#open, ...[...this.#pending].map((pending) => pending.settled())])
    } finally {
      this.#drains--
    }
  }

  async close({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#isClosed = true
    const end = (): void => {
      const reason = closed()
      this.#ended.abort(reason)
      for (const committer of this.#committers.values()) committer.end(reason)
    }
    if (signal?.aborted === true) end()
    signal?.addEventListener('abort', end, { once: true })
    await this.drain()
    signal?.removeEventListener('abort', end)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #asked(options: ChangeOptions): Asked {
    return { call: this.#source.order.next(), now: this.#core.options.clock.monotonic(), options }
  }

  /** Changes a page or, after a split, all children of the page. */
  async #changePage(page: PageName, apply: (edit: PageEdit<R>) => void, options: ChangeOptions): Promise<PageAnswer> {
    const { memory } = this.#source
    let left = options
    if (!memory.isSplit(page)) {
      options.signal?.throwIfAborted()
      const pending = new PendingPage(apply, this.#asked(options))
      this.#add(page, pending)
      const answer = await pending.answer
      if (answer !== MOVED) return answer
      left = { ...options, withinMs: Math.max(0, pending.dueAt - this.#core.options.clock.monotonic()) }
    }
    const depth = memory.noteOf(page)?.depth ?? page.length + 1
    const answers = await Promise.all(pagesBelow(page, depth).map((child) => this.#changePage(child, apply, left)))
    return answers.find(({ outcome }) => outcome !== 'written') ?? { outcome: 'written' }
  }

  async #lookAt(page: PageName): Promise<string[]> {
    if (!this.#source.memory.isSplit(page)) {
      const got = await this.#source.fetch(page)
      if (got.outcome === 'page') return got.isChanged ? [page] : []
      if (!this.#source.memory.isSplit(page)) return []
    }
    const depth = this.#source.memory.noteOf(page)?.depth ?? page.length + 1
    const looked = await mapParallel(pagesBelow(page, depth), LOOKS_AT_ONCE, (child) => this.#lookAt(child))
    return looked.flat()
  }

  #view(name: PageName, page: Page): PageView<R> {
    if (this.#lastView?.page === page) return this.#lastView
    let view = this.#views.get(page)
    if (view === undefined) {
      view = new StoredPageView(name, page, this.#core.options.codec, this.#unreadable)
      this.#views.set(page, view)
    }
    return (this.#lastView = view)
  }

  async #track<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw closed()
    const work = begin()
    this.#open.add(work)
    try {
      return await work
    } finally {
      this.#open.delete(work)
    }
  }

  #add(page: PageName, pending: Pending<R>): void {
    if (this.#drains > 0) pending.hurry()
    this.#committerOf(page).add(pending)
  }

  #committerOf(page: PageName): PageCommitter<R> {
    let committer = this.#committers.get(page)
    if (committer === undefined) this.#committers.set(page, (committer = new PageCommitter(this.#core, page)))
    return committer
  }
}

function closed(): LedgerError {
  return new LedgerError('the ledger is closed', { code: 'CLOSED', suggestion: 'Make a new one with createLedger' })
}
