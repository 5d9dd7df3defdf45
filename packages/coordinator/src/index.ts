export { CoordinatorError, type CoordinatorErrorCode } from './coordinator-error.ts'
export type { CoordinatorEvents, DemotionReason, Leader, PreviousLeadership } from './coordinator-events.ts'
export type { CoordinatorOptions, ShardedCoordinatorOptions } from './coordinator-options.ts'
export { createCoordinator, type Coordinator } from './coordinator.ts'
export { lastWriteOf } from './earlier-instances.ts'
export type { Phase } from './election.ts'
export type { Peer } from './hand-over.ts'
export type { Leadership, LeaderRun } from './leadership.ts'
export type { Worker } from './member.ts'
export { Membership, type MembershipDeps, type MembershipTerms } from './membership.ts'
export { lineUp as shardLines } from './placement.ts'
export {
  createShardedCoordinator,
  type Shard,
  type ShardedCoordinator,
  type ShardedCoordinatorEvents,
} from './sharded-coordinator.ts'
export { newWorkerId } from './worker-id.ts'
