import type {
  AnyJobDefinition,
  AnyJobs,
  ContextAction as ActionOf,
  ContextJob,
  GivenFields,
  InferredContextJob,
  KnownJob,
  OwnFields,
} from '@s3sched/jobs'
import { SchedulerCore } from './scheduler-core.ts'

/** An action of a scheduler without a database, `(context, scheduler) => result`. */
export type ContextAction<Context, Result> = ActionOf<Context, Result, Scheduler>

/**
 * A job of a scheduler without a database. All times are ms.
 * @typeParam Fields - the own fields of the context, as the action gets them
 */
export type SchedulerJob<Fields = OwnFields, Result = unknown> = ContextJob<Fields, Result, Scheduler>

/** A job, by the types that the compiler infers. */
export type InferredJob<Input, Fields, Defaults, Result> = InferredContextJob<
  Input,
  Fields,
  Defaults,
  Result,
  Scheduler
>

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
