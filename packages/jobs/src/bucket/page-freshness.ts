import type { Clock } from '@s3sched/kernel'
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
  readonly #clock: Clock
  readonly #doubts = new Map<string, Doubt>()
  /** By the monotonic clock. */
  readonly #knownAt = new Map<string, number>()

  constructor(ledger: JobLedger, clock: Clock) {
    this.#ledger = ledger
    this.#clock = clock
  }

  /** The last instant at which the page certainly was as it is known here, by the monotonic clock. */
  knownAt(page: string): number {
    return this.#knownAt.get(page) ?? -Infinity
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

  /** A landed write proves that the page was as known when the write was sent. @param at - by the monotonic clock */
  prove(page: string, at: number): void {
    this.#doubts.delete(page)
    this.#known(page, at)
  }

  #known(page: string, at: number): void {
    this.#knownAt.set(page, Math.max(at, this.knownAt(page)))
  }

  /** 1 conditional GET, shared by all callers of the moment. */
  async refresh(page: string): Promise<void> {
    if (!this.#doubts.has(page)) this.#doubts.set(page, { reading: undefined })
    const doubt = this.#doubts.get(page)
    if (doubt === undefined) return
    doubt.reading ??= this.#read(page).finally(() => (doubt.reading = undefined))
    await doubt.reading
    if (this.#doubts.get(page) === doubt) this.#doubts.delete(page)
  }

  async #read(page: string): Promise<void> {
    const askedAt = this.#clock.monotonic()
    await this.#ledger.look([page])
    this.#known(page, askedAt)
  }

  /** Reads the pages again, doubted or not: 1 conditional GET for each. */
  async look(pages: ReadonlySet<string>): Promise<void> {
    for (const page of pages) this.doubt(page)
    await Promise.all([...pages].map((page) => this.refresh(page)))
  }

  /** Reads all pages that have changed: 1 LIST per 1,000 pages, and 1 GET for each changed page. */
  async refreshAll(): Promise<void> {
    const before = new Map(this.#doubts)
    const askedAt = this.#clock.monotonic()
    const pages = this.#ledger.pages()[Symbol.asyncIterator]()
    // The pages are read before the first one is given out.
    await pages.next()
    await pages.return?.()
    for (const [page, doubt] of before) if (this.#doubts.get(page) === doubt) this.#doubts.delete(page)
    for (const { name } of this.#ledger.knownPages()) this.#known(name, askedAt)
  }
}
