import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isActive, isTicking, type LocalJob, lowerBound, SchedulerError } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { ScheduleCache } from './schedule-cache.ts'

/** Knowledge of a job without a new read of its record. */
export interface KnownJob {
  /** No tick at or before this instant counts. */
  readonly after: number
  /** `null` when the job has no schedule that counts, or may not run. */
  readonly schedule: Schedule | null
  /** The job is active, and this instance has the action. */
  readonly mayRun: boolean
  /** The job may run, and no run is open. */
  readonly isSettled: boolean
  /** The most by which a tick starts late on purpose, in ms. */
  readonly jitterMs: number
}

/** The sources of such knowledge in this process. */
export interface KnownJobSources {
  readonly records: Pick<RecordCache, 'peek' | 'plainAfter'>
  /** The code's definition. */
  readonly jobs: Pick<ReadonlyMap<string, LocalJob>, 'get'>
  readonly schedules: Pick<ScheduleCache, 'get'>
}

/**
 * This instance's knowledge of a job's record. No request.
 * @returns `undefined` for an unknown job, and for a schedule that this version can't read: such a job must not keep the
 * others from a takeover, and the tick engine reports the job's trouble
 */
export function knownJob({ records, jobs, schedules }: KnownJobSources, name: string): KnownJob | undefined {
  const job = jobs.get(name)
  const plainAfter = job && records.plainAfter(name)
  if (job !== undefined && plainAfter !== undefined) return plainJob(job, plainAfter)
  const record = records.peek(name)
  if (record === undefined) return undefined
  const { jitterMs } = effectiveSpec(record)
  const mayRun = job !== undefined && isActive(record)
  const schedule = mayRun && isTicking(record) ? readable(() => schedules.get(name, record)) : null
  if (schedule === undefined) return undefined
  return {
    after: lowerBound(record),
    schedule,
    mayRun,
    isSettled: mayRun && record.running.length === 0,
    jitterMs,
  }
}

/** A job as the code defines it, active, and without a run under way. */
function plainJob({ schedule, spec }: LocalJob, after: number): KnownJob {
  const { jitterMs } = spec
  return { after, schedule, mayRun: true, isSettled: true, jitterMs }
}

/** @returns `undefined` for a schedule that this version can't read */
function readable(schedule: () => Schedule | null): Schedule | null | undefined {
  try {
    return schedule()
  } catch (error) {
    if (error instanceof SchedulerError && error.code === 'INVALID_SCHEDULE') return undefined
    throw error
  }
}
