import type { JobLedger } from './job-pages.ts'

interface Doubt {
  /** A read under way that began after the doubt; readers of the same doubt share the read. */
  reading: Promise<unknown> | undefined
}

/**
 * The pages that may have changed in the bucket. A doubt stays until a read that began after the doubt has succeeded;
 * all callers with the same doubt share one read.
 */
export class PageFreshness {
  readonly #ledger: JobLedger
  readonly #doubts = new Map<string, Doubt>()

  constructor(ledger: JobLedger) {
    this.#ledger = ledger
  }

  /** True for an unread page, and for a doubted one. */
  isStale(page: string): boolean {
    return this.#doubts.has(page) || this.#ledger.knownPage(page) === undefined
  }

  doubt(page: string): void {
    const known = this.#doubts.get(page)
    // A read under way may be older than the new doubt.
    if (known === undefined || known.reading !== undefined) this.#doubts.set(page, { reading: undefined })
  }

  /** The page is known to be as it is in the bucket. */
  prove(page: string): void {
    this.#doubts.delete(page)
  }

  /** 1 conditional GET, shared by all callers of the moment. */
  async refresh(page: string): Promise<void> {
    if (!this.#doubts.has(page)) this.#doubts.set(page, { reading: undefined })
    const doubt = this.#doubts.get(page)
    if (doubt === undefined) return
    doubt.reading ??= this.#ledger.look([page]).finally(() => (doubt.reading = undefined))
    await doubt.reading
    if (this.#doubts.get(page) === doubt) this.#doubts.delete(page)
  }

  /** Reads the pages again, doubted or not: 1 conditional GET for each. */
  async look(pages: ReadonlySet<string>): Promise<void> {
    for (const page of pages) this.doubt(page)
    await Promise.all([...pages].map((page) => this.refresh(page)))
  }

  /** Reads all pages that have changed: 1 LIST per 1,000 pages, and 1 GET for each changed page. */
  async refreshAll(): Promise<void> {
    const before = new Map(this.#doubts)
    const pages = this.#ledger.pages()[Symbol.asyncIterator]()
    // The pages are read before the first one is given out.
    await pages.next()
    await pages.return?.()
    for (const [page, doubt] of before) if (this.#doubts.get(page) === doubt) this.#doubts.delete(page)
  }
}
