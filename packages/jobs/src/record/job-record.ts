import type { AttemptRecord, JobStatistics, RunStatus, Trigger } from '@s3sched/history'
import type { PredecessorRun } from '../definition/predecessor-run.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import type { StoredSchedule } from '../definition/stored-schedule.ts'
import type { Backfill } from './backfill-cursor.ts'
import type { PausedFor } from './paused-for.ts'

/** An ended period. Instants are epoch ms, by the clocks of the writers. */
export interface PastPeriod {
  readonly schedule: StoredSchedule
  readonly timezone: string
  /** The period's ticks are after this instant. */
  readonly since: number
  /** The period's ticks are at or before this instant, or `lastTick` if that is later: a tick may be claimed ahead. */
  readonly until: number
  /** The last settled tick of the job at the end of the period. */
  readonly lastTick: number | null
}

/**
 * The record of a job, one of many in a page, changed only by compare-and-swap. The record decides about ticks and starts
 * of runs; the history only tells what happened.
 */
export interface JobRecord {
  /** The code's definition. */
  readonly spec: JobSpec
  /** {@link hashSpec} of `spec`. */
  readonly hash: string
  /** An operator's changes at run time; they apply while the code's definition is the one in `against`. */
  readonly override: JobOverride | null
  readonly paused: boolean
  /** Why the job is paused, if no operator paused it; absent for none. */
  readonly pausedFor?: PausedFor
  /** Failures in a row, for a job with `pauseAfterFailures`; absent for none. */
  readonly failures?: number
  /** A removed job keeps its record, since the fence must never start again. */
  readonly removed: boolean
  /**
   * The instant since when the job is left alone because no instance defines the job; `null` while any instance does.
   * Epoch ms.
   */
  readonly orphanedAt: number | null
  /** Ticks at or before this instant do not count: the time of the definition, of a schedule change, or of a resume. */
  readonly since: number
  /** Earlier periods, oldest first, for audits; absent before the first change. */
  readonly past?: readonly PastPeriod[]
  /** Every tick up to this instant is settled: claimed, skipped, or recorded as missed. */
  readonly lastTick: number | null
  /** The claimed ticks of the schedule, for a job with `maxRuns`; absent before the first, and for other jobs. */
  readonly tickRuns?: number
  /** The process that claimed the last tick; absent before the first claim. */
  readonly claimant?: string
  /** Grows by one with every claim, for ever. */
  readonly fence: number
  /** Claimed runs that have not ended. */
  readonly running: readonly OpenRun[]
  readonly lastRun: LastRun | null
  /** For a job with `after`, by predecessor: the runs that have started the job. */
  readonly consumed: Readonly<Record<string, Consumed>>
  /** The backfill under way; absent for none. */
  readonly backfill?: Backfill
  /** The first instant of all backfills before the job's first period; absent for none. */
  readonly backfilledFrom?: number
  /** Requests with a claimed run that may still be in the bucket; absent before the first request. */
  readonly obeyed?: readonly string[]
  readonly statistics: JobStatistics
  /** Runs declared lost whose verdict may still be corrected by their own end, newest last. */
  readonly lost: readonly string[]
}

export interface JobOverride {
  readonly against: string
  readonly fields: Partial<JobSpec>
}

/** A run that was claimed, and whose end is not written. Instants are epoch ms. */
export interface OpenRun {
  readonly runId: string
  /** The run's scheduled time: its tick, or the moment of the request. */
  readonly tick: number
  readonly trigger: Trigger
  readonly fence: number
  /** The claimant. By role: a leader's run dies with the epoch, a member's with the member object. */
  readonly workerId: string
  /** The process of that worker id: a later process with the same worker id does not have the run. */
  readonly instance: string
  readonly role: 'leader' | 'member'
  readonly epoch: number | null
  /**
   * The shard count of the claiming leader; absent for one shard. Epochs of different shard counts are not comparable.
   */
  readonly shards?: number | undefined
  readonly claimedAt: number
  /**
   * The claiming process commits the job's page at least this often while it has the run, in ms: without such a sign for
   * this long, the run is over. Absent for a run that depends on its claimant's lease or member object alone.
   */
  readonly leaseMs?: number | undefined
  /**
   * The number of times that the process kept the run after a long time without a sign: an earlier verdict does not hold
   * for the kept run. Absent for none.
   */
  readonly kept?: number | undefined
  /** The lost run made up for; a run with this field is not made up for again. */
  readonly makesUpFor?: string | undefined
  /** The run was declared lost, and opened again by its process: the verdict counts until the end of the run. */
  readonly wasLost?: boolean | undefined
  /**
   * The caller's fields for the action's context; `null` when the fields can't be passed to another process. Absent for
   * none.
   */
  readonly fields?: Readonly<Record<string, unknown>> | null | undefined
  /** The runs of the predecessors that started this run; absent for a run with another trigger. */
  readonly predecessors?: Readonly<Record<string, PredecessorRun>> | undefined
  /** Set between a failed attempt and the next one, and after a release before the first attempt. */
  readonly retry: PendingRetry | null
}

/** A run that waits between two attempts. */
export interface PendingRetry {
  /** The number of the failed attempt; 0 before the first. */
  readonly attempt: number
  readonly error: string
  /** The attempts so far, their errors shortened. Absent for none. */
  readonly made?: readonly AttemptRecord[] | undefined
  /** The wait from the acknowledgement of this write until the next attempt, in ms. */
  readonly delayMs: number
  /** A lower bound of the server's clock at the time of this write, epoch ms. */
  readonly notedAt: number
  /** The process has released the run: its next attempt has not started there, and never will. */
  readonly released: boolean
}

/** Ticks that did not run, or a run that was lost, with the reason. Instants are epoch ms. */
export interface Verdict {
  readonly status: Extract<RunStatus, 'skipped' | 'missed' | 'lost'>
  readonly reason: string
  readonly decidedAt: number
  /** The first and the last tick, and the number of ticks. */
  readonly from: number
  readonly to: number
  readonly count: number
}

/**
 * The used runs of a predecessor, which can't start the job any more: all runs up to this fence and this end. An instance
 * may know of an older run only, so an unequal run id does not make a run new. A fence alone would leave out
 * a run that overlaps a later run and ends last, and every run after a deletion of the predecessor's record.
 */
export interface Consumed {
  /** The run that started the job last. */
  readonly runId: string
  /** The largest fence. */
  readonly fence: number
  /** The latest end, epoch ms. */
  readonly endedAt: number
}

/** The last run of a job that is known to have ended. */
export interface LastRun {
  /** The id of the run. */
  readonly runId: string
  /** The fence of the claim, which orders two runs if the clocks of their processes differ. */
  readonly fence: number
  /** The end of the run. */
  readonly status: RunStatus
  /** Epoch ms, as are the other times. */
  readonly scheduledTime: number
  /** The start of the first attempt; `null` where no action was called. */
  readonly startedAt: number | null
  /** The end of the run. */
  readonly endedAt: number
  /** The time of all attempts and of the waits between them, in ms. */
  readonly durationMs: number
  /** The message of the last error; `null` for a success. */
  readonly error: string | null
}

/** The specification in force: the code's, with an operator's changes. */
export function effectiveSpec(record: JobRecord): JobSpec {
  return record.override === null ? record.spec : { ...record.spec, ...record.override.fields }
}

/** Ticks at or before this instant are not due any more. */
export function lowerBound(record: JobRecord): number {
  return Math.max(record.lastTick ?? -Infinity, record.since)
}

/** True while the job may run. */
export function isActive(record: JobRecord): boolean {
  return !record.removed && !record.paused && effectiveSpec(record).enabled
}

/** The number of ticks that may still be claimed; `Infinity` for a job without `maxRuns`. */
export function remainingRuns(record: JobRecord): number {
  const { maxRuns = 0 } = effectiveSpec(record)
  return maxRuns === 0 ? Infinity : Math.max(0, maxRuns - (record.tickRuns ?? 0))
}

/** True while the job's schedule counts: the job may run, and `maxRuns` is not reached. */
export function isTicking(record: JobRecord): boolean {
  return isActive(record) && remainingRuns(record) > 0
}
