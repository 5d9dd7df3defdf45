import type { AnyJobDefinition, JobContext, JobSettings, OwnFields, RunFacts, StandardSchema } from '@s3sched/jobs'
import type { AnyJobs, DefaultsBeside, GivenFields, KnownJob } from './known-jobs.ts'
import { SchedulerCore } from './scheduler-core.ts'

/** An action of a scheduler without a database. */
export interface ContextAction<Context, Result> {
  /**
   * The function that a job runs. The return value (or the value of the returned promise) is kept in the history as JSON.
   * @param context - the facts of the run (its tick, attempt, fence, signal, log and progress) and the job's own fields
   * @param scheduler - the scheduler that runs the job
   */
  (context: Context, scheduler: Scheduler): Result
  /** Never there: keeps actions apart from the URLs of actions, so that the compiler infers both. */
  readonly href?: undefined
}

/**
 * A job of a scheduler without a database. All times are ms.
 * @typeParam Fields - the own fields of the context, as the action gets them
 */
export interface SchedulerJob<Fields = OwnFields, Result = unknown> extends JobSettings {
  /**
   * The function of the job; or the `file:` URL of a module whose default export is the function, `(context) => result`. A
   * module's function runs in a thread or a process of its own, and is really ended after its timeout.
   */
  readonly action: ContextAction<JobContext<Fields>, Result> | URL
  /** The job's own fields in the context of its actions. */
  readonly context?: OwnFields
  /** Checks the own fields of each run's context; the action gets the output of the schema. @default no check */
  readonly schema?: StandardSchema<unknown, Fields>
}

/** A job, by the types that the compiler infers. */
export interface InferredJob<Input, Fields, Defaults, Result> extends JobSettings {
  readonly action: ContextAction<RunFacts & Fields & DefaultsBeside<Fields, Defaults>, Result> | URL
  readonly context?: Defaults
  readonly schema?: StandardSchema<Input, Fields>
}

/**
 * A cron scheduler for any number of instances of an application, with a bucket as its only infrastructure. Made by
 * `createScheduler`.
 * @typeParam Jobs - the jobs that the compiler knows; any names by default
 */
export class Scheduler<Jobs = AnyJobs> extends SchedulerCore<Jobs> {
  /**
   * Adds a job. Rejects with `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @returns this scheduler, with the job among those that the compiler knows
   * @throws at once when the definition is wrong or the name is taken
   */
  addJob<const Name extends string, Input, Fields, Defaults, Result>(
    name: Name,
    definition: InferredJob<Input, Fields, Defaults, Result>,
  ): Promise<
    Scheduler<Jobs & { readonly [Added in Name]: KnownJob<GivenFields<Input, Fields, Defaults>, Awaited<Result>> }>
  > {
    return this.addDefinition(name, definition as AnyJobDefinition).then(() => this as object as Scheduler<never>)
  }

  /**
   * Changes a job beside its definition in the code; the change holds until the code's definition changes. Rejects with
   * `INVALID_SCHEDULE` for a `Date` that is past, unless the job has run.
   * @throws at once when no such job exists, or the changed job would be invalid
   */
  updateJob(name: keyof Jobs & string, changes: Partial<SchedulerJob>): Promise<void> {
    return this.updateDefinition(name, changes)
  }
}
