import type { JobContext, JobDefinition } from '@s3sched/jobs'

/** The place and the bounds of an action given as a file. */
export type IsolatedHow = Pick<JobDefinition, 'isolate' | 'resourceLimits'>

/** Executes actions given as files, in threads and processes. */
export interface IsolatedActions {
  /** The longest time from the signal to the end of an action, in ms. */
  readonly settleMs: number
  /** Calls the action of a file in a thread or a process. */
  call(file: URL, how: IsolatedHow, context: JobContext): Promise<unknown>
}
