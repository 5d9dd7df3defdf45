import type { PreviousLease } from '@s3sched/lock'
import type { Phase } from './election.ts'

/** Who leads. `epoch` is the lease's fence: it grows with each leadership, for ever. */
export interface Leader {
  readonly workerId: string
  readonly epoch: number
}

/**
 * - `stopped`: by `stop()`
 * - `stepped-down`: by `stepDown()`
 * - `expired`: the lease could not be renewed in time, or this process was paused or suspended for too long
 * - `handed-over`: to an instance that asked for this shard, of several
 * - `lost`: the lease's object shows that somebody else took or broke it
 */
export type DemotionReason = 'stopped' | 'stepped-down' | 'handed-over' | 'expired' | 'lost'

/** The leadership before this one, as it was when it was last renewed or released. */
export interface PreviousLeadership {
  readonly epoch: number
  readonly holder: string
  readonly payload: PreviousLease['payload']
  /** Of its last renewal or its release, epoch ms by the server's clock. */
  readonly lastModified: number | undefined
  /** For how long others had to believe in it after that, in ms; `undefined` when it did not say. */
  readonly ttlMs: number | undefined
  /** `held`: it ended without a release, by a crash, a pause or a partition. */
  readonly state: 'held' | 'free'
}

export interface CoordinatorEvents {
  /** A new leader is known; on every instance, the leader's own included. */
  readonly elected: Leader
  /** This instance leads from now on. `signal` aborts when that ends. */
  readonly promoted: Leader & {
    readonly signal: AbortSignal
    readonly previous: PreviousLeadership | undefined
  }
  /** This instance does not lead any more. */
  readonly demoted: Leader & { readonly reason: DemotionReason }
  /** The lease was renewed, and the payload written. */
  readonly renewed: { readonly epoch: number }
  /** The start has reached a phase; `duration` is how long the one before took, ms. */
  readonly phase: { readonly phase: Phase; readonly duration: number }
  /** Something failed that is tried again, or that people should know. */
  readonly error: { readonly error: unknown }
}
