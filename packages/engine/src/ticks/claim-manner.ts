import type { Clock } from '@s3sched/kernel'
import type { TickCourtesy } from './tick-courtesy.ts'

/** The rules for the claims of an engine. */
export interface ClaimManner {
  /** Tells which ticks are due. */
  readonly clock: Clock
  readonly claimAheadMs: number
  /** False while claims ahead of their ticks are not allowed. @default always allowed */
  readonly mayClaimAhead?: () => boolean
  /** True for a stand-in for the leader, which leaves decisions about runs elsewhere to the next leader. */
  readonly standsIn: boolean
  /** Where several members may claim the same jobs, without a leader that has their actions. */
  readonly courtesy?: TickCourtesy
  /** Called at each look: jobs that the engine no longer owns are left alone. @default all jobs are owned */
  readonly owns?: (name: string) => boolean
  /**
   * Time after its instant within which a tick without an action here must have been claimed by another instance, in
   * ms; `undefined` for a single pass, which can't see claims by others.
   */
  readonly patienceMs: number | undefined
}
