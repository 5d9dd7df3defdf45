import type { ActionCall } from '../action-log.ts'
import type { Change } from '../ledger.ts'
import type { Operation, Plan } from '../plan.ts'
import type { SimulatedProcess } from '../process.ts'

/** What an operator asked for. Real ms. */
export interface OperationLog {
  readonly kind: Operation
  readonly job: string
  readonly at: number
  /** Until then it was tried again. */
  until: number
}

/** All that is known of a run when it has ended, none of it by the word of the code under test. */
export interface Evidence {
  readonly plan: Plan
  readonly changes: readonly Change[]
  readonly calls: readonly ActionCall[]
  readonly overlaps: readonly string[]
  /** What was seen to be wrong while it went on. */
  readonly violations: readonly string[]
  /** Those that are alive at the end. */
  readonly processes: readonly SimulatedProcess[]
  /** Real ms. */
  readonly endedAt: number
  /** What the store's clock said then, epoch ms. */
  readonly storeTime: number
  /** What the wall clock of each machine said then, epoch ms. */
  readonly wallTimes: readonly number[]
  readonly operations: readonly OperationLog[]
  readonly leaderSince: number | undefined
  /** Jobs of which some change was not brought to its end: it may be seen as late as at the next look at everything. */
  readonly unfinished: ReadonlySet<string>
}
