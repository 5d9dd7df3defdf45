import {
  boolean,
  func,
  guardLogger,
  having,
  integer,
  KEY_NAME,
  optional,
  resolveOptions,
  silentLogger,
  string,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type OptionField,
  type OptionRelation,
  type Random,
} from '@s3sched/kernel'
import { systemHost, type HostProbe, type LeasePayload } from '@s3sched/lock'
import { newWorkerId } from './worker-id.ts'

/** Times are ms. */
export interface CoordinatorOptions {
  /** Keys lie under `groups/<group>/`; 1 to 128 of `A-Z a-z 0-9 _ . -`. @default none: at the root of the store */
  readonly group?: string
  /**
   * Name of this instance; 1 to 128 of `A-Z a-z 0-9 _ . -`. Unique in its group. @default host, pid and a random part
   */
  readonly workerId?: string
  /**
   * Distinguishes this process from other and earlier processes with the same worker id; written to the member object.
   * 1 to 128 of `A-Z a-z 0-9 _ . -`. @default a random id
   */
  readonly instance?: string
  /** Interval at which the leader renews its lease and the followers look at the lease; at least 500. @default 30000 */
  readonly heartbeatInterval?: number
  /**
   * Time for which a silent leader keeps the other instances out; at least three heartbeats. @default three heartbeats
   */
  readonly ttlMs?: number
  /**
   * Time for which instances wait for each other at a start without a leader, on a new group or after an orderly stop;
   * 0 or more. After a crash of the leader, the instances wait for the end of its lease instead. @default 750
   */
  readonly coldStartObservationWindow?: number
  /** Campaigns at once, without waiting for other instances. @default false */
  readonly skipColdStart?: boolean
  /** Interval at which an idle instance writes its member object; at least a heartbeat. @default 900000 */
  readonly memberRefreshInterval?: number
  /**
   * Number of shards, each with a leader; 1 to 64, the same on all instances. The leaders are spread over the
   * instances. @default 1
   */
  readonly shards?: number
  /** Plain JSON that every renewal and the release of a shard's lease write to the lease, at no extra request. */
  readonly payload?: (shard: number) => LeasePayload
  /**
   * Awaited before the lease of a shard is released: in `stop()`, and when the shard is handed over to another
   * instance. The lease is renewed meanwhile; `signal` aborts if the leadership is lost all the same.
   */
  readonly drain?: (signal: AbortSignal, shard: number) => Promise<void>
  /** Longest drain of a shard that is handed over, before its release; 0 or more. @default the ttl */
  readonly handOverTimeout?: number
  /**
   * The application's knowledge of a shard whose lease is missing: its highest epoch (0 for none), and whether the
   * shard ever had a leader. The next epoch is above `epoch`. When `wasLed` is true, a live member with an uptime
   * longer than an election may be the leader and write the lease again: nobody claims the lease for a ttl.
   */
  readonly past?: (shard: number) => ShardPast
  /** Version of the application, shown in `workers()`. Up to 128 characters. */
  readonly version?: string
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** @default silent */
  readonly logger?: Logger
  /**
   * Tells whether a process of the same host is alive, so that nobody waits for a dead leader. @default the system's
   */
  readonly host?: HostProbe
}

/** Evidence of earlier leaders of a shard. */
export interface ShardPast {
  readonly epoch: number
  readonly wasLed: boolean
}

const NAME_EXPECTED = "a string of 1 to 128 of A-Z a-z 0-9 _ . - (not '.' or '..')"
const name: OptionField<string> = string({ max: 128, pattern: KEY_NAME, expected: NAME_EXPECTED })
const duration = (min: number, fallback: number): OptionField<number> =>
  integer({ min, max: 86_400_000, default: fallback })

const spec = {
  group: optional(name),
  workerId: optional(name),
  instance: optional(name),
  heartbeatInterval: duration(500, 30_000),
  ttlMs: optional(integer({ min: 1500, max: 86_400_000 })),
  coldStartObservationWindow: duration(0, 750),
  skipColdStart: boolean(false),
  memberRefreshInterval: duration(500, 900_000),
  version: optional(string({ max: 128 })),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a Random', 'float', 'id')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
  host: optional(having<HostProbe>('a HostProbe', 'self', 'look')),
  shards: integer({ min: 1, max: 64, default: 1 }),
  payload: optional(func<(shard: number) => LeasePayload>('a function that returns an object')),
  drain: optional(func<(signal: AbortSignal, shard: number) => Promise<void>>()),
  handOverTimeout: optional(integer({ min: 0, max: 86_400_000 })),
  past: optional(func<(shard: number) => ShardPast>()),
}

const relations: readonly OptionRelation<typeof spec>[] = [
  ({ ttlMs, heartbeatInterval }) =>
    ttlMs !== undefined && ttlMs < 3 * heartbeatInterval
      ? `expected ttlMs to be at least three times heartbeatInterval (${3 * heartbeatInterval}), got ${ttlMs}`
      : undefined,
  ({ memberRefreshInterval, heartbeatInterval }) =>
    memberRefreshInterval < heartbeatInterval
      ? `expected memberRefreshInterval to be at least heartbeatInterval (${heartbeatInterval}), got ${memberRefreshInterval}`
      : undefined,
]

export interface ResolvedCoordinatorOptions {
  readonly group: string | undefined
  readonly workerId: string
  readonly instance: string
  readonly heartbeatInterval: number
  readonly ttlMs: number
  readonly coldStartObservationWindow: number
  readonly skipColdStart: boolean
  readonly memberRefreshInterval: number
  readonly shards: number
  readonly payload: ((shard: number) => LeasePayload) | undefined
  readonly drain: ((signal: AbortSignal, shard: number) => Promise<void>) | undefined
  readonly handOverTimeout: number
  readonly past: ((shard: number) => ShardPast) | undefined
  readonly version: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly host: HostProbe
}

/** @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong */
export function resolveCoordinatorOptions(input: CoordinatorOptions): ResolvedCoordinatorOptions {
  const given = resolveOptions('coordinator', spec, input, relations)
  const random = given.random ?? systemRandom
  const ttlMs = given.ttlMs ?? 3 * given.heartbeatInterval
  return {
    ...given,
    workerId: given.workerId ?? newWorkerId(random),
    instance: given.instance ?? random.id(),
    ttlMs,
    handOverTimeout: given.handOverTimeout ?? ttlMs,
    clock: given.clock ?? systemClock,
    random,
    logger: guardLogger(given.logger ?? silentLogger),
    host: given.host ?? systemHost,
  }
}
