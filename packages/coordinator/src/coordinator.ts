import type { Listener } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import type { CoordinatorEvents } from './coordinator-events.ts'
import type { Worker } from './member.ts'
import type { Shard } from './shard.ts'

/** The patience of a stop. */
export interface StopOptions {
  /** Longest time for the release of the leases after their drain, ms > 0; a ttl at most. @default 10 seconds */
  readonly releaseWithinMs?: number
}

/**
 * An instance of a group with one leader, or with a leader for each of several shards, which are spread over the
 * instances. The calls of a {@link Shard} without an index are those of the first shard, the only one by default.
 */
export interface Coordinator extends Omit<Shard, 'index' | 'stepDown'> {
  readonly workerId: string
  readonly shards: readonly Shard[]
  /**
   * Joins and takes a first look at every lease; elections go on in the background. Retriable failures are retried. A
   * second start changes nothing, and a start after a stop is allowed. The last of several calls of `start` and `stop`
   * wins; a start that is overtaken by a stop resolves with the stop.
   * @throws StoreError that is not retriable, such as `ACCESS_DENIED`
   */
  start(): Promise<void>
  /** Takes no further lease until the next `start`, and keeps the leases held now. */
  retire(): void
  /**
   * Drains and releases the leases of this instance, and leaves. A failed release is retried, so that the next leader
   * does not have to wait for the ttl. A second stop, or a stop before any start, does nothing.
   * @throws {@link CoordinatorError} `INVALID_ARGUMENT`
   */
  stop(options?: StopOptions): Promise<void>
  /** The shards led by this instance now, with a trusted lease. */
  leading(): number[]
  /**
   * The live members: 1 LIST, and a GET for each member that changed since the last call.
   * @param atLeastMs - a member counts as live for this time after its last write, even if it promised an earlier write
   */
  workers(atLeastMs?: number): Promise<Worker[]>
  /**
   * Writes the own member object now: 1 PUT. `extra` shows in `workers()`, and makes the instance write the object
   * every heartbeat until a call without `extra`: other instances then notice within a ttl when this process dies.
   * @throws StoreError; {@link CoordinatorError} `NOT_STARTED`
   */
  refreshMember(extra?: Fields): Promise<void>
  /**
   * With `true`, the own member object is written every six heartbeats instead of every `memberRefreshInterval`, so
   * that the other instances see soon when this process dies: 1 PUT per write.
   */
  showMemberOften(isOften: boolean): void
  /**
   * Shows `notes`, plain JSON for people, in `workers()` from the next write of the own member object on; `undefined` for
   * none. No request.
   * @throws {@link CoordinatorError} `INVALID_ARGUMENT`
   */
  noteMember(notes: Fields | undefined): void
  /** Time of a member's last write, epoch ms by the server's clock; `undefined` when the member is gone: 1 GET. */
  memberLastSeen(workerId: string): Promise<number | undefined>
  /** Releases every lease of this instance and leaves the leases to the other instances for a ttl. */
  stepDown(reason: string): Promise<void>
  /** Adds a listener. @throws S3SchedError `INVALID_ARGUMENT` for an unknown event, or a listener that is no function */
  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  /** Adds a listener for the next event of this name alone. @throws as {@link on} */
  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  /** Takes a listener off. @throws S3SchedError `INVALID_ARGUMENT` for an unknown event */
  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  /** Stops, and closes the store if the coordinator opened the store. */
  [Symbol.asyncDispose](): Promise<void>
}
