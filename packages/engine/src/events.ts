import { type EventNames, type Logger, TypedEmitter } from '@s3sched/kernel'
import type { RunStatus, Trigger } from '@s3sched/history'
import { isObserved, publishEvent } from './diagnostics.ts'

/** The common fields of the events of a run. */
export interface RunEvent {
  readonly jobName: string
  readonly runId: string
  /** The tick; for a run started by hand, the moment of the request. */
  readonly scheduledTime: Date
  readonly trigger: Trigger
  readonly workerId: string
  readonly epoch: number | undefined
}

/** The names that s3db.js has for facts of a run. */
interface S3dbNames {
  /** The same as `runId`. */
  readonly executionId: string
}

/** The first attempt of a run starts. */
export interface JobStartedEvent extends RunEvent, S3dbNames {
  /** The start of the first attempt, in epoch ms. */
  readonly startTime: number
}

/** The sums of a run that ended. */
interface EndedEvent extends RunEvent, S3dbNames {
  /** The time of all attempts and the waits between them, in ms. */
  readonly duration: number
  readonly attempts: number
  /** The number of attempts after the first. */
  readonly retryCount: number
}

/** A run ended with success. */
export interface JobCompletedEvent extends EndedEvent {
  readonly result: unknown
  /** The end of the run, by the word of s3db.js. */
  readonly status: 'success'
}

/** A run ended without success: its attempts failed or timed out, or it was cancelled. */
export interface JobFailedEvent extends EndedEvent {
  /** The error thrown by the last attempt. A thrown value that is no Error is the `cause` of a `JOB_FAILED`. */
  readonly error: Error
  readonly status: 'failed' | 'timeout' | 'cancelled'
  /** The same as `attempts`. */
  readonly attempt: number
}

/** A failed attempt that another attempt follows. */
export interface JobRetryEvent extends RunEvent {
  /** The number of the failed attempt. */
  readonly attempt: number
  readonly error: string
  /** The wait until the next attempt, in ms. */
  readonly delay: number
}

/** The shard of the event, from 0; absent with a single shard. */
export interface OfShard {
  readonly shard?: number
}

/** The events by the names used in the code. */
export interface CoreEvents {
  jobStarted: JobStartedEvent
  jobCompleted: JobCompletedEvent
  jobFailed: JobFailedEvent
  'plg:scheduler:job-retry': JobRetryEvent
  'plg:scheduler:job-timeout': RunEvent & { readonly attempt: number; readonly timeout: number }
  /**
   * This instance stops or has lost its lease, and lets go of a run that waits for its first or next attempt: the next
   * claimant goes on with the run. `attempts`: the number of attempts so far. A run before its first attempt, or
   * with its first attempt elsewhere, had no `jobStarted` here. The claimant announces the end of the run, or that the
   * run was lost.
   */
  'plg:scheduler:job-released': RunEvent & { readonly attempts: number }
  'plg:scheduler:job-skipped': { readonly jobName: string; readonly scheduledTime: Date; readonly reason: string }
  'plg:scheduler:job-missed': {
    readonly jobName: string
    readonly from: Date
    readonly to: Date
    readonly count: number
    readonly reason: string
  }
  'plg:scheduler:job-lost': {
    readonly jobName: string
    readonly runId: string
    readonly scheduledTime: Date
    readonly reason: string
  }
  /**
   * A run that was declared lost is not lost: its process was blocked. The run had not begun, and goes on (`status` is
   * `null`), or its end is in the history now, in place of the verdict.
   */
  'plg:scheduler:job-found': {
    readonly jobName: string
    readonly runId: string
    readonly scheduledTime: Date
    readonly status: RunStatus | null
  }
  /** A different instance settled the tick first. */
  'plg:scheduler:job-lock_failed': { readonly jobName: string; readonly scheduledTime: Date; readonly reason: string }
  'plg:scheduler:job-added': { readonly jobName: string }
  /** `droppedOverride`: a change made at run time ended, since the code's definition has changed. */
  'plg:scheduler:job-updated': { readonly jobName: string; readonly droppedOverride: boolean }
  /**
   * Other code has defined the job otherwise for an hour or longer, while this instance is there: another version, or
   * another deployment on the same bucket and prefix. `fields`: the fields that differ.
   */
  'plg:scheduler:job-redefined': { readonly jobName: string; readonly fields: readonly string[] }
  'plg:scheduler:job-removed': { readonly jobName: string }
  'plg:scheduler:job-enabled': { readonly jobName: string }
  'plg:scheduler:job-disabled': { readonly jobName: string }
  /** Failures in a row have paused the job (`pauseAfterFailures`). `error`: that of the last failure. */
  'plg:scheduler:job-paused': {
    readonly jobName: string
    readonly failures: number
    readonly runId: string
    readonly error: string | null
  }
  /** The job's ticks are not claimed: no present instance has the action. The leader says so, once. */
  'plg:scheduler:job-unclaimed': { readonly jobName: string }
  /**
   * No instance has defined the job for longer than its catch-up window; from now on the job's record is left alone.
   */
  'plg:scheduler:job-orphaned': { readonly jobName: string; readonly firstOpenTick: Date }
  'plg:scheduler:coordinator-elected': OfShard & { readonly workerId: string; readonly epoch: number }
  'plg:scheduler:coordinator-promoted': OfShard & { readonly workerId: string; readonly epoch: number }
  'plg:scheduler:coordinator-demoted': OfShard & {
    readonly workerId: string
    readonly epoch: number
    readonly reason: string
  }
  'plg:scheduler:coordinator-epoch-renewed': OfShard & { readonly workerId: string; readonly epoch: number }
  'plg:scheduler:coordinator-cold-start-phase-changed': OfShard & { readonly phase: string; readonly duration: number }
  /**
   * The event loop of this instance was blocked for `blockedFor` ms, a third of the lease or longer, while the instance
   * led. `yieldsFor`: the ms for which the instance leaves leading to others; `null` where it goes on, since no other
   * instance is there that does not block, too.
   */
  'plg:scheduler:leader-blocked': {
    readonly workerId: string
    readonly blockedFor: number
    readonly yieldsFor: number | null
  }
  /** This machine's clock differs by `skew` ms from the store's (positive: ahead). */
  'plg:scheduler:clock-skew': { readonly skew: number }
  /** An error that no caller awaits. Every such error is also in the log, so a listener is optional. */
  error: { readonly error: unknown; readonly jobName?: string }
}

/**
 * All events, each with its aliases: the prefixed name, and the spellings in the code of s3db.js users, with `coord:` in
 * its documents and `plg:coordinator:` in its code.
 */
const EVENTS = {
  jobStarted: ['plg:scheduler:job-started', 'plg:scheduler:job-start'],
  jobCompleted: ['plg:scheduler:job-completed', 'plg:scheduler:job-complete'],
  jobFailed: ['plg:scheduler:job-failed'],
  'plg:scheduler:job-retry': [],
  'plg:scheduler:job-timeout': [],
  'plg:scheduler:job-released': [],
  'plg:scheduler:job-skipped': [],
  'plg:scheduler:job-missed': [],
  'plg:scheduler:job-lost': [],
  'plg:scheduler:job-found': [],
  'plg:scheduler:job-lock_failed': [],
  'plg:scheduler:job-added': [],
  'plg:scheduler:job-updated': [],
  'plg:scheduler:job-redefined': [],
  'plg:scheduler:job-removed': [],
  'plg:scheduler:job-enabled': [],
  'plg:scheduler:job-disabled': [],
  'plg:scheduler:job-paused': [],
  'plg:scheduler:job-unclaimed': [],
  'plg:scheduler:job-orphaned': [],
  'plg:scheduler:coordinator-elected': ['coord:coordinator-elected'],
  'plg:scheduler:coordinator-promoted': ['coord:coordinator-promoted', 'plg:coordinator:promoted'],
  'plg:scheduler:coordinator-demoted': ['coord:coordinator-demoted', 'plg:coordinator:demoted'],
  'plg:scheduler:coordinator-epoch-renewed': ['coord:coordinator-epoch-renewed'],
  'plg:scheduler:coordinator-cold-start-phase-changed': [
    'coord:cold-start-phase-changed',
    'plg:coordinator:cold-start-phase',
  ],
  'plg:scheduler:leader-blocked': [],
  'plg:scheduler:clock-skew': [],
  error: [],
} as const

type Aliases = { [E in keyof typeof EVENTS as (typeof EVENTS)[E][number]]: CoreEvents[E] }

/** All events, for listeners. */
export type SchedulerEvents = CoreEvents & Aliases

const ALIASES: Readonly<Record<keyof CoreEvents, readonly (keyof Aliases)[]>> = EVENTS

const NAMES = Object.fromEntries(
  Object.entries(ALIASES).flatMap(([name, aliases]) => [name, ...aliases].map((each) => [each, true])),
) as EventNames<SchedulerEvents>

/** Hears each event before the listeners. Must not throw. */
export interface EventObserver {
  /** False where the event of a run of the job would be told to nobody. */
  hear(event: keyof CoreEvents, jobName: string): boolean
  /** Called before the listeners. Must not throw. */
  heard<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): void
}

/** Emits events under all names, and on the diagnostics channels. */
export class SchedulerEmitter extends TypedEmitter<SchedulerEvents> {
  readonly #scheduler: object
  readonly #observers: readonly EventObserver[]

  /** @param scheduler - for observers of several schedulers */
  constructor(logger: Pick<Logger, 'error'>, scheduler: object, observers: readonly EventObserver[]) {
    super(NAMES, (error, event) => logger.error(`a listener of '${event}' threw`, { error }))
    this.#scheduler = scheduler
    this.#observers = observers
  }

  /** Takes all listeners off one event, or off all. */
  removeAllListeners(event?: keyof SchedulerEvents): void {
    this.clear(event)
  }

  /** False where nobody hears the event, so that its payload need not be made. */
  isHeard(event: keyof CoreEvents, jobName: string): boolean {
    if (this.#observers.some((each) => each.hear(event, jobName))) return true
    if (this.listenerCount(event) > 0 || isObserved(event)) return true
    return ALIASES[event].some((alias) => this.listenerCount(alias) > 0)
  }

  /** Tells the observers, and the listeners of the event, under its further names too. */
  announce<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): void {
    for (const each of this.#observers) each.heard(event, payload)
    this.emit(event, payload as SchedulerEvents[E])
    for (const alias of ALIASES[event]) this.emit(alias, payload as SchedulerEvents[typeof alias])
    publishEvent(this.#scheduler, event, payload)
  }
}
