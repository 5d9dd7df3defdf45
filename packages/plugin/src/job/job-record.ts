import type { AttemptRecord, JobStatistics, RunStatus, Trigger } from '@s3sched/history'
import type { JobSpec } from './job-spec.ts'
import type { PastPeriod } from './past-periods.ts'

/**
 * The one object of a job, `jobs/<job>.json`, changed only by compare-and-swap. It decides which ticks are settled and
 * which run may start; the history only tells what happened.
 */
export interface JobRecord {
  /** As the code defines it. */
  readonly spec: JobSpec
  /** {@link hashSpec} of `spec`. */
  readonly hash: string
  /** What an operator changed at run time; it holds while the code's definition is the one it was made against. */
  readonly override: JobOverride | null
  readonly paused: boolean
  /** A removed job keeps its record, since its fence must never start again. */
  readonly removed: boolean
  /** Since when the job is left alone because no instance defines it any more; `null` while one does. Epoch ms. */
  readonly orphanedAt: number | null
  /** No tick at or before this instant counts: when it was defined, its schedule changed, or it was resumed. */
  readonly since: number
  /** What counted before, oldest first, for audits; absent until something was changed. */
  readonly past?: readonly PastPeriod[]
  /** Every tick up to this one is settled: claimed, skipped, or recorded as missed. */
  readonly lastTick: number | null
  /** Grows by one with every claim, for ever. */
  readonly fence: number
  /** Runs that were claimed, or ticks that were passed over, whose outcome is not yet folded into the statistics. */
  readonly running: readonly OpenRun[]
  readonly lastRun: LastRun | null
  /** For a job with `after`: the last run of each predecessor that started it. */
  readonly consumed: Readonly<Record<string, string>>
  /** Requests whose run was claimed and that may still lie in the bucket; absent until there was one. */
  readonly obeyed?: readonly string[]
  readonly statistics: JobStatistics
  /** Runs declared lost that may still turn out otherwise, newest last. */
  readonly lost: readonly string[]
}

export interface JobOverride {
  readonly against: string
  readonly fields: Partial<JobSpec>
}

export interface OpenRun {
  readonly runId: string
  /** The run's scheduled time: its tick, or the moment of the request. */
  readonly tick: number
  readonly trigger: Trigger
  readonly fence: number
  /** Who claimed it, and in which role: a leader's run dies with its epoch, a member's with its member object. */
  readonly workerId: string
  /** Which process of that worker id: a later one of the same name does not have the run. */
  readonly instance: string
  readonly role: 'leader' | 'member'
  readonly epoch: number | null
  /** Of how many shards its leader led one; absent for one. Epochs of another number are others. */
  readonly shards?: number | undefined
  readonly claimedAt: number
  /** Its process ends it within so long after its claim, unless the record says otherwise by then, in ms; absent when it hangs on what its role says alone. */
  readonly leaseMs?: number | undefined
  /** The run that was declared lost, and that this one makes up for; this one is not made up for. */
  readonly makesUpFor?: string | undefined
  /** What its caller gave for the action's context; `null` when no other process could be given it. Absent for nothing. */
  readonly fields?: Readonly<Record<string, unknown>> | null | undefined
  /** Set between a failed attempt and the next one, and when a run was let go before its first. */
  readonly retry: PendingRetry | null
  /** Set when the outcome was decided here, and only its record may be missing. */
  readonly verdict: Verdict | null
}

export interface PendingRetry {
  /** The attempt that failed; 0 when none was made. */
  readonly attempt: number
  readonly error: string
  /** The attempts that were made, their errors cut short. Absent for none. */
  readonly made?: readonly AttemptRecord[] | undefined
  /** Waited from the moment this was acknowledged until the next attempt, in ms. */
  readonly delayMs: number
  /** A lower bound of the server's clock when this was written, epoch ms. */
  readonly notedAt: number
  /** Its process has let go of it: the next attempt has not started, and never will there. */
  readonly released: boolean
}

export interface Verdict {
  readonly status: Extract<RunStatus, 'skipped' | 'missed' | 'lost'>
  readonly reason: string
  readonly decidedAt: number
  /** The first and the last of the ticks, and how many they are. */
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface LastRun {
  readonly runId: string
  /** Of its claim: it tells which of two runs was the later one where the clocks of their processes differ. */
  readonly fence?: number | undefined
  readonly status: RunStatus
  /** Epoch ms, as are the others. */
  readonly scheduledTime: number
  readonly startedAt: number | null
  readonly endedAt: number
  readonly durationMs: number
  readonly error: string | null
}

/** The specification in force: the code's, with what an operator changed. */
export function effectiveSpec(record: JobRecord): JobSpec {
  return record.override === null ? record.spec : { ...record.spec, ...record.override.fields }
}

/** No tick at or before this instant is due any more. */
export function lowerBound(record: JobRecord): number {
  return Math.max(record.lastTick ?? -Infinity, record.since)
}

/** Whether its schedule counts now. */
export function isActive(record: JobRecord): boolean {
  return !record.removed && !record.paused && effectiveSpec(record).enabled
}
