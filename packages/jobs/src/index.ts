export { NameTable } from './bucket/name-table.ts'
export { STANDBYS, WATCH_MS, watchMsOf } from './bucket/polling.ts'
export { ClockWatch } from './clock-watch.ts'
export { type CheckedRun, type CheckIn, type CheckInPhase, isCheckIn } from './definition/check-in.ts'
export { type Calendars, checkCalendars, storeExclusions } from './definition/calendars.ts'
export { compileNewSchedule, compileSchedule, intervalOf } from './definition/compile-schedule.ts'
export { checkContext, checkContextOfTicks, checkFields } from './definition/check-context.ts'
export { jitterOf } from './definition/jitter.ts'
export type {
  ContextAction,
  ContextJob,
  ContextJobs,
  InferredContextJob,
  InferredJobs,
} from './definition/context-job.ts'
export type {
  AnyJobs,
  ContextArgument,
  DefaultsBeside,
  GivenFields,
  KnownJob,
  ResultOf,
} from './definition/known-job.ts'
export type { JobContext, OwnFields, RunFacts } from './definition/job-context.ts'
export type { AfterOn, Predecessor } from './definition/predecessor.ts'
export type { PredecessorRun } from './definition/predecessor-run.ts'
export type {
  AnyAction,
  AnyJobDefinition,
  EverySchedule,
  GroupLimit,
  JobAction,
  JobDefinition,
  JobSettings,
  ScheduleExclusion,
  SingleSchedule,
} from './definition/job-definition.ts'
export { checkJobName } from './definition/job-name.ts'
export { hashSpec, type JobSpec } from './definition/job-spec.ts'
export { isSameDefinition } from './definition/same-ticks.ts'
export type { LocalJob } from './definition/local-job.ts'
export { hasSameTicks } from './definition/same-ticks.ts'
export { isStandardSchema, type StandardSchema } from './definition/standard-schema.ts'
export { startOfTick } from './definition/start-of-tick.ts'
export { checkIntervalFields, storeSchedule, withRules } from './definition/store-schedule.ts'
export {
  isComposition,
  singlesOf,
  type StoredCalendar,
  type StoredComposition,
  type StoredExclusion,
  type StoredSchedule,
  type StoredSingle,
} from './definition/stored-schedule.ts'
export { Mistakes } from './mistakes.ts'
export { awaitsSchedule, endBackfill, moveCursor, mustWait, nextOfBackfill } from './record/backfill.ts'
export type { Backfill, BackfillOverlap } from './record/backfill-cursor.ts'
export { type BackfillOptions, type BackfillStart, knownFrom, planBackfill } from './record/plan-backfill.ts'
export {
  claimRun,
  consumePredecessors,
  defineJob,
  endRun,
  isOpenTick,
  judgeLost,
  newJob,
  obeyRequest,
  orphanJob,
  overrideJob,
  passTicks,
  pauseJob,
  removeJob,
  restTicks,
  resumeJob,
  type RunClaim,
  withdrawRun,
} from './record/job-changes.ts'
export { pauseBetween } from './record/failed-ticks.ts'
export type { PausedFor } from './record/paused-for.ts'
export { jobNotFound } from './record/job-not-found.ts'
export {
  type Consumed,
  effectiveSpec,
  isActive,
  isTicking,
  type JobRecord,
  type LastRun,
  lowerBound,
  type OpenRun,
  type PastPeriod,
  type PendingRetry,
  remainingRuns,
  type Verdict,
} from './record/job-record.ts'
export { parseJobRecord } from './record/job-record-format.ts'
export { leaseKeyOf, shardOf } from './record/job-shard.ts'
export { countingIn, pastOf } from './record/past-periods.ts'
export { arrive, depart, holdsPlace, runsBefore, type GroupRecord, type GroupRun } from './record/group-places.ts'
export { keepRun, noteRetry, releaseRun, reopenRun, takeOver } from './record/run-changes.ts'
export { SchedulerError, type SchedulerErrorCode, type SchedulerErrorOptions } from './scheduler-error.ts'
export { asSchedulerError, inScheduler, onBucket } from './wrap-error.ts'
