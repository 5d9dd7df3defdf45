/**
 * Decides about due ticks while this instance may claim.
 *
 * The loop (`tick-loop.ts`) asks for a check of a job when the time of the check has come. The check is a look
 * (`tick-look.ts`) of as many steps (`look-steps.ts`) as the job has open ticks, until the decision is to wait.
 */
import type { Schedule } from '@s3sched/cron'
import type { Bucket } from '../bucket.ts'
import type { DefinedJobs } from '../definitions/defined-jobs.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Rest } from '../fleet/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { ClaimGate } from './claim-gate.ts'
import type { ClaimManner } from './claim-manner.ts'
import { LookSteps } from './look-steps.ts'
import type { Orphans } from './orphans.ts'
import { type LookHost, type LookStep, TickLook } from './tick-look.ts'
import { TickLoop } from './tick-loop.ts'
import { TickPlan } from './tick-plan.ts'
import { TickSettler } from './tick-settler.ts'
import { TicksOfOthers } from './ticks-of-others.ts'
import { UnclaimedJobs } from './unclaimed-jobs.ts'

export interface TickEngineDeps {
  readonly bucket: Pick<Bucket, 'outcomes' | 'records' | 'schedules'>
  readonly catalog: Pick<DefinedJobs, 'jobs' | 'names'>
  readonly gate: ClaimGate
  readonly orphans: Orphans
  readonly runs: Pick<Runs, 'recovery' | 'runs'>
}

export class TickEngine {
  readonly #manner: ClaimManner
  readonly #looks: LookHost
  readonly #loop: TickLoop
  readonly #plan: TickPlan
  readonly #steps: LookSteps
  /** Jobs without an action in this instance. */
  readonly unclaimed: UnclaimedJobs

  constructor(env: EngineEnv, deps: TickEngineDeps, authority: Authority, manner: ClaimManner) {
    const { bucket, catalog, gate, orphans } = deps
    const { runs } = deps.runs
    const { records, schedules } = bucket
    const { clock } = manner
    this.#manner = manner
    const unclaimed = (this.unclaimed = new UnclaimedJobs(env))
    const decide = (name: string): void => this.#begin(name)
    const loop = (this.#loop = new TickLoop(env, { ...catalog, clock, decide, gate }, authority))
    const plan = (this.#plan = new TickPlan(
      { claims: runs.claims, gate, loop, names: catalog.names, unclaimed },
      manner,
    ))
    const settler = new TickSettler(env, { ...bucket, runs }, authority)
    const others = new TicksOfOthers({ catalog, orphans, plan, schedules, unclaimed }, authority, manner)
    this.#steps = new LookSteps({ bucket, loop, others, plan, runs: deps.runs, settler }, authority, manner)
    this.#looks = {
      records,
      settler,
      goOn: (look) => this.#goOn(look),
      failed: (look, error) => this.#failed(look, error),
    }
  }

  /** The recent time when no instance was meant to run, if any. */
  get rest(): Rest | undefined {
    return this.#steps.rest
  }

  set rest(rest: Rest | undefined) {
    this.#steps.rest = rest
  }

  /** Every tick up to this instant is settled, except ticks of {@link unclaimed} jobs. Epoch ms. */
  watermark(): number {
    return this.#plan.watermark()
  }

  /** The first open tick of all jobs, epoch ms; `undefined` if there is none, and when no tick is decided here any more. */
  get nextOpen(): number | undefined {
    return this.#loop.hasEnded ? undefined : this.#plan.nextOpen
  }

  /** The job's next tick here, or `undefined`. */
  nextTick(name: string): number | undefined {
    return this.#plan.openTick(name)
  }

  /**
   * Checks a new or changed job now.
   * @param settledUpTo - keeps the watermark from passing this instant before the check
   */
  touch(name: string, settledUpTo?: number): void {
    if (settledUpTo !== undefined && this.nextTick(name) === undefined) this.#plan.open(name, settledUpTo + 1)
    this.#plan.lookAt(name, -Infinity)
  }

  /** Plans a job known to have no tick up to `after`, without a check of its record. */
  plan(name: string, schedule: Schedule, after: number): void {
    const tick = schedule.next(after)
    if (tick === null) return
    this.#plan.wait(name, { settledUpTo: after, tick, at: tick - this.#plan.leadMs(name) })
  }

  /** Ends all claiming, although the authority may go on. */
  stop(): void {
    this.#loop.stop()
  }

  /** Runs until {@link stop} or the end of the authority. Never rejects. */
  run(): Promise<void> {
    return this.#loop.run()
  }

  /** Resolves when no decision is under way. */
  decided(): Promise<void> {
    return this.#loop.decided()
  }

  /**
   * A single pass: settles all ticks due now.
   * @returns the errors of ticks that could not be settled, after all decisions
   */
  runOnce(): Promise<readonly unknown[]> {
    return this.#loop.runOnce()
  }

  #begin(name: string): void {
    if (this.#manner.courtesy?.isSecond(name) === true) this.#looks.records.invalidate(name)
    this.#goOn(new TickLook(this.#looks, name))
  }

  /** Takes the steps of a look. Never throws. */
  #goOn(look: TickLook): void {
    try {
      for (;;) {
        const step = this.#loop.hasEnded ? 'over' : this.#steps.next(look)
        if (step === 'claiming') return
        if (step === 'over') return this.#loop.checked(look.name)
        if (step !== 'again') return void this.#goOnAfter(look, step)
      }
    } catch (error) {
      this.#failed(look, error)
    }
  }

  async #goOnAfter(look: TickLook, waiting: Promise<LookStep>): Promise<void> {
    try {
      const step = await waiting
      if (step === 'again') this.#goOn(look)
      else if (step === 'over') this.#loop.checked(look.name)
    } catch (error) {
      this.#failed(look, error)
    }
  }

  /** A hand may mend a record, such as one with a nonsense schedule: the next check reads the page again. */
  #failed({ name }: TickLook, error: unknown): void {
    this.#looks.records.invalidate(name)
    this.#loop.failed(name, error)
  }
}
