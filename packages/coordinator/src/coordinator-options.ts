import {
  boolean,
  func,
  guardLogger,
  having,
  integer,
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
  type ResolvedOptions,
} from '@s3sched/kernel'
import { processHolder, systemHost, type HostProbe, type LeasePayload } from '@s3sched/lock'

/** Times are ms. */
export interface CoordinatorOptions {
  /** Keys lie under `groups/<group>/`; 1 to 128 of `A-Z a-z 0-9 _ . -`. @default none: at the root of the store */
  readonly group?: string
  /** Who this instance is; 1 to 128 of `A-Z a-z 0-9 _ . -`. Unique in its group. @default host, pid and a random part */
  readonly workerId?: string
  /**
   * Tells this process from others, earlier ones too, that use the same worker id: the member object says it. 1 to 128 of
   * `A-Z a-z 0-9 _ . -`. @default a random one
   */
  readonly instance?: string
  /** How often the leader renews its lease and the others look at it; at least 500. @default 30000 */
  readonly heartbeatInterval?: number
  /** For how long a leader that fell silent keeps others out; at least three heartbeats. @default three heartbeats */
  readonly ttlMs?: number
  /**
   * How long instances that start where nobody leads, on a new group or after an orderly stop, wait for each other; 0 or more.
   * After a leader that fell silent its lease is waited for instead. @default 750
   */
  readonly coldStartObservationWindow?: number
  /** Campaigns at once, without waiting for others. @default false */
  readonly skipColdStart?: boolean
  /** How often an instance says that it is still there, when it does nothing; at least a heartbeat. @default 900000 */
  readonly memberRefreshInterval?: number
  /** What each renewal and the release write beside the lease, at no extra request. Plain JSON. */
  readonly payload?: () => LeasePayload
  /**
   * Is awaited by `stop()` while this instance leads, before the lease is released. It goes on being renewed meanwhile;
   * `signal` aborts if leadership is lost all the same.
   */
  readonly drain?: (signal: AbortSignal) => Promise<void>
  /** Of the application; shown in `workers()`. Up to 128 characters. */
  readonly version?: string
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** @default silent */
  readonly logger?: Logger
  /** Tells whether another process of this host lives, so that a dead leader is not waited for. @default the system's */
  readonly host?: HostProbe
}

/** Options of {@link createShardedCoordinator}. Times are ms. */
export interface ShardedCoordinatorOptions extends Omit<CoordinatorOptions, 'payload' | 'drain'> {
  /**
   * What the application knows of a shard's past where its lease is missing: the highest epoch, 0 for none, and whether anybody
   * ever led it. The next epoch is above that one. While a member is alive that is older than an election takes, somebody may lead,
   * who puts the lease back: nobody else takes its place for a ttl.
   */
  readonly past?: (shard: number) => { readonly epoch: number; readonly wasLed: boolean }
  /** How many shards there are; 1 to 64, the same for all instances. With 1 it is what a coordinator without shards is. */
  readonly shards: number
  /** What each renewal and the release of a shard's lease write beside it, at no extra request. Plain JSON. */
  readonly payload?: (shard: number) => LeasePayload
  /**
   * Is awaited before the lease of a shard that this instance leads is released: by `stop()`, and when the shard is handed
   * over to another instance. It goes on being renewed meanwhile; `signal` aborts if leadership is lost all the same.
   */
  readonly drain?: (signal: AbortSignal, shard: number) => Promise<void>
  /** How long a shard that is handed over may be drained before it is released; 0 or more. @default the ttl */
  readonly handOverTimeout?: number
}

const NAME = /^(?!\.{1,2}$)[\w.-]+$/
const NAME_EXPECTED = "a string of 1 to 128 of A-Z a-z 0-9 _ . - (not '.' or '..')"
const name: OptionField<string> = string({ max: 128, pattern: NAME, expected: NAME_EXPECTED })
const duration = (min: number, fallback: number): OptionField<number> =>
  integer({ min, max: 86_400_000, default: fallback })

const common = {
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
}

const spec = {
  ...common,
  payload: optional(func<() => LeasePayload>('a function that returns an object')),
  drain: optional(func<(signal: AbortSignal) => Promise<void>>()),
}

const shardedSpec = {
  ...common,
  shards: integer({ min: 1, max: 64, default: 1 }),
  payload: optional(func<(shard: number) => LeasePayload>('a function that returns an object')),
  drain: optional(func<(signal: AbortSignal, shard: number) => Promise<void>>()),
  handOverTimeout: optional(integer({ min: 0, max: 86_400_000 })),
  past: optional(func<(shard: number) => { readonly epoch: number; readonly wasLed: boolean }>()),
}

const relations: readonly OptionRelation<typeof common>[] = [
  ({ ttlMs, heartbeatInterval }) =>
    ttlMs !== undefined && ttlMs < 3 * heartbeatInterval
      ? `expected ttlMs to be at least three times heartbeatInterval (${3 * heartbeatInterval}), got ${ttlMs}`
      : undefined,
  ({ memberRefreshInterval, heartbeatInterval }) =>
    memberRefreshInterval < heartbeatInterval
      ? `expected memberRefreshInterval to be at least heartbeatInterval (${heartbeatInterval}), got ${memberRefreshInterval}`
      : undefined,
]

export interface ResolvedShardedOptions {
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
  readonly past: ((shard: number) => { readonly epoch: number; readonly wasLed: boolean }) | undefined
  readonly version: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly host: HostProbe
}

/** One shard. @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong */
export function resolveCoordinatorOptions(input: CoordinatorOptions): ResolvedShardedOptions {
  const { drain, payload, ...given } = resolveOptions('coordinator', spec, input, relations)
  return complete({
    ...given,
    shards: 1,
    payload: payload && (() => payload()),
    drain: drain && ((signal) => drain(signal)),
    handOverTimeout: undefined,
    past: undefined,
  })
}

/** @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong */
export function resolveShardedOptions(input: ShardedCoordinatorOptions): ResolvedShardedOptions {
  return complete(resolveOptions('coordinator', shardedSpec, input, relations))
}

function complete(given: ResolvedOptions<typeof shardedSpec>): ResolvedShardedOptions {
  const random = given.random ?? systemRandom
  const ttlMs = given.ttlMs ?? 3 * given.heartbeatInterval
  return {
    ...given,
    workerId: given.workerId ?? processHolder(random).replaceAll(/[^\w.-]/g, '_'),
    instance: given.instance ?? random.id(),
    ttlMs,
    handOverTimeout: given.handOverTimeout ?? ttlMs,
    clock: given.clock ?? systemClock,
    random,
    logger: guardLogger(given.logger ?? silentLogger),
    host: given.host ?? systemHost,
  }
}
