export type {
  Answer,
  Change,
  ChangeOptions,
  ChangeView,
  CommitMark,
  Decision,
  Entry,
  Extras,
  RecordWork,
} from './change.ts'
export { LedgerError, type LedgerErrorCode } from './ledger-error.ts'
export type {
  LedgerEvents,
  LostPage,
  PacedPage,
  PageChanged,
  PageCommitted,
  PageProblem,
  SplitPage,
  UnreadableRecord,
} from './ledger-events.ts'
export type { LedgerOptions } from './ledger-options.ts'
export { createLedger, plainCodec, type LedgerDeps } from './create-ledger.ts'
export type { Ledger, PageAnswer, ReadOptions } from './ledger.ts'
export type { Reading } from './page-edit.ts'
export type { PageView } from './page-view.ts'
export type { PageEntry } from './page-entries.ts'
export type { DecodedRecord, RecordCodec } from './record-codec.ts'
