import type { AlertRule } from '@s3sched/alerts'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { EngineOptions, JobStartedEvent, SchedulerIsolation } from '@s3sched/engine'
import type { IsolationOptions } from '@s3sched/executor/isolated'
import type { StoreInput } from '@s3sched/store'
import type { JobDefinition } from '@s3sched/jobs'
import type { FieldsFirstLogger } from './pick-logger.ts'

/** A run that starts, for `onJobStart`. */
export type StartedRun<DB = unknown> = JobStartedEvent & { readonly database: DB }

/** The options of every scheduler. All times are ms. */
export interface CommonOptions extends EngineOptions {
  /** `false`: `start()` does nothing at all. @default true */
  readonly enabled?: boolean
  /**
   * The store of all state: a connection string, `{ client, bucket, prefix }`, or an ObjectStore.
   * @default the database in which the scheduler is installed; else the variable `S3SCHED_STORE`; else the folder
   * `.s3sched`
   */
  readonly store?: StoreInput
  /** The prefix of all keys; empty, or ending in a slash. @default 's3sched/' */
  readonly prefix?: string
  /**
   * SIGINT and SIGTERM stop the scheduler, then end the process as without the scheduler. If the application also listens
   * for these signals, the application decides when the process ends. `false`: the signals are left alone.
   * @default true
   */
  readonly handleSignals?: boolean
  /**
   * The time for which open runs may go on after a signal or a `stop()`, before they are told to end, in ms. A stop may
   * take 5 s more for the store: with the default, less than the 30 s after which Kubernetes kills.
   * @default 20000
   */
  readonly stopTimeout?: number
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
