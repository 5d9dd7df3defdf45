import type { Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import { openStore, type Fields, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import { resolveCoordinatorOptions, type CoordinatorOptions } from './coordinator-options.ts'
import type { Phase } from './election.ts'
import type { Worker } from './member.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import { StoreCoordinator } from './store-coordinator.ts'

/** One instance of a group that has one leader. */
export interface Coordinator {
  readonly workerId: string
  /** Where the start is; `ready` from then on. `undefined` before the first look at the lease. */
  readonly phase: Phase | undefined
  /** Of the present leadership; `undefined` when this instance doesn't lead. */
  readonly signal: AbortSignal | undefined
  /**
   * Joins and takes a first look at the lease; elections go on by themselves. Trouble that may pass is waited out.
   * Starting twice is fine; so is starting again after a stop. Of several calls of `start` and `stop` the last one wins, and
   * a start that a stop overtakes resolves with that stop.
   * @throws StoreError that no retry can mend, such as `ACCESS_DENIED`
   */
  start(): Promise<void>
  /** Drains and releases if this instance leads, and leaves. Stopping twice, or what never started, is fine. */
  stop(): Promise<void>
  /** True only while the lease is trusted. Asks the clocks, so it is right in a process that was just resumed, too. */
  isLeader(): boolean
  /** Who leads, as far as is known; `undefined` when nobody does. */
  leader(): Leader | undefined
  /** What the lease carried when it was seen last: the leader's last word, also after its release. */
  leaderPayload(): LeasePayload | undefined
  /** The last epoch that is known. */
  epoch(): number | undefined
  /** Who is there: 1 LIST, and a GET for each member that changed since the last call. */
  workers(): Promise<Worker[]>
  /**
   * Runs `fn` if this instance leads. `stop()` waits for it. `fn` must stop when `signal` aborts.
   * @throws what `fn` throws; {@link CoordinatorError} `LOST` when leadership ended while it ran
   */
  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>>
  /**
   * Writes the own member object now: 1 PUT. With `extra`, it shows in `workers()` and the object is written at each
   * heartbeat until this is called without, so that others notice within a ttl when this process dies.
   * @throws StoreError; {@link CoordinatorError} `NOT_STARTED`
   */
  refreshMember(extra?: Fields): Promise<void>
  /** Renews the lease, and writes the payload, now: 1 PUT. @throws {@link CoordinatorError} `NOT_LEADER`, `LOST`; StoreError */
  renewNow(): Promise<void>
  /**
   * Looks at the lease at once and not at the next heartbeat, since something hints that its holder is gone: 1 GET. A free
   * lease is then campaigned for; one that is held is waited for as ever. Does nothing while this instance leads.
   */
  lookNow(): void
  /** Gives leadership up and leaves it to others for a ttl. Does nothing when this instance doesn't lead. */
  stepDown(reason: string): Promise<void>
  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this
  /** Stops, and closes the store if this coordinator opened it. */
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
