import type { Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { openStore, type Fields, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import { resolveShardedOptions, type ShardedCoordinatorOptions } from './coordinator-options.ts'
import type { Phase } from './election.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import type { Worker } from './member.ts'
import { StoreShards } from './store-shards.ts'

/** The events of a {@link Coordinator}, each with the shard that it is about: `undefined` where it is about none. */
export type ShardedCoordinatorEvents = {
  readonly [E in keyof CoordinatorEvents]: CoordinatorEvents[E] &
    (E extends 'error' ? { readonly shard: number | undefined } : { readonly shard: number })
}

/** One shard, as one instance sees it. The calls mean what they mean in a {@link Coordinator}. */
export interface Shard {
  /** From 0 on. */
  readonly index: number
  readonly phase: Phase | undefined
  /** Of the present leadership of this shard; `undefined` when this instance doesn't lead it. */
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

/** One instance of a group that has a leader for each of several shards, spread over the instances. */
export interface ShardedCoordinator {
  readonly workerId: string
  readonly shards: readonly Shard[]
  /**
   * Joins and takes a first look at every lease; elections go on by themselves. Trouble that may pass is waited out.
   * Starting twice is fine; so is starting again after a stop. Of several calls of `start` and `stop` the last one wins, and
   * a start that a stop overtakes resolves with that stop.
   * @throws StoreError that no retry can mend, such as `ACCESS_DENIED`
   */
  start(): Promise<void>
  /** Takes no lease from now on; what this instance leads it goes on to lead. Until the next `start`. */
  retire(): void
  /** Drains and releases what this instance leads, and leaves. Stopping twice, or what never started, is fine. */
  stop(): Promise<void>
  /** The shards that this instance leads now, as far as their leases are trusted. */
  leading(): number[]
  /** Who is there: 1 LIST, and a GET for each member that changed since the last call. */
  workers(): Promise<Worker[]>
  /** As of a {@link Coordinator}. */
  refreshMember(extra?: Fields): Promise<void>
  /**
   * Whether the own member object is written each six heartbeats from now on, and not only each `memberRefreshInterval`, so
   * that others see soon when this process dies: 1 PUT each.
   */
  showMemberOften(isOften: boolean): void
  /** When a member wrote its object last, epoch ms by the server's clock; `undefined` for one that is gone: 1 GET. */
  memberLastSeen(workerId: string): Promise<number | undefined>
  /** Gives every shard up and leaves them to others for a ttl. */
  stepDown(reason: string): Promise<void>
  on<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  once<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  off<E extends keyof ShardedCoordinatorEvents>(event: E, listener: Listener<ShardedCoordinatorEvents[E]>): this
  /** Stops, and closes the store if this coordinator opened it. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Runs each of several shards on exactly one instance, spread over those that are there.
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
