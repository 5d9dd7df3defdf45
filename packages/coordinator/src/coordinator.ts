import type { Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { openStore, type Fields, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import { resolveCoordinatorOptions, type CoordinatorOptions } from './coordinator-options.ts'
import type { Phase } from './election.ts'
import type { Worker } from './member.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import { StoreCoordinator } from './store-coordinator.ts'

/** An instance of a group with a single leader. */
export interface Coordinator {
  readonly workerId: string
  /** Phase of the start; stays `ready` once reached. `undefined` before the first look at the lease. */
  readonly phase: Phase | undefined
  /** Signal of the present leadership; `undefined` when the instance does not lead. */
  readonly signal: AbortSignal | undefined
  /**
   * Joins and takes a first look at the lease; elections go on in the background. Retriable failures are retried. A
   * second start changes nothing, and a start after a stop is allowed. The last of several calls of `start` and `stop`
   * wins; a start that is overtaken by a stop resolves with the stop.
   * @throws StoreError that is not retriable, such as `ACCESS_DENIED`
   */
  start(): Promise<void>
  /**
   * Drains and releases if this instance leads, and leaves. A second stop, or a stop before any start, does nothing.
   */
  stop(): Promise<void>
  /**
   * True only while the lease is trusted. Reads the clocks, so the answer is also right in a process that was just
   * resumed.
   */
  isLeader(): boolean
  /** The known leader; `undefined` when nobody leads. */
  leader(): Leader | undefined
  /** The payload of the lease at the last look; kept after the leader's release. */
  leaderPayload(): LeasePayload | undefined
  /** The last known epoch. */
  epoch(): number | undefined
  /** The live members: 1 LIST, and a GET for each member that changed since the last call. */
  workers(): Promise<Worker[]>
  /**
   * Runs `fn` if this instance leads. `stop()` waits for `fn`, and `fn` must stop when `signal` aborts.
   * @throws what `fn` throws; {@link CoordinatorError} `LOST` when leadership ended while it ran
   */
  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>>
  /**
   * Writes the own member object now: 1 PUT. `extra` shows in `workers()`, and makes the instance write the object
   * every heartbeat until a call without `extra`: other instances then notice within a ttl when this process dies.
   * @throws StoreError; {@link CoordinatorError} `NOT_STARTED`
   */
  refreshMember(extra?: Fields): Promise<void>
  /** Renews the lease, and writes the payload, now: 1 PUT. @throws {@link CoordinatorError} `NOT_LEADER`, `LOST`; StoreError */
  renewNow(): Promise<void>
  /**
   * Looks at the lease at once instead of at the next heartbeat, because of a hint that its holder is gone: 1 GET. A
   * campaign for a free lease follows; a held lease is waited for as usual. Does nothing while this instance leads.
   */
  lookNow(): void
  /**
   * Releases the lease and leaves it to the other instances for a ttl. Does nothing when this instance does not lead.
   */
  stepDown(reason: string): Promise<void>
  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  /** Stops, and closes the store if the coordinator opened the store. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * @param storeOrConnection - a store, a connection string such as `s3://bucket/prefix`, or an S3 client with a bucket
 * @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong; StoreError `INVALID_CONNECTION`
 * @example
 * const coordinator = createCoordinator('s3://bucket/my-app')
 * coordinator.on('promoted', ({ signal }) => consume(queue, signal))
 * await coordinator.start()
 */
export function createCoordinator(
  storeOrConnection: ObjectStore | string | S3ClientConnection,
  options: CoordinatorOptions = {},
): Coordinator {
  const resolved = resolveCoordinatorOptions(options)
  const { clock, random, logger } = resolved
  const store = openStore(storeOrConnection, { clock, random, logger })
  return new StoreCoordinator(store, store !== storeOrConnection, resolved)
}
