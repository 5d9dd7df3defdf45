import { parseSchedule } from '@s3sched/cron'
import {
  boolean,
  custom,
  func,
  having,
  integer,
  oneOf,
  optional,
  resolveOptions,
  string,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import { systemHost, type HostProbe } from '@s3sched/lock'
import type { ObjectStore, S3ClientConnection } from '@s3sched/store'
import type { JobDefinition } from './job/job-definition.ts'
import { Mistakes } from './mistakes.ts'
import type { FieldsFirstLogger } from './pick-logger.ts'
import { inScheduler } from './wrap-error.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const CLAIM_AHEAD_MS = 1000

/** Where a store is: a connection string, an S3 client with its bucket, or a store that is open. */
export type StoreInput = string | S3ClientConnection | ObjectStore

/** Options of the scheduler. All times are ms. */
export interface SchedulerOptions<DB = unknown, S = unknown> {
  /** The jobs by name. More can be added at run time. @default none */
  readonly jobs?: Readonly<Record<string, JobDefinition<DB, S>>>
  /** `false`: `start()` does nothing at all. @default true */
  readonly enabled?: boolean
  /** IANA name of the zone of schedules that name none. @default 'UTC' */
  readonly timezone?: string
  /**
   * How many actions are called at a time in this process, 1 to 100000; what is due besides waits for a slot. The default is for
   * actions that wait for the network; give less where they compute, or need connections of a smaller pool. @default 100
   */
  readonly maxConcurrentJobs?: number
  /** Bound of one attempt for jobs that name none; 0 for none. @default 300000 (5 min) */
  readonly defaultTimeout?: number
  /** Retries of jobs that name none, 0 to 100. @default 0 */
  readonly defaultRetries?: number
  /** `false`: runs leave no history, and after a crash nobody can tell whether a run had ended. @default true */
  readonly persistJobs?: boolean
  /** Run records older than this are deleted, at least a minute. @default 2592000000 (30 days) */
  readonly historyRetention?: number
  /** How often old run records are looked for, at least a minute. @default 86400000 (24 h) */
  readonly cleanupInterval?: number
  /** `false`: no leader; each instance tries to claim each tick, and one of them succeeds. @default true */
  readonly enableCoordinator?: boolean
  /** The leader renews its lease, and followers look at it, this often; 500 or more. @default 30000 */
  readonly heartbeatInterval?: number
  /**
   * How long instances wait for each other when nobody leads, at the first start of all and after an orderly stop. After a leader that
   * fell silent its lease is waited for instead. @default 750
   */
  readonly coldStartObservationWindow?: number
  /** `true`: who comes first leads, without a wait. @default false */
  readonly skipColdStart?: boolean
  /**
   * How many leaders there are at once, 1 to 64: each job belongs to one of so many shards by its name, and the shards are
   * spread over the instances. The same in all instances. More than 1 needs `enableCoordinator`. @default 1
   */
  readonly shards?: number
  /**
   * `'hot'`: two followers look after each due instant whether the leader has claimed what is due, and claim what it has
   * not, so that a leader that dies costs a second and not a lease. It adds at most 8% to what the runs cost, and 0.15 US$ a month at the default heartbeat. `'cold'`: due
   * ticks wait for the next leader. The same in all instances. @default 'hot'
   */
  readonly standby?: 'hot' | 'cold'
  /**
   * Where everything is kept: a connection string, `{ client, bucket, prefix }`, or an ObjectStore.
   * @default the database it is installed in; else the variable `S3SCHED_STORE`; else the folder `.s3sched`
   */
  readonly store?: StoreInput
  /** Everything lies below this prefix; empty, or ending in a slash. @default 's3sched/' */
  readonly prefix?: string
  /** This instance's name among the others, 1 to 128 characters. @default host, process id and chance */
  readonly workerId?: string
  /**
   * Up to so many jobs, the record of each is read at a start, so that views know their last runs at once. With more, those that are found to
   * be as the code defines them are read when they are due, or by `refresh()`. @default 1000
   */
  readonly jobsReadAtStart?: number
  /**
   * How long before its instant a tick may be claimed, so that it starts on time; at most `heartbeatInterval`.
   * @default 1000, or `heartbeatInterval` where that is less
   */
  readonly claimAhead?: number
  /** The leader steps down when its clock is found to be off by more than this. @default 600000 (10 min) */
  readonly maxClockSkew?: number
  /**
   * SIGINT and SIGTERM stop the scheduler (20 s for what runs) and then end the process as they would have. Where the application listens for them too, it
   * decides when the process ends. `false`: they are left alone. @default true
   */
  readonly handleSignals?: boolean
  /** `console` and winston fit, and what takes the fields first, as pino. @default warnings and errors to the console */
  readonly logger?: Logger | FieldsFirstLogger
  /** Called when a run's first attempt starts. What it throws is logged. */
  readonly onJobStart?: (jobName: string, context: Readonly<Record<string, unknown>>) => unknown
  readonly onJobComplete?: (jobName: string, result: unknown, duration: number) => unknown
  readonly onJobError?: (jobName: string, error: unknown, attempts: number) => unknown
  /** For tests and simulations. @default the system's */
  readonly clock?: Clock
  /** For tests and simulations. @default the system's */
  readonly random?: Random
  /** Tells which processes of this host live; for tests and simulations. @default the system's */
  readonly host?: HostProbe
}

type Defaulted =
  | 'jobs'
  | 'enabled'
  | 'timezone'
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
  | 'shards'
  | 'standby'
  | 'prefix'
  | 'jobsReadAtStart'
  | 'claimAhead'
  | 'maxClockSkew'
  | 'handleSignals'
  | 'host'

/** The options with every default filled in; what has none is `undefined`. Without the jobs: nobody needs the object of very many. */
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
  shards: integer({ min: 1, max: 64, default: 1 }),
  standby: oneOf(['hot', 'cold'], 'hot'),
  store: optional(
    custom<StoreInput>(
      'a connection string, { client, bucket } or an ObjectStore',
      (value): value is StoreInput => typeof value === 'string' || (typeof value === 'object' && value !== null),
    ),
  ),
  prefix: string({ min: 0, max: 512, default: 's3sched/' }),
  workerId: optional(
    string({
      pattern: /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,128}$/,
      expected: "1 to 128 characters out of A-Z a-z 0-9 _ . -, not '.' or '..'",
    }),
  ),
  jobsReadAtStart: integer({ min: 0, default: 1000 }),
  claimAhead: optional(integer({ min: 0, max: MINUTE_MS })),
  maxClockSkew: integer({ min: 1000, default: 10 * MINUTE_MS }),
  handleSignals: boolean(true),
  logger: optional(
    having<Logger | FieldsFirstLogger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error'),
  ),
  onJobStart: optional(func<(jobName: string, context: Readonly<Record<string, unknown>>) => unknown>()),
  onJobComplete: optional(func<(jobName: string, result: unknown, duration: number) => unknown>()),
  onJobError: optional(func<(jobName: string, error: unknown, attempts: number) => unknown>()),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
  host: optional(having<HostProbe>('a host with self and look', 'self', 'look')),
}

/**
 * Checks the options of the scheduler and fills in the defaults.
 * @throws SchedulerError `INVALID_OPTIONS`, naming everything that is wrong
 */
export function resolveSchedulerOptions(input: unknown): ResolvedSchedulerOptions {
  const mistakes = new Mistakes()
  const resolved = mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolve(input)))
  // A wrong zone is refused even where no job uses it yet.
  const timezone: unknown = (input as SchedulerOptions | null | undefined)?.timezone
  if (spec.timezone.accepts(timezone)) {
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => parseSchedule('@daily', { timezone })))
  }
  mistakes.throwIfAny()
  if (resolved === undefined) throw new TypeError('the options were refused without a reason')
  return resolved
}

function resolve(input: unknown): ResolvedSchedulerOptions {
  const resolved = resolveOptions('SchedulerPlugin', spec, input, [
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

/** The jobs of options that may be wrong; none where they are no object of jobs. */
export function jobsOf<DB, S>(options: SchedulerOptions<DB, S>): NonNullable<SchedulerOptions<DB, S>['jobs']> {
  const jobs = (options as SchedulerOptions<DB, S> | null)?.jobs
  return spec.jobs.accepts(jobs) ? jobs : {}
}
