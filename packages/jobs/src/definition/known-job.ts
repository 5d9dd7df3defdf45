import type { OwnFields, RunFacts } from './job-context.ts'

/**
 * A job known to the compiler. No value has these two fields.
 * @typeParam Context - the fields that a caller gives to a run
 * @typeParam Result - the return value of the action, awaited
 */
export interface KnownJob<Context, Result> {
  readonly context: Context
  readonly result: Result
}

/**
 * Any names: the jobs of a scheduler whose jobs the compiler does not know. A variable of the type `Scheduler` takes a
 * scheduler with known jobs too, as the way to a job that is known at run time alone.
 */
export interface AnyJobs {
  readonly [name: string]: KnownJob<object, unknown>
}

/** The result of a job of this name. */
export type ResultOf<Jobs, Name extends keyof Jobs> = Jobs[Name] extends { readonly result: infer Result }
  ? Result
  : never

/** The argument with the context of a run; needless where the job can do without one. */
export type ContextArgument<Jobs, Name extends keyof Jobs> = Jobs[Name] extends { readonly context: infer Context }
  ? {} extends Context
    ? [context?: Context]
    : [context: Context]
  : never

/**
 * The fields that a caller gives to a run: those of the schema or of the annotated context, and the fields with a default
 * can be left out; else the defaults alone; else anything.
 */
export type GivenFields<Input, Fields, Defaults> = unknown extends Input
  ? unknown extends Fields
    ? unknown extends Defaults
      ? OwnFields
      : Partial<Defaults>
    : WithDefaults<WithoutFacts<Fields>, Defaults>
  : WithDefaults<Input, Defaults>

/** An annotation of a context may name facts of the run too. */
type WithoutFacts<Fields> = keyof Fields & keyof RunFacts extends never ? Fields : Omit<Fields, keyof RunFacts>

/** The fields with a default, as the action gets them beside its other fields. */
export type DefaultsBeside<Fields, Defaults> = unknown extends Defaults
  ? unknown
  : unknown extends Fields
    ? Defaults
    : Omit<Defaults, keyof Fields>

type WithDefaults<Given, Defaults> = unknown extends Defaults
  ? Given
  : Shown<Omit<Given, keyof Defaults> & Partial<Pick<Given, keyof Given & keyof Defaults>>>

/** The same type, shown by its fields. */
type Shown<T> = { [K in keyof T]: T[K] } & {}
