export { ALERT_KINDS, type Alert, type AlertKind, type AlertRule, type AlertTarget } from '@s3sched/alerts'
export {
  audit,
  type AuditedJob,
  type AuditOptions,
  type AuditProgress,
  type CostedJob,
  type CostEstimate,
  type CostOptions,
  estimateCost,
  type TickCounts,
} from '@s3sched/operator/reports'
export {
  type AroundAttempt,
  type CoreEvents,
  currentRun,
  type DueRun,
  type EngineOptions,
  type EventOf,
  type ExecutingRun,
  type JobCompletedEvent,
  type JobFailedEvent,
  type JobGroup,
  type JobHistoryEntry,
  type JobRetryEvent,
  type JobStartedEvent,
  type JobStatus,
  type JobStatusStatistics,
  type RunEvent,
  type SchedulerEvents,
  type SchedulerIsolation,
  type SchedulerListeners,
  STORE_REQUEST_CHANNEL,
  type StoreRequest,
} from '@s3sched/engine'
export type { CheckedRun, CheckIn, CheckInPhase } from '@s3sched/jobs'
export type { Calendar, DateRange, OnExcluded } from '@s3sched/cron'
export { Database } from '@s3sched/database'
export { NonRetriableError } from '@s3sched/executor'
export {
  type AfterOn,
  type AnyJobs,
  type Backfill,
  type BackfillOptions,
  type BackfillOverlap,
  type BackfillStart,
  type EverySchedule,
  type GroupLimit,
  type JobAction,
  type JobContext,
  type JobDefinition,
  type JobSettings,
  type KnownJob,
  type LastRun,
  type OwnFields,
  type PausedFor,
  type Predecessor,
  type PredecessorRun,
  type RunFacts,
  type ScheduleExclusion,
  SchedulerError,
  type SchedulerErrorCode,
  type SchedulerErrorOptions,
  type SingleSchedule,
  type StandardSchema,
} from '@s3sched/jobs'
export type { StoreInput } from '@s3sched/store'
export type { AskedStatus, HistoryQuery } from './views/history-query.ts'
export type { JobList } from './views/job-list.ts'
export type { SchedulerHealth } from './views/scheduler-health.ts'
export { createScheduler } from './create-scheduler.ts'
export { defineJob } from './define-job.ts'
export type { CommonOptions, CreateSchedulerOptions, SchedulerOptions, StartedRun } from './options.ts'
export type { FieldsFirstLogger } from './pick-logger.ts'
export type { S3dbOptions } from './s3db-options.ts'
export type { ContextAction, InferredJob, Scheduler, SchedulerJob } from './scheduler.ts'
export type { SchedulerCore } from './scheduler-core.ts'
export type { StopOptions } from './scheduler-life.ts'
export { SchedulerPlugin, type Job, type SchedulerPluginConstructor } from './scheduler-plugin.ts'
