export type { FleetView, HealthCode, HealthFinding, UnreadableJob } from './fleet-view.ts'
export { assessHealth, failuresText, isEmptyFleet, verdictOf, type FleetVerdict } from './health.ts'
export { scheduleOf, type JobState, type JobView, type RunningView } from './job-view.ts'
export type { LeaderView } from './leader-view.ts'
export {
  type Backfill,
  type BackfillOptions,
  type BackfillOverlap,
  type BackfillStart,
  compileSchedule,
  type JobSpec,
  type PausedFor,
  type StoredCalendar,
  type StoredComposition,
  type StoredExclusion,
  type StoredSchedule,
  type StoredSingle,
} from '@s3sched/jobs'
export { findOldLayout, type LiveReport, type RunRequest, type Term } from '@s3sched/jobs/bucket'
export { createOperator } from './create-operator.ts'
export type { ChangeOutcome, JobList, Operator, OperatorOptions, PageInfo } from './operator.ts'
export { PROMETHEUS_TYPE, toPrometheus } from './prometheus.ts'
export { readFleet } from './read-fleet.ts'
export { audit } from './audit/audit.ts'
export type { AuditOptions, AuditProgress } from './audit/audit-options.ts'
export type { AuditedJob } from './audit/audit-job.ts'
export type { TickCounts } from './audit/count-ticks.ts'
export { estimateCost, type CostEstimate, type CostOptions } from './cost/estimate-cost.ts'
export { itemizeCost, type ItemizedCost } from './cost/itemize-cost.ts'
export type { CostedJob } from './cost/job-groups.ts'
export { boundsText, groupText } from './bounds-text.ts'
export { scheduleText, type DescribedSpec, type ScheduleWords } from './schedule-text.ts'
