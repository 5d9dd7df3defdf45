import type { Listener } from '@s3sched/kernel'
import type { Answer, Change, ChangeOptions } from './change.ts'
import type { LedgerEvents } from './ledger-events.ts'
import type { PageView } from './page-view.ts'
import type { Reading } from './page-edit.ts'

/**
 * Many small records in few objects of a bucket. A record is a key and a value. All changes that wait for the same page
 * go into one write, and each gets an answer of its own.
 */
export interface Ledger<R> {
  /** The name under which this ledger signs its commits. */
  readonly writer: string

  /**
   * Changes one record, exactly once: 1 PUT for all changes that wait for the same page, and 1 GET for a page that is not
   * known yet. While the fate of a write is unclear the promise stays open.
   *
   * @throws `options.signal.reason`; {@link LedgerError} `CLOSED`, `INVALID_ARGUMENT`; what the change or its codec throws;
   *   StoreError when the store refuses for good. In all these cases nothing was written
   */
  change<Result = undefined, Refusal = string>(
    key: string,
    change: Change<R, Result, Refusal>,
    options?: ChangeOptions,
  ): Promise<Answer<R, Result, Refusal>>

  /**
   * One record: 1 GET where the page is not known, or with `isFresh`; else the page as this process knows it, without a
   * request.
   * @throws StoreError
   */
  get(key: string, options?: ReadOptions): Promise<Reading<R>>

  /** All pages, one by one: 1 LIST per 1,000 pages, and 1 GET for each that is not known or has changed. */
  pages(): AsyncIterable<PageView<R>>

  /** The pages as this process knows them, without a request. */
  knownPages(): Iterable<PageView<R>>

  /** A page as this process knows it, without a request; `undefined` for an unknown page. */
  knownPage(page: string): PageView<R> | undefined

  /** The page of a key, as far as this process knows. */
  pageOf(key: string): string

  /**
   * Looks whether pages have changed: 1 conditional GET each. Changes are told by the event `changed`.
   * @param pages - names of pages; a page that is split by now stands for its children. @default all known pages
   * @returns the names of the pages that have changed
   * @throws StoreError
   */
  look(pages?: Iterable<string>): Promise<string[]>

  /** Commits the page, with or without changes, so that the sign of this ledger grows. */
  sign(page: string, options?: ChangeOptions): Promise<PageAnswer>

  /** Drops entries of a page by their ids, after they were written elsewhere. Entries that are gone are no error. */
  dropEntries(page: string, ids: readonly string[], options?: ChangeOptions): Promise<PageAnswer>

  on<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this
  off<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this

  /** Lets no change wait for company any more, and resolves when all present changes are answered. */
  drain(): Promise<void>

  /**
   * Drains, and refuses later changes. With `signal`, its abort ends the wait: a change whose write is unclear is answered
   * `unknown`, and the others fail with `CLOSED`. The store stays open. Closing twice is fine.
   */
  close(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface ReadOptions {
  /** Reads the page again, by a conditional GET. @default false */
  readonly isFresh?: boolean | undefined
}

/** The answer to a change of a page; see {@link Answer}. */
export type PageAnswer =
  Exclude<Answer<undefined>, { readonly outcome: 'written' | 'refused' }> | { readonly outcome: 'written' }
