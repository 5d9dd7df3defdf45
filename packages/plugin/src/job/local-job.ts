import type { Backoff } from '@s3sched/executor'
import type { Schedule } from '@s3sched/cron'
import type { JobContext } from './job-context.ts'
import type { JobSpec } from './job-spec.ts'

/** A job that this process can run: what the code says of it, checked and with all defaults filled in. */
export interface LocalJob {
  readonly name: string
  /** The same object for jobs of equal specifications, as far as they were added together. */
  readonly spec: JobSpec
  /** Of `spec`. */
  readonly hash: string
  /** Of `spec`. */
  readonly schedule: Schedule | null
  readonly backoff: Backoff
  readonly fields: Readonly<Record<string, unknown>>
  /** Calls the job's action, with the database and the scheduler. */
  action(context: JobContext): unknown
}
