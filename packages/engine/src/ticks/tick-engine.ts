/**
 * Decides about due ticks while this instance may claim.
 *
 * The loop (`tick-loop.ts`) asks for a check of a job when the time of the check has come. To check a job means: read
 * its record if it was changed elsewhere, resolve the runs of dead processes, then carry out the decisions of
 * {@link decideTick} until the decision is to wait.
 *
 * The **watermark** is the instant up to which a next leader may take all ticks as settled: claimed, skipped or
 * recorded as missed. The watermark never passes the open tick of a job under decision, however long the store takes.
 */
import type { Clock } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isTicking, jitterOf, type JobRecord, type LocalJob, lowerBound } from '@s3sched/jobs'
import type { Bucket, DefinedJobs } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Rest } from '../leader/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { ClaimGate } from './claim-gate.ts'
import type { TickCourtesy } from './tick-courtesy.ts'
import { decideTick, type TickDecision } from './decide-tick.ts'
import { orphanedFrom, type Orphans } from './orphans.ts'
import { TickHeap } from './tick-heap.ts'
import { type LookHost, type LookStep, TickLook } from './tick-look.ts'
import { MAY_NOT_MS, TickLoop } from './tick-loop.ts'
import { UnclaimedJobs, type OthersTick, type Patience } from './unclaimed-jobs.ts'
import { TickSettler } from './tick-settler.ts'

export interface TickEngineDeps
  extends Pick<Bucket, 'records' | 'outcomes' | 'schedules'>, Pick<Runs, 'recovery' | 'runs'> {
  readonly catalog: Pick<DefinedJobs, 'jobs' | 'names'>
  readonly orphans: Orphans
  readonly gate: ClaimGate
}

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

/** An open tick of a job. */
interface OpenTick {
  readonly record: JobRecord
  readonly schedule: Schedule
  readonly tick: number
}

/** A decision, and the basis of it. */
interface Decided extends Omit<OpenTick, 'tick'> {
  readonly decision: Exclude<TickDecision, { act: 'never' }>
  readonly runsElsewhere: boolean
}

/** A decision to be written. */
interface Settled {
  readonly decision: Exclude<TickDecision, { act: 'never' | 'wait' | 'hold' }>
  readonly job: LocalJob
  readonly schedule: Schedule
}

/** The time until the next check of a job whose previous run still executes elsewhere. */
const HOLD_MS = 1000
/**
 * Pause before the next look at an overdue tick that can't be claimed yet, for an unknown end of the wait (`AGAIN_MS`),
 * and the least pause for a known end (`SOON_MS`), in ms.
 */
const AGAIN_MS = 5000
const SOON_MS = 100
/** Pause before the next look at a job whose ticks other instances claim, in ms. */
const SERVED_MS = 600_000

export class TickEngine {
  readonly #deps: TickEngineDeps
  readonly #authority: Authority
  readonly #manner: ClaimManner
  readonly #clock: Clock
  readonly #looks: LookHost
  readonly #loop: TickLoop
  /** The first unsettled tick of every job. */
  readonly #open: TickHeap
  /** Jobs without an action in this instance. */
  readonly unclaimed: UnclaimedJobs
  /** The recent time when no instance was meant to run, if any. */
  rest: Rest | undefined

  constructor(env: EngineEnv, deps: TickEngineDeps, authority: Authority, manner: ClaimManner) {
    const { catalog } = deps
    this.#deps = deps
    this.#authority = authority
    this.#manner = manner
    this.#clock = manner.clock
    this.#looks = {
      settler: new TickSettler(env, deps, authority),
      goOn: (look) => this.#goOn(look),
      failed: (look, error) => this.#failed(look, error),
    }
    const { clock } = manner
    this.#loop = new TickLoop(env, { ...deps, ...catalog, clock, decide: (name) => this.#begin(name) }, authority)
    this.#open = new TickHeap(catalog.names)
    this.unclaimed = new UnclaimedJobs(env)
  }

  /** Every tick up to this instant is settled, except ticks of {@link unclaimed} jobs. Epoch ms. */
  watermark(): number {
    return Math.min(this.#clock.now(), (this.#open.earliest ?? Infinity) - 1)
  }

  /** The first open tick of all jobs, epoch ms; `undefined` if there is none. */
  get nextOpen(): number | undefined {
    return this.#open.earliest
  }

  /** The job's next tick here, or `undefined`. */
  nextTick(name: string): number | undefined {
    return this.#open.dueAt(name)
  }

  /**
   * Checks a new or changed job now.
   * @param settledUpTo - keeps the watermark from passing this instant before the check
   */
  touch(name: string, settledUpTo?: number): void {
    if (settledUpTo !== undefined && this.#open.dueAt(name) === undefined) this.#open.set(name, settledUpTo + 1)
    this.#lookAt(name, -Infinity)
  }

  /** Plans a job known to have no tick up to `after`, without a check of its record. */
  plan(name: string, schedule: Schedule, after: number): void {
    const tick = schedule.next(after)
    if (tick === null) return
    this.#deps.gate.noteSettled(name, after)
    this.#open.set(name, tick)
    this.#lookAt(name, tick - this.#leadMs(name))
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

  #lookAt(name: string, at: number): LookStep {
    this.#loop.lookAt(name, at)
    return 'over'
  }

  #begin(name: string): void {
    if (this.#manner.courtesy?.isSecond(name) === true) this.#deps.records.invalidate(name)
    this.#goOn(new TickLook(this.#looks, name))
  }

  /** Takes the steps of a look. Never throws. */
  #goOn(look: TickLook): void {
    try {
      for (;;) {
        const step = this.#loop.hasEnded ? 'over' : this.#step(look)
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
    this.#deps.records.invalidate(name)
    this.#loop.failed(name, error)
  }

  /** One decision. A promise where something has to be waited for, which hardly any step has. */
  #step(look: TickLook): LookStep | Promise<LookStep> {
    // A backlog with a fast store must not block the event loop.
    if (look.settled > 1) return this.#clock.sleep(0).then(() => this.#stepNow(look))
    return this.#stepNow(look)
  }

  #stepNow(look: TickLook): LookStep | Promise<LookStep> {
    const { records } = this.#deps
    const record = records.present(look.name)
    if (record !== undefined) return this.#withRecord(look, record)
    return records.load(look.name, this.#authority.signal).then((loaded) => this.#withRecord(look, loaded))
  }

  #withRecord(look: TickLook, record: JobRecord | undefined): LookStep | Promise<LookStep> {
    const { records, recovery, runs } = this.#deps
    const { courtesy, owns, standsIn } = this.#manner
    const { name } = look
    if (record === undefined || owns?.(name) === false) return this.#drop(name)
    courtesy?.see(name, record)
    if (this.#isClaimedByOthers(name, record)) return 'over'
    // A stand-in starts an overdue tick at once if no other run can be in the way.
    const isFirst = standsIn && effectiveSpec(record).overlap === 'allow' && look.settled === 0
    // The runs in hand here need no decision.
    if (isFirst || !runs.inHand.hasForeign(record)) return this.#withRuns(look, record, false)
    const resolving = recovery.resolve(name, record, this.#authority)
    return resolving.then((runsElsewhere) => this.#withRuns(look, records.peek(name) ?? record, runsElsewhere))
  }

  #withRuns(look: TickLook, record: JobRecord, runsElsewhere: boolean): LookStep | Promise<LookStep> {
    const { name } = look
    const schedule = this.#deps.schedules.get(name, record)
    if (!isTicking(record)) return this.#drop(name)
    if (schedule === null) return this.#dropWithoutSchedule(name)
    const spec = effectiveSpec(record)
    const decision = decideTick({
      jobName: name,
      spec,
      schedule,
      after: lowerBound(record),
      now: this.#clock.now(),
      claimAheadMs: this.#leadMs(name),
      runsElsewhere,
      // A job led before has no time before the first leader.
      rest: this.rest?.from === null && record.lastTick !== null ? undefined : this.rest,
    })
    const isLeaders = decision.act === 'skip' || decision.act === 'rest'
    if (decision.act === 'never' || (this.#manner.standsIn && isLeaders)) return this.#drop(name)
    return this.#withDecision(look, { decision, record, runsElsewhere, schedule })
  }

  #withDecision(look: TickLook, decided: Decided): LookStep | Promise<LookStep> {
    const { decision, record, runsElsewhere, schedule } = decided
    const { catalog, gate, records, recovery } = this.#deps
    const { name } = look
    const tick = decision.act === 'miss' || decision.act === 'rest' ? decision.from : decision.tick
    const job = catalog.jobs.get(name)
    if (job === undefined) return this.#withoutAction(look, { record, schedule, tick })
    this.unclaimed.delete(name)
    this.#open.set(name, tick)
    if (decision.act === 'wait') {
      gate.noteSettled(name, lowerBound(record))
      return this.#lookAt(name, decision.at)
    }
    if (runsElsewhere && decision.act !== 'claim') {
      // The run may have ended elsewhere since the last read, and its end may have waited for other writes.
      if (!look.isFresh) return this.#readAgain(look, records)
      if (this.#manner.courtesy?.isSecond(name) === true)
        return this.#lookAt(name, this.#clock.now() + Math.max(SOON_MS, recovery.othersOverInMs(name) ?? AGAIN_MS))
    }
    if (decision.act === 'hold') return this.#lookAt(name, this.#clock.now() + HOLD_MS)
    if (!this.#authority.isTrusted()) return 'over'
    // The clock behind this decision may have been set meanwhile, and a settled tick can't be taken back.
    const may = this.#loop.mayClaim()
    if (typeof may !== 'boolean') return may.then((isOpen) => this.#settle(look, { decision, job, schedule }, isOpen))
    return this.#settle(look, { decision, job, schedule }, may)
  }

  #settle(look: TickLook, { decision, job, schedule }: Settled, mayClaim: boolean): LookStep | Promise<LookStep> {
    if (!mayClaim) return this.#lookAt(look.name, this.#clock.now() + MAY_NOT_MS)
    if (decision.act === 'claim') {
      look.claim(job, schedule, decision.tick)
      return 'claiming'
    }
    return this.#looks.settler.settle(job, schedule, decision).then(() => {
      look.hasSettled()
      return 'again'
    })
  }

  #withoutAction(look: TickLook, { record, schedule, tick }: OpenTick): LookStep | Promise<LookStep> {
    const { orphans, records } = this.#deps
    const { isFresh, name } = look
    const clock = this.#clock
    if (record.orphanedAt !== null || !this.#authority.isTrusted()) return this.#drop(name)
    const orphanedAt = orphanedFrom(record, tick)
    this.unclaimed.note(name, tick, clock.now())
    const patience = this.#patience(name, record, tick)
    // Another instance may have claimed the tick without a sign.
    if (patience === 'over' && !isFresh) return this.#readAgain(look, records)
    if (clock.now() < orphanedAt || patience === 'lasts')
      return this.#leaveToOthers(name, { isFresh, orphanedAt, patience, record, tick })
    return orphans.mark(name, schedule, this.#authority.signal).then(() => 'again')
  }

  #readAgain(look: TickLook, records: Pick<TickEngineDeps['records'], 'invalidate'>): LookStep {
    look.isFresh = true
    records.invalidate(look.name)
    return 'again'
  }

  #leadMs(name: string): number {
    const { claimAheadMs, courtesy, mayClaimAhead } = this.#manner
    const leadMs = mayClaimAhead?.() === false ? 0 : Math.min(claimAheadMs, this.#deps.runs.claims.leadMs)
    return courtesy?.leadMs(name, leadMs) ?? leadMs
  }

  /**
   * True when the member that claimed the last tick has claimed the due tick, too: then nothing has to be resolved
   * here.
   */
  #isClaimedByOthers(name: string, record: JobRecord): boolean {
    if (this.#manner.courtesy?.isSecond(name) !== true) return false
    const { schedules } = this.#deps
    const tick = isTicking(record) ? (schedules.get(name, record)?.next(lowerBound(record)) ?? null) : null
    if (tick === null) return false
    const lookAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs) - this.#leadMs(name)
    if (lookAt <= this.#clock.now()) return false
    this.#open.set(name, tick)
    this.#lookAt(name, lookAt)
    return true
  }

  /** Tells whether a tick without an action here is still left to the instances with the action. */
  #patience(name: string, record: JobRecord, tick: number): Patience {
    const { clock, patienceMs } = this.#manner
    if (patienceMs === undefined) return 'none'
    const startAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs)
    return clock.now() >= Math.max(startAt, this.unclaimed.notedAt(name)) + patienceMs ? 'over' : 'lasts'
  }

  #leaveToOthers(name: string, { isFresh, orphanedAt, patience, record, tick }: OthersTick): LookStep {
    const { clock, patienceMs = Infinity } = this.#manner
    this.#open.delete(name)
    if (patience === 'over') {
      this.unclaimed.noteUnserved(name, tick)
      return this.#lookAt(name, orphanedAt)
    }
    this.unclaimed.noteServed(name, tick)
    const overAt = Math.max(tick + effectiveSpec(record).jitterMs, this.unclaimed.notedAt(name)) + patienceMs
    // Jobs claimed by others show as changed in the list of all jobs, every ten minutes.
    return this.#lookAt(name, isFresh ? Math.max(overAt, clock.now() + SERVED_MS) : overAt)
  }

  #dropWithoutSchedule(name: string): LookStep {
    this.#drop(name)
    // Requests and other jobs start this job in an instance with the action.
    if (!this.#deps.catalog.jobs.has(name)) this.unclaimed.note(name, null, this.#clock.now())
    return 'over'
  }

  #drop(name: string): LookStep {
    this.#loop.drop(name)
    this.#open.delete(name)
    this.unclaimed.delete(name)
    return 'over'
  }
}
