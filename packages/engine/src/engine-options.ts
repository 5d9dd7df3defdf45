import type { HostProbe } from '@s3sched/lock'

/** The options of the scheduler that the engine needs, with every default filled in. All times are ms. */
export interface EngineOptions {
  /** The most actions called at a time in this process. */
  readonly maxConcurrentJobs: number
  /** `false`: runs leave no history. */
  readonly persistJobs: boolean
  /** The age after which run records are deleted. */
  readonly historyRetention: number
  /** How long the end of a run may wait for other writes before the end is written. */
  readonly recordWithin: number
  /** The interval between deletions of old run records. */
  readonly cleanupInterval: number
  /** `false`: no leader; all instances try to claim each tick. */
  readonly enableCoordinator: boolean
  /** The interval of the leader's renewals of the lease, and of the followers' reads of the lease. */
  readonly heartbeatInterval: number
  readonly coldStartObservationWindow: number
  readonly skipColdStart: boolean
  /** The number of simultaneous leaders. */
  readonly shards: number
  readonly standby: 'hot' | 'cold'
  /** This instance's name among the instances. @default host, process id and a random part */
  readonly workerId: string | undefined
  /** The longest time by which a claim precedes the tick. */
  readonly claimAhead: number
  /** The largest error of this machine's clock with which the engine claims. */
  readonly maxClockSkew: number
  /** Tells which processes of the host are alive. @default the system's */
  readonly host: HostProbe | undefined
}
