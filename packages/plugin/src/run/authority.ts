import type { EndedRun } from './run-service.ts'

/**
 * On whose behalf something is claimed: a leader acts while its lease is trusted, a member (a run started by hand on a
 * follower, or any instance without a coordinator) until it stops.
 */
export interface Authority {
  readonly role: 'leader' | 'member'
  /** The leader's epoch. */
  readonly epoch: number | null
  /** Of how many shards the leader leads one. @default 1 */
  readonly shards?: number
  /** Is told of each run that begins on it. Must not throw. */
  readonly onRun?: (ended: Promise<EndedRun>) => void
  /** Aborts when the authority ends. */
  readonly signal: AbortSignal
  /** Asked before each side effect: the signal may be late when the event loop was blocked. */
  isTrusted(): boolean
}
