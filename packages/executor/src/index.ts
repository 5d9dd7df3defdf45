export { MAX_JSON_BYTES, serializeError, toBoundedJson, type JsonValue, type SerializedError } from '@s3sched/kernel'
export {
  checkBackoff,
  delayAfter,
  type Backoff,
  type BackoffFunction,
  type BackoffOptions,
  type BackoffType,
  type CheckedBackoff,
  type Delay,
} from './backoff.ts'
export { CancelledError, type CancelReason } from './cancelled-error.ts'
export {
  createExecutor,
  type DrainOptions,
  type DrainReport,
  type Executor,
  type ExecutorDeps,
  type ExecutorOptions,
  type SlotUse,
} from './executor.ts'
export { checkActionFile } from './isolated/action-file.ts'
export { resolveIsolationOptions } from './isolated/isolation-options.ts'
export { NonRetriableError } from './non-retriable-error.ts'
export { callInContext, currentRun, type Progress, type RunContext } from './run-context.ts'
export type { LogEntry } from './run-log.ts'
export type { AttemptRecord, RunOutcome, RunStatus, SkipReason } from './run-outcome.ts'
export {
  resolvePolicy,
  type OnHang,
  type Overlap,
  type OwnPolicy,
  type ResolvedPolicy,
  type RunHooks,
  type RunPolicy,
} from './run-policy.ts'
export type { SlotWait } from './run-turns.ts'
export type { RunPhase } from './run-waits.ts'
export type { RunningRun, RunReport } from './running-run.ts'
export type { Action, Task } from './task.ts'
export { orAbort } from './until-aborted.ts'
