import { S3SchedError } from '@s3sched/kernel'

/**
 * - `HELD`: somebody else holds the lock, and the time to wait is over; retriable
 * - `LOST`: trust in the lease ended while it was still needed
 * - `RELEASED`: a lease was used after its release
 * - `CLOSED`: the lock was closed before, or during, the acquire
 * - `UNDECIDED`: the store's answers don't settle who holds the lease; retriable
 * - `UNREADABLE`: the object that was to be protected holds something that isn't a fenced document
 * - `INVALID_NAME`, `INVALID_ARGUMENT`: the caller's input, refused before any request
 */
export type LockErrorCode =
  'HELD' | 'LOST' | 'RELEASED' | 'CLOSED' | 'UNDECIDED' | 'UNREADABLE' | 'INVALID_NAME' | 'INVALID_ARGUMENT'

export class LockError extends S3SchedError<LockErrorCode> {
  static override readonly kind: string = 'LockError'
}
