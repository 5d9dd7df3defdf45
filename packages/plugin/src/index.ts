export { audit, type AuditOptions, type AuditProgress } from './audit/audit.ts'
export type { AuditedJob } from './audit/audit-job.ts'
export type { TickCounts } from './audit/count-ticks.ts'
export { estimateCost, type CostEstimate, type CostOptions } from './cost/estimate-cost.ts'
export type { CostedJob } from './cost/job-groups.ts'
export { STORE_REQUEST_CHANNEL, type StoreRequest } from './diagnostics.ts'
export { Database } from '@s3sched/database'
export type {
  CoreEvents,
  JobCompletedEvent,
  JobFailedEvent,
  JobRetryEvent,
  RunEvent,
  SchedulerEvents,
} from './events.ts'
export type { AroundAttempt } from './job/around-attempt.ts'
export { currentRun } from './job/current-run.ts'
export type { JobContext } from './job/job-context.ts'
export type { EverySchedule, JobAction, JobDefinition } from './job/job-definition.ts'
export type { StoreInput } from '@s3sched/store'
export type { JobHistoryEntry } from './job/job-history.ts'
export type { LastRun } from './job/job-record.ts'
export type { CurrentRun, JobStatus, JobStatusStatistics } from './job/job-status.ts'
export type { SchedulerOptions } from './options.ts'
export type { FieldsFirstLogger } from './pick-logger.ts'
export type { DueRun } from './run/run-due.ts'
export { SchedulerError, type SchedulerErrorCode, type SchedulerErrorOptions } from './scheduler-error.ts'
export { SchedulerPlugin, type HistoryQuery, type Job } from './scheduler-plugin.ts'
