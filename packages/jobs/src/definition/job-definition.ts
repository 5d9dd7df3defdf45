import type { Calendar, DateRange, OnExcluded } from '@s3sched/cron'
import type { Backoff, OnHang } from '@s3sched/executor'
import type { IsolationKind, ResourceLimits } from '@s3sched/executor/isolated'
import type { CheckIn } from './check-in.ts'
import type { JobContext, OwnFields } from './job-context.ts'
import type { Predecessor } from './predecessor.ts'
import type { StandardSchema } from './standard-schema.ts'

/**
 * The function that a job runs. The return value (or the value of the returned promise) is kept in the history as JSON.
 * @param database - the database that the scheduler is installed in; `undefined` for a scheduler without one
 * @param context - the facts of the run: its tick, attempt, fence and the signal that asks the action to end
 * @param scheduler - the scheduler that runs the job
 */
export type JobAction<DB, S> = (
  database: DB,
  context: JobContext<OwnFields & { readonly database: DB }>,
  scheduler: S,
) => unknown

/** An action with the arguments of any kind of scheduler. */
export type AnyAction = (...args: never[]) => unknown

/** `{ every: '15m' }`, `{ every: 900_000 }`: equal steps from an anchor, so that a restart does not shift them. */
export interface EverySchedule {
  /** `'90s'`, `'1h30m'`, or ms. */
  readonly every: string | number
  /** The instant from which the steps are counted. @default the Unix epoch */
  readonly anchor?: number | Date
  /** How long after each step the tick is, `'5m'` or ms; less than the interval. @default 0 */
  readonly offset?: string | number
}

/** One of the schedules of a job. */
export type SingleSchedule = string | EverySchedule | Date

/**
 * Times without ticks: a day (`'2027-12-25'`), days (`{ from, until }`), the local times of a cron expression
 * (`'* * 25 12 *'`: each Christmas), a calendar, or the name of one of the scheduler's `calendars`.
 */
export type ScheduleExclusion = string | DateRange | Calendar

/** The most actions of a concurrency group at a time, each 1 to 100000; at least one of both. */
export interface GroupLimit {
  /** In one process. @default `fleet` */
  readonly process?: number
  /** In all processes together, counted in the bucket. @default no such limit */
  readonly fleet?: number
}

/** The definition of a job besides the action and the context. All times are ms. */
export interface JobSettings {
  /**
   * A cron expression or alias, `{ every }`, a `Date` for once, or `null` for a job without ticks, started only by
   * other jobs or by hand; or a list of schedules, whose ticks together are the ticks of the job. A `Date` in the past is
   * refused, unless the job has run.
   */
  readonly schedule: SingleSchedule | readonly SingleSchedule[] | null
  /**
   * The first instant with a tick: a `Date`, epoch ms, or the begin of a day such as `'2027-01-01'` in the job's zone.
   * @default no bound
   */
  readonly from?: Date | number | string
  /** The last instant with a tick: a `Date`, epoch ms, or the end of a day in the job's zone. @default no bound */
  readonly until?: Date | number | string
  /**
   * The most runs by ticks of the schedule; 0 for no limit. A run counts when it is claimed, whatever its end, and skipped
   * and missed ticks, retries and other runs do not count. Another schedule counts anew. @default 0
   */
  readonly maxRuns?: number
  /**
   * Pauses the job in the whole fleet after so many failed runs in a row, until somebody resumes it; 0 for never. A run
   * counts by its final outcome, after its retries: `failed`, `timeout` and `lost` add, `success` begins anew. Runs by
   * hand, on request or of a backfill don't count. At most 1000. @default 0
   */
  readonly pauseAfterFailures?: number
  /** Times without ticks, one or several. @default nothing */
  readonly exclude?: ScheduleExclusion | readonly ScheduleExclusion[]
  /**
   * What becomes of an excluded tick. `'skip'`: there is no tick. `'next-working-day'` and `'previous'`: the tick moves to
   * the same local time of the nearest later or earlier day that is neither excluded nor weekend; whole days are
   * excluded then, for schedules with at most 48 ticks a day. @default 'skip'
   */
  readonly onExcluded?: OnExcluded
  /** The place of an action given as a file. @default 'thread' */
  readonly isolate?: IsolationKind
  /** Bounds of the thread or process of an action given as a file. @default those of Node.js */
  readonly resourceLimits?: ResourceLimits
  /** A text for people, in views and on the dashboard. */
  readonly description?: string
  /** Words to find the job by in the dashboard, up to 20. @default none */
  readonly tags?: readonly string[]
  /** `false`: the job is known, and can be run by hand, but its ticks pass. @default true */
  readonly enabled?: boolean
  /** IANA name. @default the scheduler's */
  readonly timezone?: string
  /** The number of retries after the first attempt, 0 to 100. @default the scheduler's `defaultRetries` */
  readonly retries?: number
  /** The wait before a retry. @default exponential from 1 s, at most 5 min, full jitter */
  readonly backoff?: Backoff
  /** The limit of one attempt, in ms; 0 for none. @default the scheduler's `defaultTimeout` */
  readonly timeout?: number
  /**
   * The treatment of an action that goes on although its timeout and its signal told the action to end. `'continue'`:
   * retries and next ticks come, and what the action does later is dropped. `'wait'`: the job waits for the action.
   * @default 'continue'
   */
  readonly onHang?: OnHang
  /**
   * The limit of a whole run, from its tick to its end: waits, all attempts and their pauses, also in other processes, in
   * ms; 0 for none. A run over its deadline ends as `timeout`. @default 0
   */
  readonly deadline?: number
  /** -1000 to 1000: while runs wait for a slot or for their group, those with a higher priority go first. @default 0 */
  readonly priority?: number
  /** The concurrency group of the job: jobs with the same group share its places. @default none */
  readonly group?: string
  /**
   * The most actions of the group at a time, the same for all jobs of the group. A further run waits in its process, and
   * takes no slot meanwhile. A number holds in each process; `{ fleet: 2 }` holds in the whole fleet, for 2 PUTs an
   * attempt; `{ process: 2, fleet: 10 }` gives both. @default 1
   */
  readonly groupLimit?: number | GroupLimit
  /** Also runs the job once when the fleet starts, but not at every start of an instance. @default false */
  readonly runOnStart?: boolean
  /** The treatment of a tick while the run before still executes. @default 'skip' */
  readonly overlap?: 'skip' | 'queue' | 'allow' | 'cancel'
  /** The ticks to run late if no instance claimed them in time: none, the latest, or all. @default 'latest' */
  readonly catchUp?: 'none' | 'latest' | 'all'
  /** Older ticks are recorded as missed, in ms. @default 86400000 (24 h) */
  readonly catchUpWindowMs?: number
  /**
   * Each tick starts up to this many ms late, but before the next tick; the delay is computed from job and tick.
   * @default 0
   */
  readonly jitterMs?: number
  /** The job or jobs whose success, or another end, starts this job. */
  readonly after?: Predecessor | readonly Predecessor[]
  /** The treatment of a run whose process dies: only recorded, or also run once more. @default 'record' */
  readonly onLost?: 'record' | 'retry'
  /**
   * The URL of a monitor, which gets a ping at the start and at the end of each run: healthchecks.io, Cronitor, Sentry
   * Crons; or a function that gives the URL of each ping. The monitor notices a missing run, also of a dead fleet.
   * @default none
   */
  readonly checkIn?: CheckIn
}

/** The code's definition of a job. */
export interface JobDefinition<DB = unknown, S = unknown> extends JobSettings {
  /**
   * The function of the job; or the `file:` URL of a module whose default export is the function, `(database, context) =>
   * result`. A module's function runs in a thread or a process of its own, and is really ended after its timeout.
   */
  readonly action: JobAction<DB, S> | URL
  /** The job's own fields in the context of its actions. */
  readonly context?: OwnFields
  /** Checks the own fields of each run's context; the action gets the output of the schema. @default no check */
  readonly schema?: StandardSchema
}

/** The definition of a job for any kind of scheduler. */
export interface AnyJobDefinition extends JobSettings {
  readonly action: AnyAction | URL
  readonly context?: OwnFields
  readonly schema?: StandardSchema
}
