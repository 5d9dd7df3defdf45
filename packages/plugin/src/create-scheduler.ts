import type { JobContext, JobSettings, RunFacts, StandardSchema } from '@s3sched/jobs'
import type { AnyJobs, DefaultsBeside, GivenFields, KnownJob } from './known-jobs.ts'
import type { CreateSchedulerOptions } from './options.ts'
import { type ContextAction, Scheduler } from './scheduler.ts'

/*
 * The compiler infers the jobs of an object of jobs by four types, each with the names of the jobs as its keys, and each
 * in a mapped type of its own: a mapped type lets the compiler infer one type only. The parameter of an action gets its
 * type from `JobsByFields` alone; `JobsByResult` adds nothing to that type, by its parameter of type `never`.
 */

type JobsByFields<Fields, Defaults> = {
  readonly [Name in keyof Fields]: JobSettings & {
    /**
     * The function of the job, `(context, scheduler) => result`; or the `file:` URL of a module whose default export is
     * `(context) => result`. A module's function runs in a thread or a process of its own, and is really ended after its
     * timeout.
     */
    readonly action:
      | ContextAction<RunFacts & Fields[Name] & DefaultsBeside<Fields[Name], Defaults[Name & keyof Defaults]>, unknown>
      | URL
    /** Checks the own fields of each run's context; the action gets the output of the schema. @default no check */
    readonly schema?: StandardSchema<unknown, Fields[Name]>
  }
}

type JobsByInput<Inputs> = {
  readonly [Name in keyof Inputs]: { readonly schema?: StandardSchema<Inputs[Name], unknown> }
}

type JobsByDefaults<Defaults> = {
  readonly [Name in keyof Defaults]: {
    /** The job's own fields in the context of its actions. */
    readonly context?: Defaults[Name]
  }
}

type JobsByResult<Results> = {
  readonly [Name in keyof Results]: { readonly action: ContextAction<never, Results[Name]> | URL }
}

/** The jobs of a scheduler without a database, by the types that the compiler infers. */
export interface JobsOption<Inputs, Fields, Defaults, Results> {
  /** The jobs by name. More jobs can be added at run time. @default none */
  readonly jobs?: JobsByFields<Fields, Defaults> &
    JobsByInput<Inputs> &
    JobsByDefaults<Defaults> &
    JobsByResult<Results>
}

/** The jobs of the options by name; any names for options without jobs. */
export type InferredJobs<Inputs, Fields, Defaults, Results> = [keyof Fields] extends [never]
  ? AnyJobs
  : {
      readonly [Name in keyof Fields & string]: KnownJob<
        GivenFields<Inputs[Name & keyof Inputs], Fields[Name], Defaults[Name & keyof Defaults]>,
        Awaited<Results[Name & keyof Results]>
      >
    }

/**
 * A cron scheduler for any number of instances of an application, with a bucket as its only infrastructure. Makes no
 * request before `start()`.
 *
 * Each tick of each job starts at most once in the whole fleet, and no tick is lost without a trace: a tick ran, or the
 * history has a record of it as skipped, missed or lost. The README lists the guarantees and non-guarantees.
 *
 * @throws {@link SchedulerError} naming every mistake in the options and the jobs
 * @example
 * const scheduler = createScheduler({
 *   store: 's3://bucket',
 *   jobs: { report: { schedule: '0 8 * * *', action: ({ scheduledTime }) => send(scheduledTime) } },
 * })
 * await scheduler.start()
 */
export function createScheduler<Inputs, Fields, Defaults, Results>(
  options: CreateSchedulerOptions & JobsOption<Inputs, Fields, Defaults, Results> = {},
): Scheduler<InferredJobs<Inputs, Fields, Defaults, Results>> {
  return new Scheduler(options, {
    name: 'createScheduler',
    shape: '(context, scheduler) => result',
    withDatabase: false,
    database: () => undefined,
    call: (action, context, scheduler) =>
      (action as ContextAction<JobContext, unknown>)(context, scheduler as Scheduler),
  })
}
