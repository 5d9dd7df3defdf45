import { summarizeStatistics, type StatisticsSummary, type Trigger } from '@s3sched/history'
import { messageOf, isObject, wrongArgument } from '@s3sched/kernel'
import { composeSchedule, type Schedule } from '@s3sched/cron'
import {
  type Backfill,
  compileSchedule,
  effectiveSpec,
  isTicking,
  type JobRecord,
  type JobSpec,
  type LastRun,
  lowerBound,
  type OpenRun,
  type PausedFor,
  remainingRuns,
  startOfTick,
} from '@s3sched/jobs'

/**
 * - `active`: the job's ticks count
 * - `paused`: an operator paused the job, or failures in a row did (`pausedFor`)
 * - `disabled`: the definition, or an override of the definition, says `enabled: false`
 * - `removed`: no code defines the job any more; only the record is left
 */
export type JobState = 'active' | 'paused' | 'disabled' | 'removed'

/** A job according to its record. Instants are epoch ms. */
export interface JobView {
  readonly name: string
  readonly state: JobState
  /** The failures that paused the job; `null` for a job that an operator paused, and for any other state. */
  readonly pausedFor: PausedFor | null
  /** The definition in force: from the code, with an operator's changes. */
  readonly spec: JobSpec
  /** The fields of `spec` that an operator changed. */
  readonly overridden: readonly string[]
  /** No tick up to this instant counts: the job was defined, got another schedule, or was resumed. */
  readonly since: number
  /** Every tick up to this tick is settled. */
  readonly lastTick: number | null
  readonly fence: number
  /**
   * The first tick from now on; `null` without a further tick, where ticks don't count, or where nobody claims the
   * ticks: see `overdueSince`.
   */
  readonly nextRun: number | null
  /** The ticks that may still run; `null` for a job without `maxRuns`. */
  readonly runsLeft: number | null
  /** The backfill under way. */
  readonly backfill: Backfill | null
  /** The first open tick that should have been settled by now. */
  readonly overdueSince: number | null
  /**
   * The instant after which no leader waits for an instance with the action: the job's ticks are left alone until such
   * an instance comes.
   */
  readonly orphanedSince: number | null
  /** Why this version can't read the schedule. */
  readonly scheduleProblem: string | null
  /** The claimed runs without an end in the record: an end may wait two seconds for other writes. */
  readonly running: readonly RunningView[]
  /** The last ended run that called the action. */
  readonly lastRun: LastRun | null
  readonly statistics: StatisticsSummary
}

/** A run that goes on, or whose process died. */
export interface RunningView {
  readonly runId: string
  readonly scheduledTime: number
  readonly trigger: Trigger
  readonly workerId: string
  readonly role: 'leader' | 'member'
  readonly epoch: number | null
  readonly claimedAt: number
  /** The caller's fields for the action's context; `null` where these can't be passed on, and absent for none. */
  readonly context?: Readonly<Record<string, unknown>> | null
  /** Set while the run waits for another attempt: the failed attempt, and its error. */
  readonly retryAfter: { readonly attempt: number; readonly error: string; readonly notBefore: number } | null
}

/** The most ticks of `maxRuns` that are computed for a view. */
const MOST_AHEAD = 10_000

/** A tick is overdue when late by more than this, in ms: a change of leader takes the time of a takeover. */
const OVERDUE_MS = 120_000

/** The view of a record. Pure. */
export function viewJob(name: string, record: JobRecord, now: number): JobView {
  const spec = effectiveSpec(record)
  const { problem, schedule } = compile(name, spec)
  const active = isTicking(record)
  const left = remainingRuns(record)
  const firstOpen = active ? (schedule?.next(lowerBound(record)) ?? null) : null
  const isOverdue = firstOpen !== null && now - startOfTick(name, schedule, firstOpen, spec.jitterMs) > OVERDUE_MS
  // An unclaimed job does not run, whatever the schedule says.
  const isClaimed = !isOverdue && record.orphanedAt === null
  return {
    name,
    state: stateOf(record, spec),
    pausedFor: record.pausedFor ?? null,
    spec,
    overridden: Object.keys(record.override?.fields ?? {}),
    since: record.since,
    lastTick: record.lastTick,
    fence: record.fence,
    nextRun: active && isClaimed ? (schedule?.next(Math.max(lowerBound(record), now)) ?? null) : null,
    runsLeft: left === Infinity ? null : left,
    backfill: record.backfill ?? null,
    overdueSince: isOverdue ? firstOpen : null,
    orphanedSince: record.orphanedAt,
    scheduleProblem: problem,
    running: record.running.map(viewRun),
    lastRun: record.lastRun,
    statistics: summarizeStatistics(record.statistics),
  }
}

/**
 * The ticks of a job, as far as they may still run or have been settled: a job with `maxRuns` has no tick after its last
 * run. `null` without a schedule, and for a schedule that this version can't read.
 */
export function scheduleOf(job: JobView): Schedule | null {
  if (!isObject(job)) throw wrongArgument('scheduleOf', 'a job, as an operator gives it', job)
  const { lastTick, name, runsLeft, since, spec } = job
  const { schedule } = compile(name, spec)
  if (schedule === null || runsLeft === null) return schedule
  const settled = Math.max(lastTick ?? -Infinity, since)
  const last = schedule.upcoming(settled, Math.min(runsLeft, MOST_AHEAD)).at(-1) ?? settled
  return composeSchedule([schedule], { until: last, timezone: schedule.timezone })
}

function stateOf(record: JobRecord, spec: JobSpec): JobState {
  if (record.removed) return 'removed'
  if (record.paused) return 'paused'
  return spec.enabled ? 'active' : 'disabled'
}

function compile(name: string, spec: JobSpec): { readonly schedule: Schedule | null; readonly problem: string | null } {
  try {
    return { schedule: compileSchedule(name, spec), problem: null }
  } catch (error) {
    return { schedule: null, problem: messageOf(error) }
  }
}

function viewRun({ claimedAt, epoch, fields, retry, role, runId, tick, trigger, workerId }: OpenRun): RunningView {
  const waits = retry !== null && retry.attempt > 0
  const retryAfter = waits
    ? { attempt: retry.attempt, error: retry.error, notBefore: retry.notedAt + retry.delayMs }
    : null
  const context = fields === undefined ? {} : { context: fields }
  return { runId, scheduledTime: tick, trigger, workerId, role, epoch, claimedAt, ...context, retryAfter }
}
