import type { ActionCall, OverlapSeen } from '../action-log.ts'
import type { Change } from '../ledger.ts'
import type { Operation, Plan } from '../plan-form.ts'
import type { SimulatedProcess } from '../process.ts'

/** An operator's request; times are real ms. */
export interface OperationLog {
  readonly kind: Operation
  readonly job: string
  readonly at: number
  /** The end of the retries. */
  until: number
}

/** All evidence at the end of a simulation, without the word of the code under test. */
export interface Evidence {
  readonly plan: Plan
  readonly changes: readonly Change[]
  readonly calls: readonly ActionCall[]
  readonly overlaps: readonly OverlapSeen[]
  /** Violations noticed during the simulation. */
  readonly violations: readonly string[]
  /** Processes alive at the end. */
  readonly processes: readonly SimulatedProcess[]
  /** The last process of each machine, also one that has ended: between two passes, a machine has no process alive. */
  readonly latest: readonly SimulatedProcess[]
  /** Real ms. */
  readonly endedAt: number
  /** The store's clock at the end, epoch ms. */
  readonly storeTime: number
  /** The wall clock of each machine at the end, epoch ms. */
  readonly wallTimes: readonly number[]
  readonly operations: readonly OperationLog[]
  /** True if a fault that may keep a process from a write befell the process between two instants, real ms. */
  readonly isDisturbed: (process: string, from: number, until: number) => boolean
  readonly leaderSince: number | undefined
  /** True for a request to run whose asker was told that the request is in the bucket. */
  readonly isAnswered: (requestId: string) => boolean
  /** Jobs with an unfinished change: instances may see the change as late as at the next look at all jobs. */
  readonly unfinished: ReadonlySet<string>
}

/** The lists of jobs of the last processes, asked for once: a list tells the state of each of its jobs. */
const lists = new WeakMap<Evidence['latest'], readonly object[]>()

/** True if each machine has the job's action, in the last version of the code that it started. */
export function isEverywhere(job: string, { latest }: Pick<Evidence, 'latest'>): boolean {
  let known = lists.get(latest)
  if (known === undefined) lists.set(latest, (known = latest.map(({ scheduler }) => scheduler.listJobs())))
  return known.every((list) => job in list)
}
