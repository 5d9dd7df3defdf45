import type { Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { openStore, type Fields, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import { resolveShardedOptions, type ShardedCoordinatorOptions } from './coordinator-options.ts'
import type { Phase } from './election.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import type { Worker } from './member.ts'
import { StoreShards } from './store-shards.ts'

/** The events of a {@link Coordinator} with their shard; `shard` is `undefined` for an error of no single shard. */
export type ShardedCoordinatorEvents = {
  readonly [E in keyof CoordinatorEvents]: CoordinatorEvents[E] &
    (E extends 'error' ? { readonly shard: number | undefined } : { readonly shard: number })
}

/** A shard, as seen by an instance. See {@link Coordinator} for the methods. */
export interface Shard {
  /** Counts from 0. */
  readonly index: number
  readonly phase: Phase | undefined
  /** Signal of the present leadership of this shard; `undefined` when the instance does not lead the shard. */
  readonly signal: AbortSignal | undefined
  isLeader(): boolean
  leader(): Leader | undefined
  leaderPayload(): LeasePayload | undefined
  epoch(): number | undefined
  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>>
  renewNow(): Promise<void>
  lookNow(): void
  stepDown(reason: string): Promise<void>
}

/** An instance of a group with a leader for each of several shards. The leaders are spread over the instances. */
export interface ShardedCoordinator {
  readonly workerId: string
  readonly shards: readonly Shard[]
  /**
   * Joins and takes a first look at every lease; elections go on in the background. Retriable failures are retried. A
   * second start changes nothing, and a start after a stop is allowed. The last of several calls of `start` and `stop`
   * wins; a start that is overtaken by a stop resolves with the stop.
   * @throws StoreError that is not retriable, such as `ACCESS_DENIED`
   */
  start(): Promise<void>
  /** Takes no further lease until the next `start`, and keeps the shards led now. */
  retire(): void
  /**
   * Drains and releases the shards of this instance, and leaves. A second stop, or a stop before any start, does
   * nothing.
   */
  stop(): Promise<void>
  /** The shards led by this instance now, with a trusted lease. */
  leading(): number[]
  /**
   * The live members: 1 LIST, and a GET for each member that changed since the last call.
   * @param atLeastMs - a member counts as live for this time after its last write, even if it promised an earlier write
   */
  workers(atLeastMs?: number): Promise<Worker[]>
  /** See {@link Coordinator.refreshMember}. */
  refreshMember(extra?: Fields): Promise<void>
  /**
   * With `true`, the own member object is written every six heartbeats instead of every `memberRefreshInterval`, so
   * that the other instances see soon when this process dies: 1 PUT per write.
   */
  showMemberOften(isOften: boolean): void
  /** Time of a member's last write, epoch ms by the server's clock; `undefined` when the member is gone: 1 GET. */
  memberLastSeen(workerId: string): Promise<number | undefined>
  /** Releases every shard and leaves the shards to the other instances for a ttl. */
  stepDown(reason: string): Promise<void>
  on<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  once<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  off<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  /** Stops, and closes the store if the coordinator opened the store. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Runs each of several shards on exactly one instance, spread over the live instances.
 * @param storeOrConnection - a store, a connection string such as `s3://bucket/prefix`, or an S3 client with a bucket
 * @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong; StoreError `INVALID_CONNECTION`
 * @example
 * const coordinator = createShardedCoordinator('s3://bucket/my-app', { shards: 8 })
 * coordinator.on('promoted', ({ shard, signal }) => consume(partitions[shard], signal))
 * await coordinator.start()
 */
export function createShardedCoordinator(
  storeOrConnection: ObjectStore | string | S3ClientConnection,
  options: ShardedCoordinatorOptions,
): ShardedCoordinator {
  const resolved = resolveShardedOptions(options)
  const { clock, random, logger } = resolved
  const store = openStore(storeOrConnection, { clock, random, logger })
  return new StoreShards(store, store !== storeOrConnection, resolved)
}
