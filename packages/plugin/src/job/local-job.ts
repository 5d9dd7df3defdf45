import type { Backoff } from '@s3sched/executor'
import type { Schedule } from '@s3sched/cron'
import type { JobContext } from './job-context.ts'
import type { JobSpec } from './job-spec.ts'

/** A job that this process can run: what the code says of it, checked and with all defaults filled in. */
export interface LocalJob {
  readonly name: string
  readonly spec: JobSpec
  /** Of `spec`. */
  readonly hash: string
  readonly schedule: Schedule | null
  /** The job's action, with the database and the scheduler already given to it. */
  readonly action: (context: JobContext) => unknown
  readonly backoff: Backoff
  readonly fields: Readonly<Record<string, unknown>>
}
