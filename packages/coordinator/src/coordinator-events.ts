import type { EventNames } from '@s3sched/kernel'
import type { PreviousLease } from '@s3sched/lock'
import type { Phase } from './election.ts'

/** The leading instance. `epoch` is the lease's fence, which grows with every leadership and never goes back. */
export interface Leader {
  readonly workerId: string
  readonly epoch: number
}

/**
 * - `stopped`: by `stop()`
 * - `stepped-down`: by `stepDown()`
 * - `expired`: the lease could not be renewed in time, or the process was paused or suspended for too long
 * - `handed-over`: to an instance that asked for the shard (several shards only), or after a block of the event loop
 * - `lost`: the lease object shows a takeover or a break of the lease
 */
export type DemotionReason = 'stopped' | 'stepped-down' | 'handed-over' | 'expired' | 'lost'

/** The leadership before the present leadership, in its state at the last renewal or at the release. */
export interface PreviousLeadership {
  readonly epoch: number
  readonly holder: string
  readonly payload: PreviousLease['payload']
  /** Time of the last renewal or of the release, epoch ms by the server's clock. */
  readonly lastModified: number | undefined
  /**
   * Time of the first claim after that, epoch ms by the server's clock, where the claim's holder fell silent before its
   * first renewal.
   */
  readonly triedAt?: number | undefined
  /**
   * Time for which the other instances had to trust the lease after `lastModified`, ms; `undefined` when the record had
   * no ttl.
   */
  readonly ttlMs: number | undefined
  /** `held`: the leadership ended without a release, by a crash, a pause or a partition. */
  readonly state: 'held' | 'free'
}

/** The shard of an event, from 0; 0 with a single shard. */
interface OfShard {
  readonly shard: number
}

/** The events of a coordinator by their names, each with its payload. */
export interface CoordinatorEvents {
  /** A new leader is known. Emitted on every instance, the leader included. */
  readonly elected: Leader & OfShard
  /** The instance leads from now on. `signal` aborts when the leadership ends. */
  readonly promoted: Leader &
    OfShard & {
      readonly signal: AbortSignal
      readonly previous: PreviousLeadership | undefined
    }
  /** The instance no longer leads. */
  readonly demoted: Leader & OfShard & { readonly reason: DemotionReason }
  /**
   * The instance has looked at a lease, or begins or ceases to lead: the known payload of a different leader's lease
   * changes with this event alone. Follows the other events of the moment.
   */
  readonly seen: OfShard
  /** The lease was renewed, and the payload written. */
  readonly renewed: OfShard & { readonly epoch: number }
  /**
   * The event loop of this instance was blocked for `blockedMs`, a third of the ttl or longer, while it led. For
   * `yieldsForMs` the instance leaves leading to the others; `undefined` where no other instance could lead better.
   */
  readonly blocked: { readonly blockedMs: number; readonly yieldsForMs: number | undefined }
  /** The start has reached a phase. `duration` is the length of the phase before, ms. */
  readonly phase: OfShard & { readonly phase: Phase; readonly duration: number }
  /** A failure that is retried, or needs the attention of people. `shard` is `undefined` for an error of no single shard. */
  readonly error: { readonly error: unknown; readonly shard: number | undefined }
}

/** The names of {@link CoordinatorEvents}. */
export const COORDINATOR_EVENTS: EventNames<CoordinatorEvents> = {
  elected: true,
  promoted: true,
  demoted: true,
  seen: true,
  renewed: true,
  blocked: true,
  phase: true,
  error: true,
}
