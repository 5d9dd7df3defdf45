import type { CallOptions } from '@s3sched/store'
import type { ExportOptions } from './export-runs.ts'
import type { HistoryProblem, ProblemReports } from './history-problem.ts'
import type { PruneOptions, PruneReport } from './prune-options.ts'
import type { RetentionPolicy } from './retention.ts'
import type { Instant, RunFilter } from './run-query.ts'
import type { RunRecord } from './run-record.ts'
import type { StatisticsSummary } from './statistics-summary.ts'
import type { FailureEntry, TimelineEntry } from './timeline-entry.ts'

/** How fresh a query is. */
export interface Freshness {
  /**
   * `false`: the newest runs are those of the pages that this process has read lately, such as for a view of the jobs;
   * known pages are not read again. @default true
   */
  readonly refresh?: boolean
}

/** The runs to list: a filter, and the place in the list. */
export interface ListQuery extends RunFilter, CallOptions, Freshness {
  /** 1 to 1000. @default 50 */
  readonly limit?: number
  /** The cursor of the call before; `limit` and `details` alone may change. */
  readonly cursor?: string
  /**
   * `false`: large results, logs, errors, reasons and attempts may be left out, or cut. Then no run takes a request of
   * its own where runs lie together.
   * @default true
   */
  readonly details?: boolean
}

/** A page of runs, the newest first. */
export interface RunPage {
  /** Newest tick first. */
  readonly runs: readonly RunRecord[]
  /** Cursor for the next page; absent at the end. */
  readonly cursor?: string
  /**
   * What the query met that is not ours, or can't be read whole: a file of another tool, a truncated one, one of a later
   * version, a broken line. Everything beside it is in `runs`. Absent without a problem.
   */
  readonly problems?: readonly HistoryProblem[]
}

/** The runs of a timeline. */
export interface TimelineQuery extends RunFilter, CallOptions, Freshness, ProblemReports {
  /** 1 to 100000. @default 1000 */
  readonly limit?: number
}

/** The runs to read one after the other. */
export interface RunsQuery extends RunFilter, CallOptions, ProblemReports {
  /** See {@link ListQuery.details}. @default true */
  readonly details?: boolean
}

/** The period of statistics, epoch ms. */
export interface StatisticsQuery extends CallOptions, Pick<RunFilter, 'since' | 'until'> {}

/**
 * The runs of all jobs, for readers and operators. All calls take `signal`, and `timeoutMs` per request.
 *
 * All queries give the newest tick first, and runs of one tick by job and run id. Each run comes once: a run that was
 * declared lost and ended after all is shown as it ended.
 */
export interface RunHistory {
  /** Records of runs. */
  list(query?: ListQuery): Promise<RunPage>
  /** The whole record of one run. Without its tick, the runs of the job are searched. */
  get(job: string, runId: string, scheduledTime?: Instant, options?: CallOptions): Promise<RunRecord | undefined>
  /** Runs without their details. */
  timeline(query?: TimelineQuery): Promise<TimelineEntry[]>
  /** The runs without success. A run that was declared lost and then succeeded is none. */
  failures(query?: TimelineQuery): Promise<FailureEntry[]>
  /** Computed from all runs of a job in a period; a range of missed ticks counts each tick. */
  statistics(job: string, query?: StatisticsQuery): Promise<StatisticsSummary>
  /** All records of a filter, newest first, a few at a time. Invalid options throw at once. */
  runs(query?: RunsQuery): AsyncIterable<RunRecord>
  /** All runs of a filter as text, newest first, a few at a time. Invalid options throw at once. */
  exportRuns(options?: ExportOptions): AsyncIterable<string>
  /**
   * Deletes the runs that the retention no longer keeps, by their age and outcome alone. One instance at a time is
   * enough; two do no harm, and a prune may die anywhere. One call may leave a rest, and then reports `more`.
   * @param policy - @default the policy of the history
   */
  prune(policy?: RetentionPolicy, options?: PruneOptions): Promise<PruneReport>
}
