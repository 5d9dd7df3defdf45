import type { EndedRun } from './ended-run.ts'

/**
 * The right to claim: a leader's lasts while its lease is trusted, a member's (a run by hand on a follower, or any
 * instance without a coordinator) until the member stops.
 */
export interface Authority {
  readonly role: 'leader' | 'member'
  /** The leader's epoch. */
  readonly epoch: number | null
  /** The number of shards; the leader leads one shard. @default 1 */
  readonly shards?: number
  /** Called for every run beginning on this authority. Must not throw. */
  readonly onRun?: (ended: Promise<EndedRun>) => void
  /** Aborts when the authority ends. */
  readonly signal: AbortSignal
  /** Asked before each side effect: the signal may be late when the event loop was blocked. */
  isTrusted(): boolean
}
