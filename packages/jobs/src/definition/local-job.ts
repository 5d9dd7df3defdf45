import type { Backoff, OnHang } from '@s3sched/executor'
import type { Schedule } from '@s3sched/cron'
import type { CheckIn } from './check-in.ts'
import type { JobContext, OwnFields } from './job-context.ts'
import type { JobSpec } from './job-spec.ts'

/** What a job's record keeps of the code's definition. */
export interface DefinedSpec {
  readonly name: string
  /** Shared between jobs with equal specifications added together. */
  readonly spec: JobSpec
  /** The hash of `spec`. */
  readonly hash: string
}

/** A job that this process can run: the code's definition, checked, with all defaults filled in. */
export interface LocalJob extends DefinedSpec {
  /** The compiled schedule of `spec`. */
  readonly schedule: Schedule | null
  readonly backoff: Backoff
  /** Time for the action to end after its signal, in ms, where the job has its own. */
  readonly graceMs?: number | undefined
  /** The treatment of an action that ignores its signal. */
  readonly onHang: OnHang
  /** The monitor of the job's runs. */
  readonly checkIn?: CheckIn | undefined
  readonly fields: OwnFields
  /** True if the own fields of a context have a schema. */
  readonly hasSchema: boolean
  /**
   * Checks a caller's fields, together with the job's own, by the schema.
   * @throws SchedulerError `INVALID_CONTEXT`
   */
  check(fields: OwnFields): Promise<void>
  /**
   * Calls the job's action.
   * @param context - with `own` among the facts where the job has no schema; the output of the schema is added here
   * @throws SchedulerError `INVALID_CONTEXT` instead of the call
   */
  action(context: JobContext, own: OwnFields): unknown
}
