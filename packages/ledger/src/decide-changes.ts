import type { Kept } from './change.ts'
import type { Page } from './page.ts'
import { PageEdit } from './page-edit.ts'
import type { RecordCodec } from './record-codec.ts'

/**
 * A waiting change, from the view of the commit. `decide` tries the change on the page as changed so far, and returns the
 * answer for the case that the commit lands.
 */
export interface Applicable<R> {
  readonly decide: (edit: PageEdit<R>) => Verdict
}

/**
 * - `write`: the change is part of the next page
 * - `keep`: the change writes nothing: an answer as soon as the page is known to be the present page
 * - `throw`: the change, or its codec, threw
 */
export type Verdict =
  | { readonly kind: 'write'; readonly result: unknown }
  | { readonly kind: 'keep'; readonly answer: Kept }
  | { readonly kind: 'throw'; readonly error: unknown }

export interface Decided {
  /** The page to write; `undefined` where nothing is to be written. */
  readonly next: Page | undefined
  /** In the order of the changes. */
  readonly verdicts: readonly Verdict[]
}

/** Applies changes in their order, each to the result of the earlier changes. */
export function decideChanges<R>(
  page: Page,
  changes: readonly Applicable<R>[],
  { codec, nonce, writer }: { readonly codec: RecordCodec<R>; readonly nonce: string; readonly writer: string },
): Decided {
  const edit = new PageEdit(page, codec)
  const verdicts = changes.map((change) => verdictOf(change, edit))
  return { next: edit.isChanged ? edit.finish(writer, nonce) : undefined, verdicts }
}

function verdictOf<R>(change: Applicable<R>, edit: PageEdit<R>): Verdict {
  try {
    return change.decide(edit)
  } catch (error) {
    return { kind: 'throw', error }
  }
}
