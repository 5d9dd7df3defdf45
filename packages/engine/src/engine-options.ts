import type { Calendar } from '@s3sched/cron'
import {
  alsoCalled,
  boolean,
  custom,
  having,
  integer,
  isObject,
  KEY_NAME,
  oneOf,
  optional,
  string,
  type OptionField,
  type OptionRelation,
  type ResolvedOptions,
} from '@s3sched/kernel'
import type { HostProbe } from '@s3sched/lock'

type Calendars = Readonly<Record<string, Calendar>>

/** The options of a scheduler that its engine heeds. All times are ms. */
export interface EngineOptions {
  /** IANA name of the zone for schedules without their own zone. @default 'UTC' */
  readonly timezone?: string
  /**
   * Calendars of days without ticks, by the names that jobs exclude: `{ italy: { timezone: 'Europe/Rome', dates:
   * ['2027-12-25'] } }`. The days become parts of the jobs' records, so that every view of the bucket knows them.
   * @default none
   */
  readonly calendars?: Readonly<Record<string, Calendar>>
  /**
   * The most actions called at a time in this process, 1 to 100000; further due runs wait for a slot. The default suits
   * actions that wait for the network. Use a lower value for actions that compute, or that need connections of a
   * smaller pool.
   * @default 100
   */
  readonly maxConcurrentJobs?: number
  /** The time limit of an attempt for jobs without their own; 0 for none. @default 300000 (5 min) */
  readonly defaultTimeout?: number
  /** The retries of jobs without their own, 0 to 100. @default 0 */
  readonly defaultRetries?: number
  /** `false`: runs leave no history, and after a crash no instance can tell whether a run had ended. @default true */
  readonly persistJobs?: boolean
  /** The age after which run records are deleted, at least a minute. @default 2592000000 (30 days) */
  readonly historyRetention?: number
  /** The interval between deletions of old run records, at least a minute. @default 86400000 (24 h) */
  readonly cleanupInterval?: number
  /** `false`: no leader; all instances try to claim each tick, and only one succeeds. @default true */
  readonly enableCoordinator?: boolean
  /** The interval at which the leader renews its lease and followers read the lease; 500 or more. @default 30000 */
  readonly heartbeatInterval?: number
  /**
   * The time for which instances wait for each other when there is no leader: at the very first start, and after an
   * orderly stop. After a silent leader the instances wait for its lease to expire instead.
   * @default 750
   */
  readonly coldStartObservationWindow?: number
  /** `true`: the first instance leads, without a wait. @default false */
  readonly skipColdStart?: boolean
  /**
   * How long the end of a run may wait for other writes, in ms: the ends of many runs then go into one write, together
   * with the next claims. A process that dies within this time leaves runs that count as lost although they ended. Ends
   * of jobs with `onLost: 'retry'`, of runs by hand, before a chained job, outside of a leader, and at a stop are written
   * at once, and so is the end of the last run under way, with all that wait, where no tick is due within this time.
   * @default 2000
   */
  readonly recordWithin?: number
  /**
   * The number of simultaneous leaders, a power of two from 1 to 64: each job belongs to a shard, chosen by its name, and
   * the shards are spread over the instances. Must be the same in all instances. More than 1 needs `enableCoordinator`.
   * @default 1
   */
  readonly shards?: number
  /**
   * `'hot'`: two followers check after each due instant that the leader has claimed the due ticks, and claim the rest,
   * so that a dead leader costs a second instead of a lease time. Hot standby adds at most 8% to the cost of the runs,
   * and 0.15 US$ a month at the default heartbeat. `'cold'`: due ticks wait for the next leader. Must be the same in
   * all instances.
   * @default 'hot'
   */
  readonly standby?: 'hot' | 'cold'
  /** This instance's name among the instances, 1 to 128 characters. @default host, process id and a random part */
  readonly workerId?: string
  /**
   * The most by which a claim may be ahead of its tick, so that the tick starts on time; at most `heartbeatInterval`.
   * @default 1000, or a smaller `heartbeatInterval`
   */
  readonly claimAhead?: number
  /** The leader steps down when its clock is off by more than this. @default 600000 (10 min) */
  readonly maxClockSkew?: number
  /** Tells which processes of this host are alive; for tests and simulations. @default the system's */
  readonly host?: HostProbe
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const CLAIM_AHEAD_MS = 1000

/** The options that are `undefined` by default. */
type Optional = 'workerId' | 'host' | 'claimAhead'

type EngineFields = {
  readonly [K in keyof EngineOptions]-?: OptionField<
    K extends Optional ? EngineOptions[K] | undefined : Exclude<EngineOptions[K], undefined>
  >
}

/** The engine's options with every default filled in. */
export type ResolvedEngineOptions = ResolvedOptions<EngineFields> & { readonly claimAhead: number }

/** The check of each option of the engine, as a part of the specification of all options. */
export const engineFields: EngineFields = alsoCalled<EngineFields>(
  {
    timezone: string({ default: 'UTC', max: 64 }),
    calendars: custom('an object of calendars by name', (value): value is Calendars => isObject(value), {}),
    maxConcurrentJobs: integer({ min: 1, max: 100_000, default: 100 }),
    defaultTimeout: integer({ min: 0, default: 5 * MINUTE_MS }),
    defaultRetries: integer({ min: 0, max: 100, default: 0 }),
    persistJobs: boolean(true),
    historyRetention: integer({ min: MINUTE_MS, default: 30 * DAY_MS }),
    cleanupInterval: integer({ min: MINUTE_MS, default: DAY_MS }),
    enableCoordinator: boolean(true),
    heartbeatInterval: integer({ min: 500, max: DAY_MS, default: 30_000 }),
    coldStartObservationWindow: integer({ min: 0, max: DAY_MS, default: 750 }),
    skipColdStart: boolean(false),
    recordWithin: integer({ min: 0, max: 300_000, default: 2000 }),
    shards: custom('a power of two from 1 to 64', isShardCount, 1),
    standby: oneOf(['hot', 'cold'], 'hot'),
    workerId: optional(
      string({ pattern: KEY_NAME, expected: "1 to 128 characters out of A-Z a-z 0-9 _ . -, not '.' or '..'" }),
    ),
    claimAhead: optional(integer({ min: 0, max: MINUTE_MS })),
    maxClockSkew: integer({ min: 1000, default: 10 * MINUTE_MS }),
    host: optional(having<HostProbe>('a host with self and look', 'self', 'look')),
  },
  // The names of other schedulers (Agenda, Bree, BullMQ, node-cron), for the advice of errors.
  {
    timezone: ['tz', 'zone'],
    maxConcurrentJobs: ['concurrency', 'defaultConcurrency'],
    defaultTimeout: ['timeout'],
    defaultRetries: ['retries', 'attempts', 'maxRetries'],
    persistJobs: ['history', 'keepHistory'],
    historyRetention: ['retention', 'removeOnComplete'],
    enableCoordinator: ['coordinator', 'leader', 'leaderElection'],
    heartbeatInterval: ['heartbeat', 'processEvery'],
    shards: ['leaders'],
    workerId: ['id', 'name', 'nodeId'],
  },
)

/** The rules between options of the engine. */
export const engineRelations: readonly OptionRelation<EngineFields>[] = [
  ({ claimAhead = 0, heartbeatInterval }) =>
    claimAhead > heartbeatInterval
      ? `expected claimAhead to be at most heartbeatInterval (${heartbeatInterval}), got ${claimAhead}`
      : undefined,
  ({ enableCoordinator, shards }) =>
    shards > 1 && !enableCoordinator
      ? `expected shards to be 1 without enableCoordinator, got ${shards}: nobody leads a shard then`
      : undefined,
]

/** The option `claimAhead`, whose default depends on another option. */
export function claimAheadOf({ claimAhead, heartbeatInterval }: ResolvedOptions<EngineFields>): number {
  return claimAhead ?? Math.min(CLAIM_AHEAD_MS, heartbeatInterval)
}

/** Pages of job records are divided by the bits of a hash, and no page has two leaders. */
function isShardCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 64 && Number.isInteger(Math.log2(value))
}
