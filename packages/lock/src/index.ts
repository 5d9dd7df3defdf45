export {
  createFencedValue,
  type Fenced,
  type FencedGetResult,
  type FencedPutResult,
  type FencedValue,
  type FencedValueOptions,
} from './fenced-value.ts'
export type { HeldLease, LeaseEnd, LeaseListener } from './held-lease.ts'
export type { LockInspection } from './inspection.ts'
export {
  createLeaseContender,
  type ClaimOutcome,
  type LeaseContender,
  type LeaseContenderDeps,
  type LeaseContenderOptions,
} from './lease-contender.ts'
export { trustedForMs, type LeaseLimits, type Sight } from './lease-state.ts'
export type { LeasePayload, LeaseRecord, Predecessor, PreviousLease } from './lease-record.ts'
export type { Lease } from './lease.ts'
export { LockError, type LockErrorCode } from './lock-error.ts'
export type { AcquireOptions, LockOptions } from './lock-options.ts'
export { createLock, type AcquireResult, type BreakResult, type Lock } from './lock.ts'
export { processHolder } from './process-holder.ts'
export {
  describeProcess,
  livenessOf,
  parseProcessMark,
  type HostProbe,
  type Liveness,
  type PidSight,
  type ProcessMark,
  type ProcessProof,
} from './process-mark.ts'
export { systemHost } from './system-host.ts'
export { takeReading, type Reading } from '@s3sched/kernel'
