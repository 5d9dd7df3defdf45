/**
 * The loop that decides about due ticks while this instance may claim.
 *
 * A single heap holds the time of the next check of each job. A single timer sleeps until the earliest check, for at
 * most a minute: within a minute the loop notices a corrected clock, or a suspended machine, and sets the timer again
 * toward the same tick. To check a job means: read its record if it was changed elsewhere, resolve the runs of dead
 * processes, then carry out the decisions of {@link decideTick} until the decision is to wait.
 *
 * The **watermark** is the instant up to which a next leader may take all ticks as settled: claimed, skipped or
 * recorded as missed. The watermark never passes the open tick of a job under decision, however long the store takes.
 */
import { fullJitter, messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import {
  type ClockWatch,
  effectiveSpec,
  isActive,
  jitterOf,
  type JobRecord,
  type LocalJob,
  lowerBound,
  type NameTable,
} from '@s3sched/jobs'
import type { Rest } from '../leader/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import type { RecordSightings } from '../runs/record-sightings.ts'
import type { RunRecovery } from '../runs/run-recovery.ts'
import { claimLead } from './claim-lead.ts'
import type { TickCourtesy } from './tick-courtesy.ts'
import { decideTick } from './decide-tick.ts'
import { orphanedFrom, type Orphans } from './orphans.ts'
import { TickHeap } from './tick-heap.ts'
import { UnclaimedJobs, type OthersTick, type Patience } from './unclaimed-jobs.ts'
import { TickSettler, type TickSettlerDeps } from './tick-settler.ts'

export interface TickEngineDeps extends TickSettlerDeps {
  readonly recovery: RunRecovery
  readonly clock: Clock
  readonly clockWatch: Pick<ClockWatch, 'noteSettled'>
  readonly logger: Logger
  readonly orphans: Orphans
  readonly claimAheadMs: number
  /** True for a stand-in for the leader, which leaves decisions about runs elsewhere to the next leader. */
  readonly standsIn: boolean
  /** Where several members may claim the same jobs, without a leader that has their actions. */
  readonly courtesy?: TickCourtesy
  /** Called at each look: jobs that the engine no longer owns are left alone. @default all jobs are owned */
  readonly owns?: (name: string) => boolean
  readonly sightings: RecordSightings
  /**
   * Time after its instant within which a tick without an action here must have been claimed by another instance, in
   * ms; `undefined` for a single pass, which can't see claims by others.
   */
  readonly patienceMs: number | undefined
  readonly localJob: (name: string) => LocalJob | undefined
  /** Shared with all other tables that have an entry for each job. */
  readonly names: NameTable
  /** Asked before every claim: without a `true` nothing is claimed. */
  readonly mayClaim: () => Promise<boolean>
}

const LONGEST_SLEEP_MS = 60_000
/** The most jobs decided at the same time, each with at most one request under way. */
const AT_ONCE = 64
/**
 * The most decisions begun in one turn of the event loop: other due work must not wait until all requests are signed
 * and sent.
 */
const PER_TURN = 8
/** The time until the next check of a job whose previous run still executes elsewhere. */
const HOLD_MS = 1000
/** The time until the next {@link TickEngineDeps.mayClaim} after a `false`. */
const MAY_NOT_MS = 1000
/**
 * Pause before the next look at an overdue tick that can't be claimed yet, for an unknown end of the wait (`AGAIN_MS`),
 * and the least pause for a known end (`SOON_MS`), in ms.
 */
const AGAIN_MS = 5000
const SOON_MS = 100
/** Pause before the next look at a job whose ticks other instances claim, in ms. */
const SERVED_MS = 600_000
/** An abort without a reason creates an exception with a stack trace. */
const WOKEN = 'woken early, on purpose'
const RETRY = { baseMs: 250, maxMs: 10_000 }

export class TickEngine {
  readonly #deps: TickEngineDeps
  readonly #authority: Authority
  readonly #settler: TickSettler
  /** The time of each job's next check. */
  readonly #due: TickHeap
  /** The first unsettled tick of every job. */
  readonly #open: TickHeap
  readonly #deciding = new Map<string, Promise<void>>()
  /** Jobs without an action in this instance. */
  readonly unclaimed: UnclaimedJobs
  readonly #failures = new Map<string, number>()
  /** The errors of the current pass. */
  #troubles: unknown[] | undefined
  #wake = new AbortController()
  #isWaking = false
  /** The end of the loop's sleep, by the wall clock. */
  #wakesAt = -Infinity
  #stopped = false
  /** The recent time when no instance was meant to run, if any. */
  rest: Rest | undefined

  constructor(deps: TickEngineDeps, authority: Authority) {
    this.#deps = deps
    this.#authority = authority
    this.#settler = new TickSettler(deps, authority)
    this.#due = new TickHeap(deps.names)
    this.#open = new TickHeap(deps.names)
    this.unclaimed = new UnclaimedJobs(deps)
  }

  /** Every tick up to this instant is settled, except ticks of {@link unclaimed} jobs. Epoch ms. */
  watermark(): number {
    return Math.min(this.#deps.clock.now(), (this.#open.earliest ?? Infinity) - 1)
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
    this.#deps.clockWatch.noteSettled(name, after)
    this.#open.set(name, tick)
    this.#lookAt(name, tick - this.#leadMs(name))
  }

  /** Ends all claiming, although the authority may go on. */
  stop(): void {
    this.#stopped = true
    this.#noteWaiting(false)
    this.#wake.abort(WOKEN)
  }

  /** Runs until {@link stop} or the end of the authority. Never rejects. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    const { signal } = this.#authority
    const onEnd = (): void => this.#wake.abort(WOKEN)
    signal.addEventListener('abort', onEnd, { once: true })
    while (!this.#hasEnded) {
      this.#wake = new AbortController()
      const mayClaim = await this.#mayClaim()
      if (this.#hasEnded) break
      if (!mayClaim) {
        this.#noteWaiting(false)
        await this.#sleep(MAY_NOT_MS)
        continue
      }
      const free = AT_ONCE - this.#deciding.size
      for (const name of this.#due.takeDue(clock.now(), Math.min(free, PER_TURN))) this.#look(name)
      const earliest = this.#due.earliest ?? Infinity
      this.#noteWaiting(earliest <= clock.now())
      // When the limit of decisions is reached, the loop waits: the next finished decision wakes it.
      const next = this.#deciding.size < AT_ONCE ? earliest : Infinity
      this.#wakesAt = Math.min(next, clock.now() + LONGEST_SLEEP_MS)
      await this.#sleep(this.#wakesAt - clock.now())
    }
    signal.removeEventListener('abort', onEnd)
    this.#noteWaiting(false)
    await this.decided()
  }

  /** Resolves when no decision is under way. */
  async decided(): Promise<void> {
    while (this.#deciding.size > 0) await Promise.all(this.#deciding.values())
  }

  /**
   * A single pass: settles all ticks due now.
   * @returns the errors of ticks that could not be settled, after all decisions
   */
  async runOnce(): Promise<readonly unknown[]> {
    const troubles: unknown[] = (this.#troubles = [])
    for (;;) {
      const names = this.#due.takeDue(this.#deps.clock.now(), AT_ONCE)
      if (names.length === 0) return troubles
      for (const name of names) this.#look(name)
      await this.decided()
    }
  }

  #lookAt(name: string, at: number): void {
    this.#due.set(name, at)
    if (at < this.#wakesAt) void this.#wakeNextTurn()
  }

  get #hasEnded(): boolean {
    return this.#stopped || this.#authority.signal.aborted
  }

  /** Tells the recorder about waiting claims: the records of ended runs come after the claims of due ticks. */
  #noteWaiting(wait: boolean): void {
    this.#deps.recorder.noteClaims(this, wait)
  }

  async #mayClaim(): Promise<boolean> {
    try {
      return this.#authority.isTrusted() && (await this.#deps.mayClaim())
    } catch (error) {
      this.#report(error)
      return false
    }
  }

  async #sleep(ms: number): Promise<void> {
    await this.#deps.clock.sleep(ms, this.#wake.signal).catch(() => undefined) // woken early, on purpose
  }

  #look(name: string): void {
    const previous = this.#deciding.get(name)
    if (previous !== undefined) {
      // A decision is under way: check again right after it.
      void previous.then(() => this.touch(name))
      return
    }
    const deciding = this.#decide(name)
      .then(() => void this.#failures.delete(name))
      .catch((error: unknown) => this.#again(name, error))
      .finally(() => {
        if (this.#deciding.size === AT_ONCE) void this.#wakeNextTurn()
        this.#deciding.delete(name)
      })
    this.#deciding.set(name, deciding)
  }

  /** Many answers may arrive in one turn: all are handled before any new request is signed and sent. */
  async #wakeNextTurn(): Promise<void> {
    if (this.#isWaking) return
    this.#isWaking = true
    await this.#deps.clock.sleep(0)
    this.#isWaking = false
    this.#wake.abort(WOKEN)
  }

  #again(name: string, error: unknown): void {
    if (this.#hasEnded) return
    const failures = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, failures)
    this.#troubles?.push(error)
    this.#report(error, name)
    this.#lookAt(name, this.#deps.clock.now() + fullJitter(failures, RETRY, this.#deps.random))
  }

  #report(error: unknown, jobName?: string): void {
    const { events, logger } = this.#deps
    const of = jobName === undefined ? '' : ` of job '${jobName}'`
    logger.error(`the ticks${of} could not be settled yet: ${messageOf(error)}`, { error })
    events.announce('error', { error, ...(jobName === undefined ? {} : { jobName }) })
  }

  async #decide(name: string): Promise<void> {
    const { book, clock, clockWatch, courtesy, localJob, owns, recovery, runs, scheduleOf, standsIn } = this.#deps
    const authority = this.#authority
    let settled = 0
    let isFresh = false
    if (courtesy?.isSecond(name) === true) book.invalidate(name)
    while (!this.#hasEnded) {
      // A backlog with a fast store must not block the event loop.
      if (settled > 1) await clock.sleep(0)
      const record = await book.load(name, authority.signal)
      if (record === undefined || owns?.(name) === false) return this.#drop(name)
      courtesy?.see(name, record)
      if (this.#isClaimedByOthers(name, record)) return
      // A stand-in starts an overdue tick at once if no other run can be in the way.
      const isFirst = standsIn && effectiveSpec(record).overlap === 'allow' && settled === 0
      const runsElsewhere = !isFirst && (await recovery.resolve(name, record, authority))
      const current = book.peek(name) ?? record
      const schedule = scheduleOf(name, current)
      if (!isActive(current)) return this.#drop(name)
      if (schedule === null) return this.#dropWithoutSchedule(name)
      const after = lowerBound(current)
      const decision = decideTick({
        jobName: name,
        spec: effectiveSpec(current),
        schedule,
        after,
        now: clock.now(),
        claimAheadMs: this.#leadMs(name),
        runsElsewhere,
        // A job that was led before has no time before its first leader.
        rest: this.rest?.from === null && current.lastTick !== null ? undefined : this.rest,
      })
      const isLeaders = decision.act === 'skip' || decision.act === 'rest'
      if (decision.act === 'never' || (standsIn && isLeaders)) return this.#drop(name)
      const tick = decision.act === 'miss' || decision.act === 'rest' ? decision.from : decision.tick
      const job = localJob(name)
      if (job === undefined) {
        if (current.orphanedAt !== null || !authority.isTrusted()) return this.#drop(name)
        const orphanedAt = orphanedFrom(current, tick)
        this.unclaimed.note(name, tick, clock.now())
        const patience = this.#patience(name, current, tick)
        if (patience === 'over' && !isFresh) {
          // Another instance may have claimed the tick without a sign.
          isFresh = true
          book.invalidate(name)
          continue
        }
        if (clock.now() < orphanedAt || patience === 'lasts')
          return this.#leaveToOthers(name, { isFresh, orphanedAt, patience, record: current, tick })
        await this.#deps.orphans.mark(name, schedule, authority.signal)
        continue
      }
      this.unclaimed.delete(name)
      this.#open.set(name, tick)
      if (decision.act === 'wait') {
        clockWatch.noteSettled(name, after)
        // The first claim of a stand-in may precede its look at the runs before, and others may make the next claim.
        if (standsIn && settled > 0) void runs.folds.fold(name)
        return this.#lookAt(name, decision.at)
      }
      if (runsElsewhere && decision.act !== 'claim' && courtesy?.isSecond(name) === true)
        return this.#lookAt(name, clock.now() + Math.max(SOON_MS, recovery.othersOverInMs(name) ?? AGAIN_MS))
      if (decision.act === 'hold') return this.#lookAt(name, clock.now() + HOLD_MS)
      if (!authority.isTrusted()) return
      // The clock behind this decision may have been set meanwhile, and a settled tick can't be taken back.
      if (!(await this.#mayClaim())) return this.#lookAt(name, clock.now() + MAY_NOT_MS)
      await this.#settler.settle(job, schedule, decision)
      settled++
    }
  }

  #leadMs(name: string): number {
    const { claimAheadMs, courtesy } = this.#deps
    return courtesy?.leadMs(name, claimAheadMs) ?? claimLead(name, claimAheadMs)
  }

  /**
   * True when the member that claimed the last tick has claimed the due tick, too: then nothing has to be resolved
   * here.
   */
  #isClaimedByOthers(name: string, record: JobRecord): boolean {
    const { book, clock, courtesy, scheduleOf, sightings } = this.#deps
    if (courtesy?.isSecond(name) !== true) return false
    const version = book.versionOf(name)
    if (version !== undefined) sightings.see(name, version)
    const tick = isActive(record) ? (scheduleOf(name, record)?.next(lowerBound(record)) ?? null) : null
    if (tick === null) return false
    const lookAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs) - this.#leadMs(name)
    if (lookAt <= clock.now()) return false
    this.#open.set(name, tick)
    this.#lookAt(name, lookAt)
    return true
  }

  /** Tells whether a tick without an action here is still left to the instances with the action. */
  #patience(name: string, record: JobRecord, tick: number): Patience {
    const { clock, patienceMs } = this.#deps
    if (patienceMs === undefined) return 'none'
    const startAt = tick + jitterOf(name, tick, effectiveSpec(record).jitterMs)
    return clock.now() >= Math.max(startAt, this.unclaimed.notedAt(name)) + patienceMs ? 'over' : 'lasts'
  }

  #leaveToOthers(name: string, { isFresh, orphanedAt, patience, record, tick }: OthersTick): void {
    const { clock, patienceMs = Infinity } = this.#deps
    this.#open.delete(name)
    if (patience === 'over') {
      this.unclaimed.noteUnserved(name, tick)
      return this.#lookAt(name, orphanedAt)
    }
    if (isFresh) this.unclaimed.noteServed(name)
    const overAt = Math.max(tick + effectiveSpec(record).jitterMs, this.unclaimed.notedAt(name)) + patienceMs
    // Jobs claimed by others show as changed in the list of all jobs, every ten minutes.
    this.#lookAt(name, isFresh ? Math.max(overAt, clock.now() + SERVED_MS) : overAt)
  }

  #dropWithoutSchedule(name: string): void {
    this.#drop(name)
    // Requests and other jobs start this job in an instance with the action.
    if (this.#deps.localJob(name) === undefined) this.unclaimed.note(name, null, this.#deps.clock.now())
  }

  #drop(name: string): void {
    this.#due.delete(name)
    this.#open.delete(name)
    this.unclaimed.delete(name)
  }
}
