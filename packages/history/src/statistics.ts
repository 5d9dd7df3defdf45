/**
 * Statistics of all runs of a job without reading the runs: a small value that is updated with every run (the scheduler
 * keeps the value in the job's record, so that reading it costs one GET) or computed from the keys.
 *
 * Folding is pure. A wrong verdict, `lost` for a run that ended after all, is removed with {@link unfoldStatistics}
 * before the real record is folded in; see {@link supersedeLost}.
 */
import { toBoundedJson } from '@s3sched/kernel'
import { addDuration, emptySketch, parseSketch, type DurationSketch } from './duration-sketch.ts'
import { didRun, isRunStatus, RUN_STATUSES, type RunStatus } from './run-status.ts'

/** The part of a run that statistics use; a run record fits. Instants are epoch ms. */
export interface RunSample {
  readonly runId: string
  readonly status: RunStatus
  readonly scheduledTime: number
  readonly durationMs: number
  readonly error?: { readonly message: string } | undefined
  readonly reason?: string | undefined
  /** Number of missed ticks. @default 1 */
  readonly count?: number | undefined
}

/** A run that the statistics of a job name: the last one, the last success, or the last failure. */
export interface RunMark {
  readonly runId: string
  readonly status: RunStatus
  readonly scheduledTime: number
  readonly durationMs: number
  /** The error message in `lastError`, cut to about 200 characters. */
  readonly message?: string
}

/** Plain JSON of at most 1.5 KiB. Do not change the fields; see `summarizeStatistics` for their meaning. */
export interface JobStatistics {
  readonly counts: Readonly<Record<RunStatus, number>>
  /** Sum over the runs with a called action. */
  readonly totalDurationMs: number
  readonly longestMs: number
  readonly durations: DurationSketch
  readonly lastRun?: RunMark
  readonly lastSuccess?: RunMark
  readonly lastError?: RunMark
  readonly streak: Streak
}

/** Number of equal outcomes in a row, up to the last run. Runs without a start and cancelled runs do not count. */
export interface Streak {
  readonly outcome: 'success' | 'failure' | 'none'
  readonly length: number
  /** Length of the streak before this streak. */
  readonly before: number
}

const MAX_MESSAGE_BYTES = 256

/** The statistics of no runs. */
export function emptyStatistics(): JobStatistics {
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0])) as Record<RunStatus, number>
  const streak: Streak = { outcome: 'none', length: 0, before: 0 }
  return { counts, totalDurationMs: 0, longestMs: 0, durations: emptySketch, streak }
}

/** The statistics with one more run. Fold every run once. */
export function foldStatistics(statistics: JobStatistics, run: RunSample): JobStatistics {
  const { lastRun, lastSuccess, lastError, streak } = statistics
  const { runId, status, scheduledTime, durationMs } = run
  const mark: RunMark = { runId, status, scheduledTime, durationMs }
  const isNewest = lastRun === undefined || run.scheduledTime >= lastRun.scheduledTime
  const outcome = outcomeOf(run.status)
  const durations = didRun(run.status)
    ? {
        totalDurationMs: statistics.totalDurationMs + run.durationMs,
        longestMs: Math.max(statistics.longestMs, run.durationMs),
        durations: addDuration(statistics.durations, run.durationMs),
      }
    : {}
  const folded: { -readonly [K in keyof JobStatistics]: JobStatistics[K] } = { ...statistics, ...durations }
  folded.counts = withCount(statistics.counts, run, 1)
  if (isNewest) folded.lastRun = mark
  if (outcome === 'success' && isLater(mark, lastSuccess)) folded.lastSuccess = mark
  if (outcome === 'failure' && isLater(mark, lastError)) folded.lastError = withMessage(mark, run)
  if (isNewest && outcome !== 'none') folded.streak = prolong(streak, outcome)
  return folded
}

/**
 * The statistics without a run that was folded in before. Counts, durations and quantiles are exact again; the longest
 * duration stays. Removing the newest run of a streak restores the streak; a removal in the middle leaves the streak
 * unchanged.
 */
export function unfoldStatistics(statistics: JobStatistics, run: RunSample): JobStatistics {
  const { lastRun, lastSuccess, lastError, streak, ...rest } = statistics
  const keep = <K extends string>(name: K, mark: RunMark | undefined): Partial<Record<K, RunMark>> =>
    mark === undefined || (mark.runId === run.runId && mark.status === run.status)
      ? {}
      : ({ [name]: mark } as Record<K, RunMark>)
  const durations = didRun(run.status)
    ? {
        totalDurationMs: Math.max(0, statistics.totalDurationMs - run.durationMs),
        durations: addDuration(statistics.durations, run.durationMs, -1),
      }
    : {}
  return {
    ...rest,
    ...durations,
    counts: withCount(statistics.counts, run, -1),
    ...keep('lastRun', lastRun),
    ...keep('lastSuccess', lastSuccess),
    ...keep('lastError', lastError),
    streak: outcomeOf(run.status) === streak.outcome ? shorten(streak) : streak,
  }
}

/** Replaces the verdict `lost` by the real record of a run that ended after all. */
export function supersedeLost(statistics: JobStatistics, real: RunSample): JobStatistics {
  return foldStatistics(unfoldStatistics(statistics, { ...real, status: 'lost', durationMs: 0, count: 1 }), real)
}

/** Statistics from a stored value of unknown origin: unreadable parts, or parts of another version, count as absent. */
export function parseStatistics(value: unknown): JobStatistics {
  const empty = emptyStatistics()
  if (typeof value !== 'object' || value === null) return empty
  const given = value as Record<string, unknown>
  const counts = Object.fromEntries(
    RUN_STATUSES.map((status) => [
      status,
      amountOf((given['counts'] as Record<string, unknown> | undefined)?.[status]),
    ]),
  ) as Record<RunStatus, number>
  const marks = ['lastRun', 'lastSuccess', 'lastError'].flatMap((name) =>
    isMark(given[name]) ? [[name, given[name]]] : [],
  )
  return {
    counts,
    totalDurationMs: amountOf(given['totalDurationMs']),
    longestMs: amountOf(given['longestMs']),
    durations: parseSketch(given['durations']),
    ...(Object.fromEntries(marks) as Partial<Record<'lastRun' | 'lastSuccess' | 'lastError', RunMark>>),
    streak: parseStreak(given['streak']) ?? empty.streak,
  }
}

function outcomeOf(status: RunStatus): Streak['outcome'] {
  if (status === 'success') return 'success'
  return status === 'failed' || status === 'timeout' || status === 'lost' ? 'failure' : 'none'
}

function prolong(streak: Streak, outcome: Streak['outcome']): Streak {
  if (streak.outcome === outcome) return { ...streak, length: streak.length + 1 }
  return { outcome, length: 1, before: streak.length }
}

function shorten({ outcome, length, before }: Streak): Streak {
  if (length > 1) return { outcome, length: length - 1, before }
  if (before === 0) return { outcome: 'none', length: 0, before: 0 }
  return { outcome: outcome === 'success' ? 'failure' : 'success', length: before, before: 0 }
}

function withCount(
  counts: JobStatistics['counts'],
  { status, count = 1 }: RunSample,
  sign: 1 | -1,
): JobStatistics['counts'] {
  const by = status === 'missed' ? count : 1
  const changed = { ...counts }
  changed[status] = Math.max(0, counts[status] + sign * by)
  return changed
}

function withMessage(mark: RunMark, { error, reason }: RunSample): RunMark {
  const message = error?.message ?? reason
  return message === undefined ? mark : { ...mark, message: toBoundedJson(message, MAX_MESSAGE_BYTES) as string }
}

function isLater(mark: RunMark, known: RunMark | undefined): boolean {
  return known === undefined || mark.scheduledTime >= known.scheduledTime
}

function amountOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : 0
}

function isMark(value: unknown): value is RunMark {
  if (typeof value !== 'object' || value === null) return false
  const { runId, status, scheduledTime, durationMs } = value as Partial<Record<keyof RunMark, unknown>>
  return (
    typeof runId === 'string' && isRunStatus(status) && Number.isFinite(scheduledTime) && Number.isFinite(durationMs)
  )
}

function parseStreak(value: unknown): Streak | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { outcome, length, before } = value as Partial<Record<keyof Streak, unknown>>
  if (outcome !== 'success' && outcome !== 'failure') return undefined
  return { outcome, length: amountOf(length), before: amountOf(before) }
}
