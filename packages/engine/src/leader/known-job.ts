import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isActive, type JobRecord, type LocalJob, lowerBound } from '@s3sched/jobs'

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

/** The sources of such knowledge in this process. */
export interface JobSources {
  /** The record as last read or written here. */
  readonly record: JobRecord | undefined
  /** The schedule in the record. */
  readonly schedule: Schedule | null
  /** Where the record was not read: the instant from which its ticks count, by the index of unchanged records. */
  readonly vouchedFrom: number | undefined
  /** The code's definition. */
  readonly job: LocalJob | undefined
}

/** This instance's knowledge of a job's record, read or vouched for by the index; `undefined` without any. */
export function knownJob({ job, record, schedule, vouchedFrom }: JobSources): KnownJob | undefined {
  if (record === undefined) {
    if (vouchedFrom === undefined || job === undefined) return undefined
    const planned = job.spec.enabled ? job.schedule : null
    return { after: vouchedFrom, schedule: planned, mayRun: true, isSettled: true, isChained: false }
  }
  const mayRun = job !== undefined && isActive(record)
  const isSettled = mayRun && record.running.length === 0
  const isChained = effectiveSpec(record).after.length > 0
  return { after: lowerBound(record), schedule, mayRun, isSettled, isChained }
}
