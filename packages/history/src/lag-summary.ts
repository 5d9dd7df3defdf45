import type { RunRecord } from './run-record.ts'

/** Exact lags of the given runs between tick and start, ms. */
export interface LagSummary {
  /** Number of runs counted. */
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly longestMs: number
}

/**
 * The lags between the ticks and the starts of scheduled runs. Not counted: runs on request or started by other jobs,
 * which have no tick, and runs without a call of their action, which have no start.
 * @returns `undefined` when no run counts
 */
export function summarizeLags(runs: readonly Pick<RunRecord, 'trigger' | 'lagMs'>[]): LagSummary | undefined {
  const lags = runs.flatMap((run) => lagOf(run) ?? []).toSorted((a, b) => a - b)
  const longestMs = lags.at(-1)
  if (longestMs === undefined) return undefined
  return { count: lags.length, p50Ms: quantile(lags, 0.5), p95Ms: quantile(lags, 0.95), longestMs }
}

/** The lag of a run, ms; `undefined` for a run that does not count. See {@link summarizeLags}. */
export function lagOf({ lagMs, trigger }: Pick<RunRecord, 'trigger' | 'lagMs'>): number | undefined {
  return trigger === 'schedule' && typeof lagMs === 'number' && lagMs >= 0 ? lagMs : undefined
}

/** The smallest value that is at least as large as the given share of the values. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
