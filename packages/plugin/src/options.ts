import { type Calendar, parseSchedule } from '@s3sched/cron'
import {
  boolean,
  custom,
  func,
  having,
  integer,
  KEY_NAME,
  oneOf,
  optional,
  resolveOptions,
  string,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import type { IsolationOptions } from '@s3sched/executor/isolated'
import { systemHost, type HostProbe } from '@s3sched/lock'
import type { StoreInput } from '@s3sched/store'
import { type AnyJobDefinition, checkCalendars, inScheduler, type JobDefinition, Mistakes } from '@s3sched/jobs'
import { type AlertRule, resolveRules } from './alerts/alert-rules.ts'
import type { SchedulerIsolation } from './isolated-jobs.ts'
import type { FieldsFirstLogger } from './pick-logger.ts'
import type { JobStartedEvent } from './scheduler-events.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const CLAIM_AHEAD_MS = 1000
export const DEFAULT_PREFIX = 's3sched/'

/** A run that starts, for `onJobStart`. */
export type StartedRun<DB = unknown> = JobStartedEvent & { readonly database: DB }

/** The options of every scheduler. All times are ms. */
export interface CommonOptions {
  /** `false`: `start()` does nothing at all. @default true */
  readonly enabled?: boolean
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
   * at once. @default 2000
   */
  readonly recordWithin?: number
  /**
   * The number of simultaneous leaders, a power of two from 1 to 64: each job belongs to a shard, chosen by its name, and the shards are
   * spread over the instances. Must be the same in all instances. More than 1 needs `enableCoordinator`.
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
  /**
   * The store of all state: a connection string, `{ client, bucket, prefix }`, or an ObjectStore.
   * @default the database in which the scheduler is installed; else the variable `S3SCHED_STORE`; else the folder
   * `.s3sched`
   */
  readonly store?: StoreInput
  /** The prefix of all keys; empty, or ending in a slash. @default 's3sched/' */
  readonly prefix?: string
  /** This instance's name among the instances, 1 to 128 characters. @default host, process id and a random part */
  readonly workerId?: string
  /**
   * The most by which a claim may be ahead of its tick, so that the tick starts on time; at most `heartbeatInterval`.
   * @default 1000, or a smaller `heartbeatInterval`
   */
  readonly claimAhead?: number
  /** The leader steps down when its clock is off by more than this. @default 600000 (10 min) */
  readonly maxClockSkew?: number
  /**
   * SIGINT and SIGTERM stop the scheduler (20 s for open runs), then end the process as without the scheduler. If the
   * application also listens for these signals, the application decides when the process ends. `false`: the signals are
   * left alone.
   * @default true
   */
  readonly handleSignals?: boolean
  /**
   * Fits `console`, winston, and loggers that take the fields first, as pino.
   * @default warnings and errors to the console
   */
  readonly logger?: Logger | FieldsFirstLogger
  /**
   * Told by the leader for the whole fleet, each alert once, also over a failover: failures, recoveries, missed ticks and
   * more, to webhooks, Slack and functions. Give all instances the same. @default none
   */
  readonly alerts?: readonly AlertRule[]
  /** Called after a success. `runJob` awaits this function and the next. Errors of both are logged. */
  readonly onJobComplete?: ((jobName: string, result: unknown, duration: number) => unknown) | null
  /** Called after a run without success, with the error of its last attempt and the number of attempts. */
  readonly onJobError?: ((jobName: string, error: Error, attempts: number) => unknown) | null
  /** For tests and simulations. @default the system clock */
  readonly clock?: Clock
  /** For tests and simulations. @default the system's randomness */
  readonly random?: Random
  /** Tells which processes of this host are alive; for tests and simulations. @default the system's */
  readonly host?: HostProbe
}

/** Options of a scheduler in a database. All times are ms. */
export interface SchedulerOptions<DB = unknown, S = unknown> extends CommonOptions {
  /** The jobs by name. More jobs can be added at run time. @default none */
  readonly jobs?: Readonly<Record<string, JobDefinition<DB, S>>>
  /** The threads and processes for actions given as files: their number, their grace, and their database. */
  readonly isolation?: SchedulerIsolation
  /**
   * Called when a run's first attempt starts, with the run and the database. `runJob` awaits the function, and its errors
   * are logged.
   */
  readonly onJobStart?: ((jobName: string, context: StartedRun<DB>) => unknown) | null
}

/** Options of a scheduler without a database, but for its jobs. All times are ms. */
export interface CreateSchedulerOptions extends CommonOptions {
  /** The threads and processes for actions given as files: their number and their grace. */
  readonly isolation?: IsolationOptions
  /** Called when a run's first attempt starts, with the run. `runJob` awaits the function, and its errors are logged. */
  readonly onJobStart?: ((jobName: string, run: JobStartedEvent) => unknown) | null
}

type Defaulted =
  | 'jobs'
  | 'enabled'
  | 'timezone'
  | 'calendars'
  | 'maxConcurrentJobs'
  | 'defaultTimeout'
  | 'defaultRetries'
  | 'persistJobs'
  | 'historyRetention'
  | 'cleanupInterval'
  | 'enableCoordinator'
  | 'heartbeatInterval'
  | 'coldStartObservationWindow'
  | 'skipColdStart'
  | 'recordWithin'
  | 'shards'
  | 'standby'
  | 'prefix'
  | 'claimAhead'
  | 'maxClockSkew'
  | 'handleSignals'
  | 'alerts'
  | 'host'

/**
 * The options with every default filled in; `undefined` for options without a default. The jobs are left out: very many
 * jobs would stay in memory without a use.
 */
export type ResolvedSchedulerOptions = Required<Pick<SchedulerOptions, Exclude<Defaulted, 'jobs'>>> & {
  readonly [K in Exclude<keyof SchedulerOptions, Defaulted>]: SchedulerOptions[K] | undefined
}

const spec = {
  jobs: custom<Readonly<Record<string, unknown>>>(
    'an object of jobs by name',
    (value): value is Readonly<Record<string, unknown>> =>
      typeof value === 'object' && value !== null && !Array.isArray(value),
    {},
  ),
  enabled: boolean(true),
  timezone: string({ default: 'UTC', max: 64 }),
  calendars: custom<Readonly<Record<string, Calendar>>>(
    'an object of calendars by name',
    (value): value is Readonly<Record<string, Calendar>> =>
      typeof value === 'object' && value !== null && !Array.isArray(value),
    {},
  ),
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
  store: optional(
    custom<StoreInput>(
      'a connection string, { client, bucket } or an ObjectStore',
      (value): value is StoreInput => typeof value === 'string' || (typeof value === 'object' && value !== null),
    ),
  ),
  prefix: string({ min: 0, max: 512, default: DEFAULT_PREFIX }),
  isolation: optional(
    custom<SchedulerIsolation>(
      'an object',
      (value): value is SchedulerIsolation => typeof value === 'object' && value !== null,
    ),
  ),
  workerId: optional(
    string({
      pattern: KEY_NAME,
      expected: "1 to 128 characters out of A-Z a-z 0-9 _ . -, not '.' or '..'",
    }),
  ),
  claimAhead: optional(integer({ min: 0, max: MINUTE_MS })),
  maxClockSkew: integer({ min: 1000, default: 10 * MINUTE_MS }),
  handleSignals: boolean(true),
  alerts: custom<readonly AlertRule[]>('a list', (value): value is readonly AlertRule[] => Array.isArray(value), []),
  logger: optional(
    having<Logger | FieldsFirstLogger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error'),
  ),
  onJobStart: optional(func<(jobName: string, context: StartedRun) => unknown>()),
  onJobComplete: optional(func<(jobName: string, result: unknown, duration: number) => unknown>()),
  onJobError: optional(func<(jobName: string, error: Error, attempts: number) => unknown>()),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
  host: optional(having<HostProbe>('a host with self and look', 'self', 'look')),
}

/**
 * Checks the options of the scheduler and fills in the defaults.
 * @param name - the name of the constructor, for messages
 * @throws SchedulerError `INVALID_OPTIONS`, naming every mistake
 */
export function resolveSchedulerOptions(input: unknown, name: string): ResolvedSchedulerOptions {
  const mistakes = new Mistakes()
  const resolved = mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolve(input, name)))
  // A wrong zone is refused even if no job uses the zone yet.
  const timezone: unknown = (input as SchedulerOptions | null | undefined)?.timezone
  if (spec.timezone.accepts(timezone)) {
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => parseSchedule('@daily', { timezone })))
  }
  if (resolved !== undefined)
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolveRules(resolved.alerts)))
  if (resolved !== undefined) mistakes.collect(() => checkCalendars(resolved.calendars))
  mistakes.throwIfAny()
  if (resolved === undefined) throw new TypeError('the options were refused without a reason')
  return resolved
}

function resolve(input: unknown, name: string): ResolvedSchedulerOptions {
  const resolved = resolveOptions(name, spec, input, [
    ({ claimAhead = 0, heartbeatInterval }) =>
      claimAhead > heartbeatInterval
        ? `expected claimAhead to be at most heartbeatInterval (${heartbeatInterval}), got ${claimAhead}`
        : undefined,
    ({ enableCoordinator, shards }) =>
      shards > 1 && !enableCoordinator
        ? `expected shards to be 1 without enableCoordinator, got ${shards}: nobody leads a shard then`
        : undefined,
    ({ prefix }) =>
      prefix === '' || prefix.endsWith('/') ? undefined : `expected prefix to end with a slash, got '${prefix}'`,
  ])
  const { claimAhead = Math.min(CLAIM_AHEAD_MS, resolved.heartbeatInterval), host = systemHost } = resolved
  const { jobs: _, ...others } = resolved
  return Object.freeze({ ...others, claimAhead, host })
}

/** Pages of job records are divided by the bits of a hash, and no page has two leaders. */
function isShardCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 64 && Number.isInteger(Math.log2(value))
}

/** The jobs of possibly wrong options; no jobs where `jobs` is not an object of jobs. */
export function jobsOf(options: unknown): Readonly<Record<string, AnyJobDefinition>> {
  const jobs: unknown = (options as { readonly jobs?: unknown } | null)?.jobs
  return spec.jobs.accepts(jobs) ? (jobs as Readonly<Record<string, AnyJobDefinition>>) : {}
}
