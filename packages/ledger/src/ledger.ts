import type { Listener } from '@s3sched/kernel'
import type { Answer, Change, ChangeOptions, RecordWork } from './change.ts'
import type { LedgerEvents } from './ledger-events.ts'
import type { PageView } from './page-view.ts'
import type { Reading } from './page-edit.ts'

/**
 * Many small records in few objects of a bucket. A record is a key and a value. All changes waiting for the same page
 * go into one write, and each change gets an answer of its own.
 */
export interface Ledger<R> {
  /** The name of the ledger in the signs of commits. */
  readonly writer: string

  /**
   * Changes one record, exactly once: 1 PUT for all changes waiting for the same page, and 1 GET for an unknown page.
   * While the fate of a write is unclear the promise stays open.
   *
   * @throws `options.signal.reason`; {@link LedgerError} `CLOSED`, `INVALID_ARGUMENT`; any error of the change or the
   *   codec; StoreError when the store refuses for good. In all these cases nothing was written
   */
  change<Result = undefined, Refusal = string>(
    key: string,
    change: Change<R, Result, Refusal>,
    options?: ChangeOptions,
  ): Promise<Answer<R, Result, Refusal>>

  /** Like {@link change}, with the answer as a call. */
  submit<Result, Refusal>(key: string, work: RecordWork<R, Result, Refusal>, options?: ChangeOptions): void

  /**
   * One record: 1 GET for an unknown page, or with `isFresh`; else the record in the known page, without a request.
   * @throws StoreError
   */
  get(key: string, options?: ReadOptions): Promise<Reading<R>>

  /** All pages in turn: 1 LIST per 1,000 pages, and 1 GET for every unknown or changed page. */
  pages(): AsyncIterable<PageView<R>>

  /** The known pages, without a request. */
  knownPages(): Iterable<PageView<R>>

  /** A known page, without a request; `undefined` for an unknown page. */
  knownPage(page: string): PageView<R> | undefined

  /** The pages that could not be read at the last try, and the problem of each; no request. Their keys are not known. */
  unreadablePages(): ReadonlyMap<string, string>

  /** The page of a key, as far as known to the process. */
  pageOf(key: string): string

  /**
   * Looks whether pages have changed: 1 conditional GET per page. Changes are told by the event `changed`.
   * @param pages - names of pages; a page that is split by now stands for its children. @default all known pages
   * @returns the names of the pages that have changed
   * @throws StoreError
   */
  look(pages?: Iterable<string>): Promise<string[]>

  /** Commits the page, with or without changes: the sign of the ledger grows. */
  sign(page: string, options?: ChangeOptions): Promise<PageAnswer>

  /** Drops entries of a page by their ids, after the entries were written elsewhere. Missing entries are no error. */
  dropEntries(page: string, ids: readonly string[], options?: ChangeOptions): Promise<PageAnswer>

  /** Adds a listener. @throws S3SchedError `INVALID_ARGUMENT` for an unknown event, or a listener that is no function */
  on<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this
  /** Takes a listener off. @throws S3SchedError `INVALID_ARGUMENT` for an unknown event */
  off<E extends keyof LedgerEvents>(event: E, listener: Listener<LedgerEvents[E]>): this

  /** Lets the present changes of a page wait for no other writes; later changes may. */
  hurry(page: string): void

  /** Lets no change wait for other writes any more, and resolves when all present changes are answered. */
  drain(): Promise<void>

  /**
   * Drains, and refuses later changes. An abort of `signal` ends the wait: a change with an unclear write is answered
   * `unknown`, all other changes fail with `CLOSED`. The store stays open. Closing twice is fine.
   */
  close(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** The age of what a read may return. */
export interface ReadOptions {
  /** Reads the page again, by a conditional GET. @default false */
  readonly isFresh?: boolean | undefined
}

/** The answer to a change of a page; see {@link Answer}. */
export type PageAnswer =
  | Exclude<Answer<undefined>, { readonly outcome: 'written' | 'refused' }>
  | { readonly outcome: 'written' }
