import { S3SchedError } from '@s3sched/kernel'

/**
 * - `HELD`: another holder has the lock, and the time to wait is over; retriable
 * - `LOST`: trust in the lease ended while still needed
 * - `RELEASED`: a lease was used after its release
 * - `CLOSED`: the lock was closed before, or during, the acquire
 * - `UNDECIDED`: the store's answers do not settle who holds the lease; retriable
 * - `UNREADABLE`: the object to be protected does not hold a fenced document
 * - `INVALID_NAME`, `INVALID_ARGUMENT`: the caller's input, refused before any request
 */
export type LockErrorCode =
  | 'HELD'
  | 'LOST'
  | 'RELEASED'
  | 'CLOSED'
  | 'UNDECIDED'
  | 'UNREADABLE'
  | 'INVALID_NAME'
  | 'INVALID_ARGUMENT'

/** An error of a lock; its `code` tells the kind. */
export class LockError extends S3SchedError<LockErrorCode> {
  static override readonly kind: string = 'LockError'
}
