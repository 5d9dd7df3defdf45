import { S3SchedError } from '@s3sched/kernel'

/**
 * - `NOT_LEADER`: the call needs the leader, and the instance does not lead
 * - `LOST`: leadership ended while still needed
 * - `DUPLICATE_WORKER_ID`: a second process uses the same worker id. Both work, but people and lists cannot tell the
 *   two apart
 * - `NOT_STARTED`: the coordinator is not running
 * - `UNREADABLE_LEASE`: the lease object holds no lease; no instance can lead until a person repairs the object
 * - `INVALID_ARGUMENT`: the caller's input, refused before any request
 * - `DRAIN_FAILED`: the application's drain threw; the lease was released all the same
 */
export type CoordinatorErrorCode =
  | 'NOT_LEADER'
  | 'LOST'
  | 'DUPLICATE_WORKER_ID'
  | 'NOT_STARTED'
  | 'UNREADABLE_LEASE'
  | 'INVALID_ARGUMENT'
  | 'DRAIN_FAILED'

/** An error of a coordinator; its `code` tells the kind. */
export class CoordinatorError extends S3SchedError<CoordinatorErrorCode> {
  static override readonly kind: string = 'CoordinatorError'
}
