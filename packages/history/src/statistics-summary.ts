import { quantileOf } from './duration-sketch.ts'
import { didRun, RUN_STATUSES, type RunStatus } from './run-status.ts'
import type { JobStatistics, RunMark, Streak } from './statistics.ts'

/** Statistics in a form for people. Durations are ms. */
export interface StatisticsSummary {
  /** Ended runs, and ticks that did not run. */
  readonly total: number
  /** Runs: without the ticks that did not run. */
  readonly runs: number
  readonly counts: Readonly<Record<RunStatus, number>>
  /** Share of successes among the runs that succeeded, failed, timed out or were lost, 0 to 1. */
  readonly successRate?: number
  readonly averageMs?: number
  /** Exact to 4 % of the value, or to 16 % for a very wide spread of durations; the same holds for the next two. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  readonly p99Ms?: number
  readonly longestMs?: number
  readonly lastRun?: RunMark
  readonly lastSuccess?: RunMark
  readonly lastError?: RunMark
  readonly streak: Omit<Streak, 'before'>
}

/** The figures that people ask for, from the counts of a job; pure. */
export function summarizeStatistics(statistics: JobStatistics): StatisticsSummary {
  const { counts, totalDurationMs, longestMs, durations, streak, ...marks } = statistics
  const sum = (statuses: readonly RunStatus[]): number => statuses.reduce((total, status) => total + counts[status], 0)
  const judged = sum(['success', 'failed', 'timeout', 'lost'])
  const ran = sum(RUN_STATUSES.filter(didRun))
  const quantile = (at: number): number => Math.min(longestMs, Math.round(quantileOf(durations, at) ?? 0))
  return {
    total: sum(RUN_STATUSES),
    runs: sum(RUN_STATUSES.filter((status) => status !== 'skipped' && status !== 'missed')),
    counts,
    ...(judged === 0 ? {} : { successRate: counts.success / judged }),
    ...(ran === 0
      ? {}
      : {
          averageMs: totalDurationMs / ran,
          p50Ms: quantile(0.5),
          p95Ms: quantile(0.95),
          p99Ms: quantile(0.99),
          longestMs,
        }),
    ...marks,
    streak: { outcome: streak.outcome, length: streak.length },
  }
}
