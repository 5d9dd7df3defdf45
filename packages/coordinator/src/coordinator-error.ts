import { S3SchedError } from '@s3sched/kernel'

/**
 * - `NOT_LEADER`: only the leader can do that, and this instance isn't
 * - `LOST`: leadership ended while it was still needed
 * - `DUPLICATE_WORKER_ID`: another process uses the same worker id. Both work; people and lists can't tell them apart
 * - `NOT_STARTED`: the coordinator isn't running
 * - `UNREADABLE_LEASE`: the lease's object holds no lease, so nobody can lead until somebody repairs it
 * - `DRAIN_FAILED`: the application's drain threw; the lease was released all the same
 */
export type CoordinatorErrorCode =
  'NOT_LEADER' | 'LOST' | 'DUPLICATE_WORKER_ID' | 'NOT_STARTED' | 'UNREADABLE_LEASE' | 'DRAIN_FAILED'

export class CoordinatorError extends S3SchedError<CoordinatorErrorCode> {
  static override readonly kind: string = 'CoordinatorError'
}
