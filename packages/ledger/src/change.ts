/**
 * A change of one record: a pure function from the record to its next state. A change may be asked several times, each
 * time on a newer page, and only the last decision counts. So a change must have no side effects.
 *
 * @param record - the present record, `undefined` for none; not to be modified
 */
export type Change<R, Result = undefined, Refusal = string> = (
  record: R | undefined,
  view: ChangeView,
) => Decision<R, Result, Refusal>

/**
 * A change with its answer as a call, for callers with thousands of changes at an instant: an object without a promise.
 */
export interface RecordWork<R, Result = undefined, Refusal = string> {
  /** See {@link Change}. */
  decide(record: R | undefined, view: ChangeView): Decision<R, Result, Refusal>
  /** One of both is called, once, for the failures of {@link Ledger.change} with the error. Must not throw. */
  answered(answer: Answer<R, Result, Refusal>): void
  /** Called where the write failed, with the error. */
  failed(error: unknown): void
}

/** The rest of the page, as far as visible to a change. */
export interface ChangeView {
  readonly key: string
  /**
   * The `seq` of the page after the last commit of a writer: the number grows with every commit of the writer.
   * `undefined` for a writer without a recent commit.
   */
  signOf(writer: string): number | undefined
  /** True while the page still has the entry. */
  hasEntry(id: string): boolean
}

/**
 * - `write`: the record's next state, and entries to append
 * - `remove`: no record any more, and entries to append
 * - `refuse`: nothing is written, and the caller is told the reason
 */
export type Decision<R, Result = undefined, Refusal = string> =
  | ({ readonly do: 'write'; readonly record: R } & Extras<Result>)
  | ({ readonly do: 'remove' } & Extras<Result>)
  | { readonly do: 'refuse'; readonly reason: Refusal }

/** The parts of a written change besides the record. */
export type Extras<Result> = {
  /** Appended to the page in the same write. An entry whose id the page already has is not appended again. */
  readonly entries?: readonly Entry[] | undefined
} & (undefined extends Result ? { readonly result?: Result } : { readonly result: Result })

/** An appended entry. */
export interface Entry {
  /** Unique within the ledger; at least one character. */
  readonly id: string
  /** Plain JSON, opaque to the ledger, and without line breaks. */
  readonly text: string
}

/**
 * The answer to a change.
 *
 * - `written`: the change is in the bucket, exactly once
 * - `refused`: the change itself refused to write, on the present page
 * - `unreadable`: the record, or its whole page, cannot be read, and was left as it is
 * - `unknown`: the change may be in the bucket or not, and no read can show which. **Nothing may start on such an
 *   answer.** The answer is rare: the page was deleted, or the ledger was closed, in the middle of a write
 */
export type Answer<R, Result = undefined, Refusal = string> =
  | {
      readonly outcome: 'written'
      /** The record as written; `undefined` once removed. */
      readonly record: R | undefined
      /** The record's JSON; a later change of the same commit may have replaced it. `undefined` once removed. */
      readonly text: string | undefined
      readonly result: Result
      readonly commit: CommitMark
    }
  | { readonly outcome: 'refused'; readonly reason: Refusal }
  | { readonly outcome: 'unreadable'; readonly problem: string }
  | { readonly outcome: 'unknown'; readonly cause: unknown }

/** An answer to an unwritten change. */
export type Kept = Exclude<Answer<never, never, unknown>, { readonly outcome: 'written' }>

/** The commit with a change. */
export interface CommitMark {
  /** The name of the page: the lowest bits of the hash of the keys, the lowest first; empty for the first page. */
  readonly page: string
  /** The page's `seq` after the commit. */
  readonly seq: number
  /** The server's clock at the answer, epoch ms, where the server gives a time. */
  readonly serverTime: number | undefined
  /** The number of changes in the same write. */
  readonly changes: number
}

/** The patience of a change. */
export interface ChangeOptions {
  /**
   * The longest time that the change may wait for other changes, in ms. 0 is urgent. A patient change goes along with
   * any earlier commit of the page. @default 0
   */
  readonly withinMs?: number | undefined
  /**
   * Withdraws a waiting change: the call throws `signal.reason`. During a write with the change, the signal has no
   * effect before the fate of the write is known.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * An unreadable record counts as no record, and is overwritten. Without the option such a change is answered
   * `unreadable`. @default false
   */
  readonly overwriteUnreadable?: boolean | undefined
}
