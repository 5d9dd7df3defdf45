export { type AroundAttempt, AttemptWrappers } from './definitions/around-attempt.ts'
export type { DefinedJobs } from './definitions/defined-jobs.ts'
export { FAST_MS } from './definitions/fast-jobs.ts'
export { IsolatedJobs, type SchedulerIsolation } from './definitions/isolated-jobs.ts'
export { JobCatalog } from './definitions/job-catalog.ts'
export { checkEngineOptions } from './check-engine-options.ts'
export {
  claimAheadOf,
  engineFields,
  engineRelations,
  type EngineOptions,
  type ResolvedEngineOptions,
} from './engine-options.ts'
export type { Engine } from './engine.ts'
export { EngineViews } from './engine-views.ts'
export type { EngineLife } from './engine-life.ts'
export { JobManager } from './job-manager.ts'
export { LazyEngine, type OpenedEngine, type Opening } from './lazy-engine.ts'
export { RunOrders } from './run-orders.ts'
export { STORE_REQUEST_CHANNEL, type StoreRequest } from './diagnostics.ts'
export {
  type CoreEvents,
  type EventObserver,
  type JobCompletedEvent,
  type JobFailedEvent,
  type JobRetryEvent,
  type JobStartedEvent,
  type RunEvent,
  SchedulerEmitter,
  type SchedulerEvents,
} from './events.ts'
export type { EventOf } from './event-of.ts'
export { SchedulerListeners } from './scheduler-listeners.ts'
export { type ExecutingRun, type JobGroup, type JobStatus, type JobStatusStatistics } from './job-status.ts'
export type { JobHistoryEntry } from './job-history-entry.ts'
export { loadEngine, openEngine, type OpeningWorld } from './open-engine.ts'
export type { StoreTrouble } from './store-contact.ts'
export { currentRun } from './runs/current-run.ts'
export { nameCrashes } from './runs/name-crashes.ts'
export type { DueRun } from './leader/run-due.ts'
export { decideTick, type TickDecision, type TickInput } from './ticks/decide-tick.ts'
