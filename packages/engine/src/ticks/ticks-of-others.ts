/**
 * The ticks that this engine leaves to other instances.
 *
 * An instance without the action of a job can't run its ticks. The instances with the action claim these ticks, and a
 * changed record shows the claim. A tick that nobody has claimed within the patience is told once as unclaimed; after
 * the catch-up window the job is an orphan (`orphans.ts`). Until then the watermark passes such ticks, since an instance
 * with the action finds them by the job's record.
 *
 * Among several members with the action, the member that claimed the last tick goes first (`tick-courtesy.ts`).
 */
import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isTicking, jitterOf, type JobRecord, type LocalJob, lowerBound } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { DefinedJobs } from '../definitions/defined-jobs.ts'
import type { Authority } from '../runs/authority.ts'
import type { ClaimManner } from './claim-manner.ts'
import { orphanedFrom, type Orphans } from './orphans.ts'
import type { LookStep, TickLook } from './tick-look.ts'
import type { TickPlan } from './tick-plan.ts'
import type { UnclaimedJobs } from './unclaimed-jobs.ts'

export interface TicksOfOthersDeps {
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  readonly orphans: Orphans
  readonly plan: TickPlan
  readonly schedules: Bucket['schedules']
  readonly unclaimed: UnclaimedJobs
}

/** An open tick of a job. */
export interface OpenTick {
  readonly record: JobRecord
  readonly schedule: Schedule
  readonly tick: number
}

/** `none`: claims by others can't be seen. */
type Patience = 'lasts' | 'over' | 'none'

/** A tick of a job whose action only other instances have. */
interface OthersTick extends OpenTick {
  readonly patience: Patience
  readonly orphanedAt: number
}

/** Pause before the next look at a job whose ticks other instances claim, in ms. */
const SERVED_MS = 600_000

export class TicksOfOthers {
  readonly #deps: TicksOfOthersDeps
  readonly #authority: Authority
  readonly #manner: ClaimManner

  constructor(deps: TicksOfOthersDeps, authority: Authority, manner: ClaimManner) {
    this.#deps = deps
    this.#authority = authority
    this.#manner = manner
  }

  /** The job, if its action is here. */
  jobHere(name: string): LocalJob | undefined {
    const { catalog, unclaimed } = this.#deps
    const job = catalog.jobs.get(name)
    if (job !== undefined) unclaimed.delete(name)
    return job
  }

  /**
   * True when the member that claimed the last tick has claimed the due tick, too: then nothing has to be resolved
   * here, and the next look is planned.
   */
  isClaimed(name: string, record: JobRecord): boolean {
    if (this.#manner.courtesy?.isSecond(name) !== true) return false
    const { plan, schedules } = this.#deps
    const tick = isTicking(record) ? (schedules.get(name, record)?.next(lowerBound(record)) ?? null) : null
    if (tick === null) return false
    const lookAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs) - plan.leadMs(name)
    if (lookAt <= this.#manner.clock.now()) return false
    plan.open(name, tick)
    plan.lookAt(name, lookAt)
    return true
  }

  /** A job without ticks. */
  withoutSchedule(name: string): LookStep {
    const { catalog, plan, unclaimed } = this.#deps
    plan.drop(name)
    // Requests and other jobs start this job in an instance with the action.
    if (!catalog.jobs.has(name)) unclaimed.note(name, null, this.#manner.clock.now())
    return 'over'
  }

  /** An open tick of a job without an action here. */
  withoutAction(look: TickLook, open: OpenTick): LookStep | Promise<LookStep> {
    const { orphans, plan, unclaimed } = this.#deps
    const { record, schedule, tick } = open
    const { isFresh, name } = look
    const now = this.#manner.clock.now()
    if (record.orphanedAt !== null || !this.#authority.isTrusted()) return plan.drop(name)
    const orphanedAt = orphanedFrom(record, tick)
    unclaimed.note(name, tick, now)
    const patience = this.#patience(name, record, tick)
    // Another instance may have claimed the tick without a sign.
    if (patience === 'over' && !isFresh) return look.readAgain()
    if (now < orphanedAt || patience === 'lasts') return this.#leave(look, { ...open, orphanedAt, patience })
    return orphans.mark(name, schedule, this.#authority.signal).then(() => 'again')
  }

  /** Tells whether a tick without an action here is still left to the instances with the action. */
  #patience(name: string, record: JobRecord, tick: number): Patience {
    const { clock, patienceMs } = this.#manner
    if (patienceMs === undefined) return 'none'
    const startAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs)
    return clock.now() >= Math.max(startAt, this.#deps.unclaimed.notedAt(name)) + patienceMs ? 'over' : 'lasts'
  }

  #leave({ isFresh, name }: TickLook, { orphanedAt, patience, record, tick }: OthersTick): LookStep {
    const { clock, patienceMs = Infinity } = this.#manner
    const { plan, unclaimed } = this.#deps
    plan.leaveOpen(name)
    if (patience === 'over') {
      unclaimed.noteUnserved(name, tick)
      return plan.lookAt(name, orphanedAt)
    }
    unclaimed.noteServed(name, tick)
    const overAt = Math.max(tick + effectiveSpec(record).jitterMs, unclaimed.notedAt(name)) + patienceMs
    // Jobs claimed by others show as changed in the list of all jobs, every ten minutes.
    return plan.lookAt(name, isFresh ? Math.max(overAt, clock.now() + SERVED_MS) : overAt)
  }
}
