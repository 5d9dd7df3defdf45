/**
 * Decides the next state of a page from its present state and the waiting changes: the group commit, as a pure
 * function.
 *
 * The shell (`page-committer.ts`) takes the waiting changes of one page, asks, writes the decided page in one
 * conditional write (`page-writer.ts`), and answers each change.
 *
 * **Authority.** Each writer may decide, on any page that it has read. A decision is only a proposal: the write
 * replaces exactly the version that the decision began with, so of two writers with the same version only one succeeds.
 * The other writer reads the newer page and decides all its changes anew. A change is therefore a pure function, may be
 * asked several times, and only the decision that landed counts.
 *
 * **States of a change.** *Waiting*: not decided, and may be withdrawn. *Carried*: decided, with a verdict for the case
 * that the commit lands. *Answered*: once, and never again. A carried change goes back to the waiting changes, in the
 * old order, when the write certainly did not land, when the page must be split first, or when the read page was too
 * old for a verdict without a write.
 *
 * **Order.** The changes apply in the order of their waiting, each to the result of the earlier changes. The changes of
 * a commit land together or not at all.
 *
 * **Trust.** The page may be old. A landed write proves that the page was the present page, so the verdicts `keep` of
 * the same commit hold, too. Where nothing is to be written, no write proves anything: a verdict `keep` is answered
 * only when the page was read after the call of the change. The next page carries the sign of its writer (the nonce of
 * the commit), so that the fate of an unclear write can be read from the page (`try-fate.ts`).
 *
 * **Failures.** A change that throws fails alone, at once, and leaves no trace on the page: an edit takes a change as a
 * whole or not at all. The same holds for a record that its codec can't write, or that is too large for a page. A
 * record that can't be read is kept as it is, and its change is answered `unreadable`, unless the change may overwrite
 * such a record. A write refused by the store for good fails all carried changes; a write with an undecidable fate
 * answers all of them with `unknown`.
 */
import type { Kept } from './change.ts'
import type { Page } from './page.ts'
import { PageEdit } from './page-edit.ts'
import type { RecordCodec } from './record-codec.ts'
import type { UnreadableRecords } from './unreadable-records.ts'

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

export interface DecisionMeans<R> {
  readonly codec: RecordCodec<R>
  /** The nonce of the next page. */
  readonly nonce: string
  readonly unreadable?: Pick<UnreadableRecords, 'problemOf'>
  readonly writer: string
}

/** Applies changes in their order, each to the result of the earlier changes. */
export function decideChanges<R>(
  page: Page,
  changes: readonly Applicable<R>[],
  { codec, nonce, unreadable, writer }: DecisionMeans<R>,
): Decided {
  const edit = new PageEdit(page, codec, unreadable)
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
