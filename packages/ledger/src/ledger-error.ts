import { S3SchedError } from '@s3sched/kernel'

/**
 * - `WENT_BACK`: a page in the bucket is older than a state that was there
 * - `CLOSED`: the ledger was closed before the change was tried
 * - `UNDECIDED`: the cause of an answer `unknown`, where the page itself no longer tells
 * - `INVALID_ARGUMENT`: the caller's input, refused before any request
 */
export type LedgerErrorCode = 'WENT_BACK' | 'CLOSED' | 'UNDECIDED' | 'INVALID_ARGUMENT'

/** An error of a ledger; its `code` tells the kind. */
export class LedgerError extends S3SchedError<LedgerErrorCode> {
  static override readonly kind: string = 'LedgerError'
}
