/** The definition of a job whose action gets the context of its run as the first argument, and the types inferred from it. */
import type { JobContext, OwnFields, RunFacts } from './job-context.ts'
import type { JobSettings } from './job-definition.ts'
import type { AnyJobs, DefaultsBeside, GivenFields, KnownJob } from './known-job.ts'
import type { StandardSchema } from './standard-schema.ts'

/** An action with the context of the run first. */
export interface ContextAction<Context, Result, S> {
  /**
   * The function that a job runs. The return value (or the value of the returned promise) is kept in the history as JSON.
   * @param context - the facts of the run (its tick, attempt, fence, signal, log and progress) and the job's own fields
   * @param scheduler - the scheduler that runs the job
   */
  (context: Context, scheduler: S): Result
  /** Never there: keeps actions apart from the URLs of actions, so that the compiler infers both. */
  readonly href?: undefined
}

/**
 * A job whose action gets the context first. All times are ms.
 * @typeParam Fields - the own fields of the context, as the action gets them
 */
export interface ContextJob<Fields, Result, S> extends JobSettings {
  /**
   * The function of the job; or the `file:` URL of a module whose default export is the function, `(context) => result`. A
   * module's function runs in a thread or a process of its own, and is really ended after its timeout.
   */
  readonly action: ContextAction<JobContext<Fields>, Result, S> | URL
  /** The job's own fields in the context of its actions. */
  readonly context?: OwnFields
  /** Checks the own fields of each run's context; the action gets the output of the schema. @default no check */
  readonly schema?: StandardSchema<unknown, Fields>
}

/** A job, by the types that the compiler infers. */
export interface InferredContextJob<Input, Fields, Defaults, Result, S> extends JobSettings {
  readonly action: ContextAction<RunFacts & Fields & DefaultsBeside<Fields, Defaults>, Result, S> | URL
  readonly context?: Defaults
  readonly schema?: StandardSchema<Input, Fields>
}

/*
 * The compiler infers the jobs of an object of jobs by four types, each with the names of the jobs as its keys, and each
 * in a mapped type of its own: a mapped type lets the compiler infer one type only. The parameter of an action gets its
 * type from `JobsByFields` alone; `JobsByResult` adds nothing to that type, by its parameter of type `never`.
 */

type JobsByFields<Fields, Defaults, S> = {
  readonly [Name in keyof Fields]: JobSettings & {
    /**
     * The function of the job, `(context, scheduler) => result`; or the `file:` URL of a module whose default export is
     * `(context) => result`. A module's function runs in a thread or a process of its own, and is really ended after its
     * timeout.
     */
    readonly action:
      | ContextAction<
          RunFacts & Fields[Name] & DefaultsBeside<Fields[Name], Defaults[Name & keyof Defaults]>,
          unknown,
          S
        >
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
  readonly [Name in keyof Results]: { readonly action: ContextAction<never, Results[Name], never> | URL }
}

/** An option with jobs whose actions get the context first, by the types that the compiler infers. */
export interface ContextJobs<Inputs, Fields, Defaults, Results, S> {
  /** The jobs by name. More jobs can be added at run time. @default none */
  readonly jobs?: JobsByFields<Fields, Defaults, S> &
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
