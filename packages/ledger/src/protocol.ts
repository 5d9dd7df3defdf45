import { decideChanges } from './decide-changes.ts'
import { isChildBy, isDraftOf, mayReplaceDraft, noteOfSplit } from './page-split.ts'
import { fateOfTry } from './try-fate.ts'

/** The decisions of the ledger, which hold all of its safety. A test puts a broken one in the place of each. */
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
