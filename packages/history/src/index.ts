export { addDuration, emptySketch, mergeSketches, quantileOf, type DurationSketch } from './duration-sketch.ts'
export type { ExportOptions } from './export-runs.ts'
export type { HistoryProblem, ProblemReports } from './history-problem.ts'
export { createHistory, type HistoryDeps, type HistoryOptions } from './history.ts'
export { lagOf, summarizeLags, type LagSummary } from './lag-summary.ts'
export type { PruneOptions, PruneProgress, PruneReport } from './prune-options.ts'
export { recordRuns, type RecordOptions } from './record-runs.ts'
export { resolveRetention, type ResolvedRetention, type RetentionPolicy } from './retention.ts'
export type {
  Freshness,
  ListQuery,
  RunHistory,
  RunPage,
  RunsQuery,
  StatisticsQuery,
  TimelineQuery,
} from './run-history.ts'
export type { Instant, RunFilter } from './run-query.ts'
export { TRIGGERS, type AttemptRecord, type LogEntry, type RunRecord, type Trigger } from './run-record.ts'
export { RUN_STATUSES, type RunStatus } from './run-status.ts'
export {
  emptyStatistics,
  foldStatistics,
  parseStatistics,
  supersedeLost,
  unfoldStatistics,
  type JobStatistics,
  type RunMark,
  type RunSample,
  type Streak,
} from './statistics.ts'
export { summarizeStatistics, type StatisticsSummary } from './statistics-summary.ts'
export type { FailureEntry, TimelineEntry } from './timeline-entry.ts'
