import type { AlertRule } from '@s3sched/alerts'
import type { Calendar } from '@s3sched/cron'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { JobStartedEvent, SchedulerIsolation } from '@s3sched/engine'
import type { IsolationOptions } from '@s3sched/executor/isolated'
import type { HostProbe } from '@s3sched/lock'
import type { StoreInput } from '@s3sched/store'
import type { JobDefinition } from '@s3sched/jobs'
import type { FieldsFirstLogger } from './pick-logger.ts'

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
   * at once, and so is the end of the last run under way, with all that wait, where no tick is due within this time.
   * @default 2000
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
