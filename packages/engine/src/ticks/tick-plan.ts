import type { NameTable } from '@s3sched/jobs'
import type { RunClaims } from '../runs/run-claims.ts'
import type { ClaimGate } from './claim-gate.ts'
import type { ClaimManner } from './claim-manner.ts'
import { TickHeap } from './tick-heap.ts'
import type { LookStep } from './tick-look.ts'
import type { TickLoop } from './tick-loop.ts'
import type { UnclaimedJobs } from './unclaimed-jobs.ts'

export interface TickPlanDeps {
  readonly claims: Pick<RunClaims, 'leadMs'>
  readonly gate: Pick<ClaimGate, 'noteSettled'>
  readonly loop: Pick<TickLoop, 'drop' | 'lookAt'>
  readonly names: NameTable
  /** The jobs without an action in this instance. */
  readonly unclaimed: UnclaimedJobs
}

/** Instants are epoch ms. */
export interface PlannedTick {
  readonly settledUpTo: number
  readonly tick: number
  readonly at: number
}

/**
 * The plan of an engine: for each job the first unsettled tick, and the instant of the next check.
 *
 * The **watermark** is the instant up to which a next leader may take all ticks as settled: claimed, skipped or
 * recorded as missed. The watermark never passes the open tick of a job under decision, however long the store takes.
 */
export class TickPlan {
  readonly #deps: TickPlanDeps
  readonly #manner: ClaimManner
  /** The first unsettled tick of every job. */
  readonly #open: TickHeap

  constructor(deps: TickPlanDeps, manner: ClaimManner) {
    this.#deps = deps
    this.#manner = manner
    this.#open = new TickHeap(deps.names)
  }

  /** Every tick up to this instant is settled, except ticks of unclaimed jobs. Epoch ms. */
  watermark(): number {
    return Math.min(this.#manner.clock.now(), (this.#open.earliest ?? Infinity) - 1)
  }

  /** The first open tick of all jobs, epoch ms; `undefined` if there is none. */
  get nextOpen(): number | undefined {
    return this.#open.earliest
  }

  /** The first open tick of a job, epoch ms; `undefined` if there is none. */
  openTick(name: string): number | undefined {
    return this.#open.dueAt(name)
  }

  /** Keeps the watermark from passing this tick. */
  open(name: string, tick: number): void {
    this.#open.set(name, tick)
  }

  /** Lets the watermark pass the ticks of a job that other instances claim. */
  leaveOpen(name: string): void {
    this.#open.delete(name)
  }

  /** Every tick of the job up to `settledUpTo` is settled, and the next tick is decided at `at`; epoch ms. */
  wait(name: string, { at, settledUpTo, tick }: PlannedTick): LookStep {
    this.#deps.gate.noteSettled(name, settledUpTo)
    this.open(name, tick)
    return this.lookAt(name, at)
  }

  /** Checks the job at this instant, epoch ms. */
  lookAt(name: string, at: number): LookStep {
    this.#deps.loop.lookAt(name, at)
    return 'over'
  }

  /** The job has no ticks here any more. */
  drop(name: string): LookStep {
    const { loop, unclaimed } = this.#deps
    loop.drop(name)
    this.#open.delete(name)
    unclaimed.delete(name)
    return 'over'
  }

  /** Time before its instant at which a tick is decided, in ms; negative for a time after the instant. */
  leadMs(name: string): number {
    const { claimAheadMs, courtesy, mayClaimAhead } = this.#manner
    const leadMs = mayClaimAhead?.() === false ? 0 : Math.min(claimAheadMs, this.#deps.claims.leadMs)
    return courtesy?.leadMs(name, leadMs) ?? leadMs
  }
}
