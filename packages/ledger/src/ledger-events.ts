import type { EventNames, Reading } from '@s3sched/kernel'

/** The events of a ledger. */
export interface LedgerEvents {
  /** A commit of this process has landed: one event for all changes in the commit. */
  readonly committed: PageCommitted
  /** A read brought a newer state of a page: another process has changed the page. Own commits are not told. */
  readonly changed: PageChanged
  /** The codec cannot read a record; told once for each state of the record. */
  readonly unreadable: UnreadableRecord
  /** A page of the ledger is not in the bucket any more. The next change makes the page anew. */
  readonly lost: LostPage
  /** This process has split a page. */
  readonly split: SplitPage
  /** The server asked for fewer writes, or takes more writes again. */
  readonly paced: PacedPage
  /** A request failed and is tried again. */
  readonly problem: PageProblem
}

/** The names of {@link LedgerEvents}. */
export const LEDGER_EVENTS: EventNames<LedgerEvents> = {
  committed: true,
  changed: true,
  unreadable: true,
  lost: true,
  split: true,
  paced: true,
  problem: true,
}

/** A page that this process has written. */
export interface PageCommitted {
  readonly page: string
  /** The page's `seq` after the commit. */
  readonly seq: number
  /** The number of changes in the write. */
  readonly changes: number
  /** The time just before the first put of the written bytes. */
  readonly sentAt: Reading
  /**
   * The number and the length of the entries in the page, in characters of JSON: tells when to move entries elsewhere.
   */
  readonly entries: { readonly count: number; readonly chars: number }
}

/** The changes of a page since this process knew the page last. */
export interface PageChanged {
  readonly page: string
  /** Keys of new, removed and changed records. */
  readonly keys: readonly string[]
  /** Ids of new entries. */
  readonly entries: readonly string[]
  /** True for a page made anew after a loss: records and entries known to the process may be missing. */
  readonly isAnew: boolean
  /** The JSON of the records known before the loss; only for a page made anew. */
  readonly before?: ReadonlyMap<string, string>
}

/** A record that the codec can't read. */
export interface UnreadableRecord {
  readonly page: string
  readonly key: string
  readonly problem: string
}

/** A page that this process knew, and that is gone from the bucket. */
export interface LostPage {
  readonly page: string
  /** The number of records known to the process, to be put back with the next change of the page. */
  readonly known: number
}

/** A page that was divided. */
export interface SplitPage {
  readonly page: string
  readonly into: readonly string[]
}

/** A page whose commits are spaced, because the store refuses more. */
export interface PacedPage {
  readonly page: string
  /** The least time between two commits, in ms. */
  readonly gapMs: number
}

/** An error about a page that no caller waits for. */
export interface PageProblem {
  readonly page: string
  readonly error: unknown
}
