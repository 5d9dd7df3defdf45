import type { RunRecord } from './run-record.ts'

/** How late runs started, ms; exact, of the runs that were given. */
export interface LagSummary {
  /** Of how many runs. */
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly longestMs: number
}

/**
 * How long after their ticks the runs of a schedule started. Those that were asked for, or that other jobs started, had no
 * tick to be late for, and those that called no action did not start: neither counts.
 * @returns `undefined` when none counts
 */
export function summarizeLags(runs: readonly Pick<RunRecord, 'trigger' | 'lagMs'>[]): LagSummary | undefined {
  const lags = runs.flatMap((run) => lagOf(run) ?? []).toSorted((a, b) => a - b)
  const longestMs = lags.at(-1)
  if (longestMs === undefined) return undefined
  return { count: lags.length, p50Ms: quantile(lags, 0.5), p95Ms: quantile(lags, 0.95), longestMs }
}

/** How late a run started, ms; `undefined` for one that doesn't count. See {@link summarizeLags}. */
export function lagOf({ lagMs, trigger }: Pick<RunRecord, 'trigger' | 'lagMs'>): number | undefined {
  return trigger === 'schedule' && typeof lagMs === 'number' && lagMs >= 0 ? lagMs : undefined
}

/** The least of the values that so many of them do not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
