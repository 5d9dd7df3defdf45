import type {
  JobCompletedEvent as CompletedRun,
  JobFailedEvent as FailedRun,
  RunEvent,
  SchedulerEvents as EngineEvents,
} from '@s3sched/engine'

import type { ResultOf } from './known-jobs.ts'

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

/** A run ended with success. */
export interface JobCompletedEvent extends CompletedRun, S3dbNames {
  /** The end of the run, by the word of s3db.js. */
  readonly status: 'success'
  /** The number of attempts after the first. */
  readonly retryCount: number
}

/** A run ended without success: its attempts failed or timed out, or it was cancelled. */
export interface JobFailedEvent extends FailedRun, S3dbNames {
  /** The error thrown by the last attempt. A thrown value that is no Error is the `cause` of a `JOB_FAILED`. */
  readonly error: Error
  /** The number of attempts after the first. */
  readonly retryCount: number
  /** The same as `attempts`. */
  readonly attempt: number
}

interface TellingEvents {
  jobStarted: JobStartedEvent
  'plg:scheduler:job-started': JobStartedEvent
  'plg:scheduler:job-start': JobStartedEvent
  jobCompleted: JobCompletedEvent
  'plg:scheduler:job-completed': JobCompletedEvent
  'plg:scheduler:job-complete': JobCompletedEvent
  jobFailed: JobFailedEvent
  'plg:scheduler:job-failed': JobFailedEvent
}

/** All events of a scheduler, for listeners. */
export type SchedulerEvents = Omit<EngineEvents, keyof TellingEvents> & TellingEvents

/**
 * An event as heard from a scheduler with known jobs: an event of a job is one of as many types as there are jobs, each
 * with its own `jobName` and `result`.
 */
export type EventOf<Jobs, E extends keyof SchedulerEvents> = SchedulerEvents[E] extends { readonly jobName: string }
  ? {
      [Name in keyof Jobs & string]: SchedulerEvents[E] & { readonly jobName: Name } & (SchedulerEvents[E] extends {
          readonly result: unknown
        }
          ? { readonly result: ResultOf<Jobs, Name> }
          : unknown)
    }[keyof Jobs & string]
  : SchedulerEvents[E]
