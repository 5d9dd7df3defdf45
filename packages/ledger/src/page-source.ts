import { mapParallel, type TypedEmitter } from '@s3sched/kernel'
import { listAll, type ListedObject, type ObjectStore } from '@s3sched/store'
import { CallOrder } from './call-order.ts'
import type { LedgerEvents } from './ledger-events.ts'
import { PageMemory } from './page-memory.ts'
import { pageOfObject, PAGES, pagesBelow, type PageName } from './page-name.ts'
import { readPage, type ReadPage, type ReadPageOptions } from './page-reader.ts'
import type { DraftOrigin, KnownPage } from './page.ts'
import type { LedgerProtocol } from './protocol.ts'

/**
 * - `page`: the page holds records; with the present state of the page
 * - `elsewhere`: the page is split, or is no page of the ledger; the keys belong to other pages
 * - `missing`: the page should be there, but no object was found
 */
export type Fetched =
  | { readonly outcome: 'page'; readonly known: KnownPage; readonly isChanged: boolean }
  | { readonly outcome: 'elsewhere' }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'unreadable'; readonly problem: string }

export interface PageSourceDeps {
  readonly store: ObjectStore
  readonly isChildBy: LedgerProtocol['isChildBy']
  readonly events: Pick<TypedEmitter<LedgerEvents>, 'emit'>
}

const READS_AT_ONCE = 16

/**
 * Reads pages, and brings into {@link PageMemory} only pages that count.
 *
 * A page without `draftOf` counts, and proves the split of all pages above. A draft counts if the note of the parent
 * names the draft's origin, the version of the parent; so a leftover of an unfinished split counts for nothing.
 */
export class PageSource {
  readonly memory: PageMemory = new PageMemory()
  /** The pages that could not be read at the last try, with the problem. */
  readonly unreadable: Map<PageName, string> = new Map()
  readonly store: ObjectStore
  readonly order: CallOrder = new CallOrder()
  readonly #events: PageSourceDeps['events']
  readonly #isChildBy: LedgerProtocol['isChildBy']
  #isLoaded = false

  constructor({ events, isChildBy, store }: PageSourceDeps) {
    this.store = store
    this.#events = events
    this.#isChildBy = isChildBy
  }

  /** The page's object as it is: 1 GET. @throws StoreError */
  read(page: PageName, options?: ReadPageOptions): Promise<ReadPage> {
    return readPage(this.store, this.order, page, options)
  }

  /** The page as known, or else 1 GET. */
  async present(page: PageName): Promise<Fetched> {
    const known = this.memory.get(page)
    return known === undefined ? this.fetch(page) : { outcome: 'page', known, isChanged: false }
  }

  /** The present page: 1 GET, conditional for a known page; more after a split, and for a missing page. */
  async fetch(page: PageName): Promise<Fetched> {
    const known = this.memory.get(page)
    const read = await this.read(page, { ifNoneMatch: known?.etag })
    return this.accept(page, read)
  }

  /** Takes over the result of a read. */
  async accept(page: PageName, read: ReadPage): Promise<Fetched> {
    if (read.outcome === 'unreadable') {
      this.unreadable.set(page, read.problem)
      return read
    }
    this.unreadable.delete(page)
    if (read.outcome === 'unchanged') {
      this.memory.confirm(page, read.asOf)
      const known = this.memory.get(page)
      return known === undefined ? { outcome: 'elsewhere' } : { outcome: 'page', known, isChanged: false }
    }
    if (read.outcome === 'page' && (await this.#counts(page, read.known))) {
      const before = this.memory.get(page)
      this.remember(page, read.known)
      const known = this.memory.get(page)
      if (known === undefined) return { outcome: 'elsewhere' }
      return { outcome: 'page', known, isChanged: before?.etag !== known.etag }
    }
    const known = this.memory.get(page)
    // An answer from before the making of the page may come late.
    if (read.outcome === 'missing' && known !== undefined && known.asOf > read.asOf) {
      return { outcome: 'page', known, isChanged: false }
    }
    return this.#missing(page)
  }

  /** Keeps a state of a counting page, and tells the differences. */
  remember(page: PageName, known: KnownPage): void {
    const changed = this.memory.remember(page, known)
    if (changed !== undefined) this.#events.emit('changed', changed)
  }

  /** All pages: 1 LIST per 1,000, and 1 GET for every new or changed page. */
  async load(): Promise<void> {
    const asOf = this.order.next()
    const listed = await listAll(this.store, PAGES)
    const etags = new Map(listed.flatMap((object) => pageRow(object)))
    for (const page of this.memory.leaves()) {
      const etag = this.memory.get(page)?.etag
      if (etags.get(page) === etag) this.memory.confirm(page, asOf)
      else if (!etags.has(page)) await this.fetch(page)
    }
    const isNew = (page: PageName): boolean =>
      !this.memory.isSplit(page) && this.memory.get(page)?.etag !== etags.get(page)
    // The deepest first: deep pages prove the split of the pages above, and these then need no read.
    for (const pages of byDepth([...etags.keys()])) {
      await mapParallel(pages.filter(isNew), READS_AT_ONCE, (page) => this.fetch(page))
    }
    // An empty ledger that is looked at again: the list was enough.
    if (!this.#isLoaded || !this.memory.isBlank) await this.#fillGaps('')
    this.#isLoaded = true
  }

  /** Reads pages missing in a list of pages, such as the children of a split after the list. */
  async #fillGaps(page: PageName): Promise<void> {
    if (this.memory.get(page) !== undefined) return
    if (!this.memory.isSplit(page)) {
      const fetched = await this.fetch(page)
      if (fetched.outcome !== 'elsewhere' || !this.memory.isSplit(page)) return
    }
    const note = this.memory.noteOf(page)
    const depth = note?.depth ?? page.length + 1
    for (const child of pagesBelow(page, depth)) await this.#fillGaps(child)
  }

  async #counts(page: PageName, { page: { draftOf } }: KnownPage): Promise<boolean> {
    return draftOf === undefined || this.#isChild(page, draftOf)
  }

  async #isChild(page: PageName, draftOf: DraftOrigin): Promise<boolean> {
    const known = this.memory.noteOf(draftOf.page) ?? (await this.#readNote(draftOf.page))
    if (known !== 'missing') return this.#isChildBy(known, page, draftOf)
    // A deleted parent contradicts nothing. A parent that never existed is the first page of a new ledger: the first
    // split is under way.
    return draftOf.nonce !== ''
  }

  async #readNote(page: PageName): Promise<ReturnType<PageMemory['noteOf']> | 'missing'> {
    const read = await this.read(page)
    if (read.outcome === 'missing') return 'missing'
    if (read.outcome !== 'page' || read.known.page.split === undefined) return undefined
    this.memory.remember(page, read.known)
    return read.known.page.split
  }

  async #missing(page: PageName): Promise<Fetched> {
    const known = this.memory.get(page)
    if (this.memory.lose(page)) this.#events.emit('lost', { page, known: known?.page.records.size ?? 0 })
    // Without a known note, the children of a split page may lie deeper than a single level.
    await this.#readNotesAbove(page)
    // Pages below prove that the missing page was a note, and was deleted.
    if (known === undefined && this.memory.isLeaf(page)) await this.#findPagesBelow(page)
    return this.memory.isLeaf(page) ? { outcome: 'missing' } : { outcome: 'elsewhere' }
  }

  async #findPagesBelow(above: PageName): Promise<void> {
    const listed = await listAll(this.store, `${PAGES}${above}`)
    const pages = listed.flatMap((object) => pageRow(object).map(([page]) => page))
    for (const deepest of byDepth(pages.filter((page) => page.length > above.length))) {
      await mapParallel(deepest, READS_AT_ONCE, (page) => this.fetch(page))
    }
  }

  async #readNotesAbove(page: PageName): Promise<void> {
    for (let depth = 0; depth < page.length; depth++) {
      const above = page.slice(0, depth)
      if (this.memory.isSplit(above) && this.memory.noteOf(above) === undefined) await this.#readNote(above)
    }
  }
}

function pageRow({ etag, key }: ListedObject): [PageName, string][] {
  const page = pageOfObject(key)
  return page === undefined ? [] : [[page, etag]]
}

/** Groups of the same depth, the deepest first. */
function byDepth(pages: readonly PageName[]): PageName[][] {
  const groups: PageName[][] = []
  for (const page of pages) (groups[page.length] ??= []).push(page)
  return groups.filter((group) => group !== undefined).toReversed()
}
