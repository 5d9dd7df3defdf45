import type { Schedule } from '@s3sched/cron'

/** Knowledge of a job without a new read of its record. */
export interface KnownJob {
  /** No tick at or before this instant counts. */
  readonly after: number
  /** `null` when the job has no schedule, or no schedule that counts. */
  readonly schedule: Schedule | null
  /** The job is active, and this instance has the action. */
  readonly mayRun: boolean
  /** The job may run, and no run is open. */
  readonly isSettled: boolean
  readonly isChained: boolean
}
