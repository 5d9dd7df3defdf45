import { toDate } from '@s3sched/kernel'
import type { Progress, RunningRun } from '@s3sched/executor'
import { summarizeStatistics, type Trigger } from '@s3sched/history/statistics'
import {
  type Backfill,
  effectiveSpec,
  isTicking,
  type JobRecord,
  type JobSpec,
  type LastRun,
  type LocalJob,
  lowerBound,
  type PausedFor,
  type StoredSchedule,
} from '@s3sched/jobs'
import type { Schedule } from '@s3sched/cron'

/** The status of a job as far as known here. */
export interface JobStatus {
  /** The name of the job. */
  readonly name: string
  /** The description in the definition; empty for none. */
  readonly description: string
  /** True while the job's ticks count: neither the code nor an operator disabled the job. */
  readonly enabled: boolean
  /** True while the job is paused, by `disableJob` or by its failures. */
  readonly paused: boolean
  /** The failures that paused the job (`pauseAfterFailures`); `null` for none. `at` is in epoch ms. */
  readonly pausedFor: PausedFor | null
  /** The time since when the record is left alone because no instance defines the job any more; otherwise `null`. */
  readonly orphanedSince: Date | null
  /** The instant since which nobody claims the job's ticks, as the leader found: no living instance has the action. */
  readonly unclaimedSince: Date | null
  /** The schedule as the bucket has it; `null` for a job without ticks. */
  readonly schedule: StoredSchedule | null
  /** The IANA name of the zone of the schedule. */
  readonly timezone: string
  /** The limit of a whole run from its tick, in ms; 0 for none. */
  readonly deadline: number
  /** The priority among the runs that wait for a slot of a process; higher goes first. */
  readonly priority: number
  /** The concurrency group with its limits; `null` for none. */
  readonly group: JobGroup | null
  /** The start of the last run that ended. */
  readonly lastRun: Date | null
  /** The end of the last run; `null` before any. */
  readonly lastStatus: LastRun['status'] | null
  /** `null` without a further tick, during a pause, or where nobody claims the job's ticks. */
  readonly nextRun: Date | null
  /** True while a run goes on, here or, as far as known, elsewhere. */
  readonly isRunning: boolean
  /** The open runs, as far as known; runs of this process with their progress. */
  readonly currentRuns: readonly ExecutingRun[]
  /** The number of actions of the job that go on in this process although their timeout told them to end. */
  readonly abandoned: number
  /** The backfill under way: its range and its progress, as far as known; instants are epoch ms. */
  readonly backfill: Backfill | null
  /** The leader, as far as known. */
  readonly leader: string | null
  /** Counts and durations over all runs of the fleet. */
  readonly statistics: JobStatusStatistics
}

/** The concurrency group of a job. */
export interface JobGroup {
  /** The name of the group. */
  readonly name: string
  /** The most actions of the group at a time in a process. */
  readonly processLimit: number
  /** The most actions of the group at a time in the whole fleet; `null` for no such limit. */
  readonly fleetLimit: number | null
}

/** A run that goes on, here or elsewhere. */
export interface ExecutingRun {
  /** The id of the run. */
  readonly runId: string
  /** The tick; for a run started by hand, the moment of the request. */
  readonly scheduledTime: Date
  /** The cause of the run. */
  readonly trigger: Trigger
  /** The instance that has the run. */
  readonly workerId: string
  /** `null` for a run elsewhere, or a run without an attempt so far. */
  readonly attempt: number | null
  /** The action's last call of `context.progress`. */
  readonly progress: Progress | null
}

/** The statistics of a job over all its runs in the whole fleet. */
export interface JobStatusStatistics {
  /** Runs with a call of the action. */
  readonly totalRuns: number
  /** Runs that ended with success. */
  readonly totalSuccesses: number
  /** Failed, timed out and lost runs. */
  readonly totalErrors: number
  /** The share of successes among runs that succeeded, failed, timed out or were lost: 0 to 1. 0 without such runs. */
  readonly successRate: number
  /** ms. */
  readonly avgDuration: number
  /** The tick of the last success. */
  readonly lastSuccess: Date | null
  /** The tick and the message of the last run without success. */
  readonly lastError: { readonly time: Date; readonly message: string } | null
}

export interface StatusSources {
  readonly scheduleOf: (record: JobRecord) => Schedule | null
  readonly now: number
  readonly leader: string | null
  /** Epoch ms. */
  readonly unclaimedSince: number | null
  /** The job's runs in this process. */
  readonly runningHere: readonly RunningRun[]
}

/** The view of a job by its last known record, or by the code alone before the first read. */
export function statusOf(
  name: string,
  record: JobRecord | undefined,
  local: LocalJob | undefined,
  sources: StatusSources,
): JobStatus | null {
  const spec = record === undefined ? local?.spec : effectiveSpec(record)
  if (spec === undefined || record?.removed === true) return null
  const paused = record?.paused ?? false
  const enabled = spec.enabled && !paused
  const schedule = record === undefined ? (local?.schedule ?? null) : sources.scheduleOf(record)
  const after = record === undefined ? sources.now : Math.max(lowerBound(record), sources.now)
  const unclaimedSince = record?.orphanedAt == null ? sources.unclaimedSince : null
  // An unclaimed job does not run, whatever the schedule says.
  const isClaimed = unclaimedSince === null && record?.orphanedAt == null
  const isTicked = record === undefined || isTicking(record)
  const next = enabled && isClaimed && isTicked ? (schedule?.next(after) ?? null) : null
  const last = record?.lastRun ?? null
  return {
    name,
    description: spec.description,
    enabled,
    paused,
    pausedFor: record?.pausedFor ?? null,
    orphanedSince: record?.orphanedAt == null ? null : toDate(record.orphanedAt),
    unclaimedSince: unclaimedSince === null ? null : toDate(unclaimedSince),
    schedule: spec.schedule,
    timezone: spec.timezone,
    deadline: spec.deadline,
    priority: spec.priority,
    group: groupOf(spec),
    lastRun: last?.startedAt == null ? null : toDate(last.startedAt),
    lastStatus: last?.status ?? null,
    nextRun: next === null ? null : toDate(next),
    isRunning: sources.runningHere.some(({ blocks }) => blocks) || (record?.running.length ?? 0) > 0,
    currentRuns: currentRunsOf(record, sources.runningHere),
    abandoned: sources.runningHere.filter(({ abandoned }) => abandoned).length,
    backfill: record?.backfill ?? null,
    leader: sources.leader,
    statistics: statisticsOf(record),
  }
}

function groupOf({ group, groupFleetLimit, groupLimit }: JobSpec): JobGroup | null {
  if (group === null) return null
  return { name: group, processLimit: groupLimit, fleetLimit: groupFleetLimit === 0 ? null : groupFleetLimit }
}

function currentRunsOf(record: JobRecord | undefined, here: readonly RunningRun[]): ExecutingRun[] {
  const open = record?.running ?? []
  return open.map(({ runId, tick, trigger, workerId }) => {
    const known = here.find((run) => run.runId === runId && run.blocks)
    const { attempt = null, progress = null } = known ?? {}
    return { runId, scheduledTime: toDate(tick), trigger, workerId, attempt, progress }
  })
}

function statisticsOf(record: JobRecord | undefined): JobStatusStatistics {
  if (record === undefined) {
    const nothing = { totalRuns: 0, totalSuccesses: 0, totalErrors: 0, successRate: 0, avgDuration: 0 }
    return { ...nothing, lastSuccess: null, lastError: null }
  }
  const { averageMs = 0, counts, lastError, lastSuccess, successRate = 0 } = summarizeStatistics(record.statistics)
  return {
    totalRuns: counts.success + counts.failed + counts.timeout + counts.cancelled,
    totalSuccesses: counts.success,
    totalErrors: counts.failed + counts.timeout + counts.lost,
    successRate,
    avgDuration: averageMs,
    lastSuccess: lastSuccess === undefined ? null : toDate(lastSuccess.scheduledTime),
    lastError:
      lastError === undefined
        ? null
        : { time: toDate(lastError.scheduledTime), message: lastError.message ?? lastError.status },
  }
}
