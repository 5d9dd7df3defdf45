import type { PageChanged } from './ledger-events.ts'
import { MAX_DEPTH, pageNameOf, pagesBelow, type PageName } from './page-name.ts'
import { PageEntries } from './page-entries.ts'
import { PageRecords } from './page-records.ts'
import type { KnownPage, Page, SplitNote } from './page.ts'

/** The memory of a process: the last seen state of every page, and the splits. */
export class PageMemory {
  readonly #pages = new Map<PageName, KnownPage>()
  /** The last asked key: callers ask several times in a row for the page of the same key. */
  #lastKey: string | undefined
  /** The page of the last asked key; `undefined` once a page has come or gone. */
  #lastLeaf: PageName | undefined
  /** No known page is deeper. */
  #deepest = 0
  /** The notes of split pages; `undefined` for a page without a known note, split because a live page lies below. */
  readonly #splits = new Map<PageName, SplitNote | undefined>()
  /** The last state of pages gone from the bucket. */
  readonly #lost = new Map<PageName, Page>()
  /** The last state of split pages, for a comparison with the children, until all children are known. */
  readonly #former = new Map<PageName, Page>()

  /** True while no page was ever known, neither present nor split nor gone. */
  get isBlank(): boolean {
    return this.#pages.size + this.#splits.size + this.#lost.size === 0
  }

  /** The first page, on the way to a key, not known to be split. */
  leafOf(key: string): PageName {
    if (this.#lastLeaf !== undefined && key === this.#lastKey) return this.#lastLeaf
    this.#lastKey = key
    return (this.#lastLeaf = this.#knownLeaf(pageNameOf(key, this.#deepest)) ?? this.#unknownLeaf(key))
  }

  #unknownLeaf(key: string): PageName {
    const way = pageNameOf(key, MAX_DEPTH)
    return this.#firstLeaf(way) ?? way
  }

  /** Most pages are equally deep: a look from the deepest up finds a known page at once. */
  #knownLeaf(way: PageName): PageName | undefined {
    for (let depth = way.length; depth >= 0; depth--) {
      const name = way.slice(0, depth)
      if (this.#pages.has(name)) return name
    }
    return undefined
  }

  /** True if the notes of the pages above lead to the page, and no split of the page itself is known. */
  isLeaf(page: PageName): boolean {
    return this.#firstLeaf(page) === page
  }

  #firstLeaf(way: string): PageName | undefined {
    for (let depth = 0; depth <= way.length;) {
      const name = way.slice(0, depth)
      if (!this.#splits.has(name)) return name
      depth = this.#splits.get(name)?.depth ?? depth + 1
    }
    return undefined
  }

  get(page: PageName): KnownPage | undefined {
    return this.#pages.get(page)
  }

  /** The names of the known pages with records. */
  leaves(): PageName[] {
    return [...this.#pages.keys()]
  }

  isSplit(page: PageName): boolean {
    return this.#splits.has(page)
  }

  noteOf(page: PageName): SplitNote | undefined {
    return this.#splits.get(page)
  }

  /** The last state of a page gone from the bucket. */
  lostPage(page: PageName): Page | undefined {
    return this.#lost.get(page)
  }

  /** Like {@link keep}. @returns the differences from the state known before; `undefined` for none */
  remember(name: PageName, known: KnownPage): PageChanged | undefined {
    const { page } = known
    const past = this.#pages.get(name)?.page ?? this.#lost.get(name) ?? this.#beforeSplit(name, page)
    return this.keep(name, known) && past !== undefined ? differences(name, past, page) : undefined
  }

  /**
   * Takes over a state of a page, unless a newer state is known: answers may come out of order.
   * @returns whether the page holds records, and the state is taken over
   */
  keep(name: PageName, known: KnownPage): boolean {
    const { page } = known
    const before = this.#pages.get(name)
    this.#lastLeaf = undefined
    if (page.split !== undefined) {
      if (before !== undefined) this.#former.set(name, before.page)
      this.#pages.delete(name)
      this.#splits.set(name, page.split)
      this.#passAbove(name)
      return false
    }
    if (this.#splits.has(name)) return false
    if (before !== undefined && isOlder(known, before)) return false
    this.#lost.delete(name)
    this.#pages.set(name, known)
    this.#deepest = Math.max(this.#deepest, name.length)
    this.#passAbove(name)
    this.#forgetFormer(name)
    return true
  }

  /** The known state is still the present state. */
  confirm(page: PageName, asOf: number): void {
    const known = this.#pages.get(page)
    if (known !== undefined && known.asOf < asOf) this.#pages.set(page, { ...known, asOf })
  }

  /** The page is not in the bucket any more. @returns false if the page was not known */
  lose(page: PageName): boolean {
    const known = this.#pages.get(page)
    if (known === undefined) return false
    this.#lastLeaf = undefined
    this.#pages.delete(page)
    this.#lost.set(page, known.page)
    return true
  }

  /** The share of a new child in the parent's state before the split. */
  #beforeSplit(name: PageName, page: Page): Page | undefined {
    const above = this.#formerAbove(name)
    const former = above === undefined ? undefined : this.#former.get(above)
    if (former === undefined) return undefined
    const isHere = (key: string): boolean => pageNameOf(key, name.length) === name
    const records = PageRecords.of([...former.records].filter(([key]) => isHere(key)))
    const entries = PageEntries.of([...former.entries].filter(({ key }) => isHere(key)))
    return { ...former, life: page.life, records, entries }
  }

  #formerAbove(name: PageName): PageName | undefined {
    if (this.#former.size === 0) return undefined
    for (let depth = name.length - 1; depth >= 0; depth--) {
      if (this.#former.has(name.slice(0, depth))) return name.slice(0, depth)
    }
    return undefined
  }

  #forgetFormer(child: PageName): void {
    const above = this.#formerAbove(child)
    const depth = above === undefined ? undefined : this.#splits.get(above)?.depth
    if (above === undefined || depth === undefined) return
    const isKnown = (name: PageName): boolean => this.#pages.has(name) || this.#splits.has(name)
    if (pagesBelow(above, depth).every(isKnown)) this.#former.delete(above)
  }

  /** A page that counts proves the split of all pages above. */
  #passAbove(page: PageName): void {
    for (let depth = page.length - 1; depth >= 0; depth--) {
      const above = page.slice(0, depth)
      if (this.#splits.has(above)) return
      this.#splits.set(above, undefined)
      this.#pages.delete(above)
    }
  }
}

/** The `seq` of a page made anew begins again: then the order of the requests tells. */
function isOlder(read: KnownPage, known: KnownPage): boolean {
  return read.page.life === known.page.life ? read.page.seq < known.page.seq : read.asOf < known.asOf
}

function differences(name: PageName, past: Page, page: Page): PageChanged | undefined {
  if (past === page) return undefined
  const keys = page.records.differences(past.records)
  const entries = [...page.entries].flatMap(({ id }) => (past.entries.has(id) ? [] : [id]))
  const isAnew = page.life !== past.life
  if (keys.length + entries.length === 0 && !isAnew) return undefined
  return { page: name, keys, entries, isAnew, ...(isAnew && { before: new Map(past.records) }) }
}
