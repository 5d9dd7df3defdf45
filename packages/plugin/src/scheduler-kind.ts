import type { AnyAction, JobContext, OwnFields } from '@s3sched/jobs'

/** The part of a scheduler that depends on the arguments of its actions. */
export interface SchedulerKind {
  /** The name of the constructor, for messages. */
  readonly name: 'createScheduler' | 'SchedulerPlugin'
  /** The arguments and the result of an action, for messages. */
  readonly shape: string
  /** True if the first argument of an action is the database, which is also the default of the store. */
  readonly withDatabase: boolean
  readonly database: () => unknown
  readonly call: (action: AnyAction, context: JobContext, scheduler: object) => unknown
}

/** The context among the arguments of a call. */
export function fieldsOf([context = {}]: readonly unknown[]): OwnFields {
  return context as OwnFields
}
