import { decideChanges } from './decide-changes.ts'
import { isChildBy, isDraftOf, mayReplaceDraft, noteOfSplit } from './page-split.ts'
import { fateOfTry } from './try-fate.ts'

/** The decisions of the ledger: all of the safety lies here. A test replaces each decision by a broken variant. */
export interface LedgerProtocol {
  readonly fateOfTry: typeof fateOfTry
  readonly decideChanges: typeof decideChanges
  readonly isDraftOf: typeof isDraftOf
  readonly mayReplaceDraft: typeof mayReplaceDraft
  readonly isChildBy: typeof isChildBy
  readonly noteOfSplit: typeof noteOfSplit
}

export const PROTOCOL: LedgerProtocol = {
  fateOfTry,
  decideChanges,
  isDraftOf,
  mayReplaceDraft,
  isChildBy,
  noteOfSplit,
}
