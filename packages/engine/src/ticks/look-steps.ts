/**
 * The steps of a look at a job: from its record to a decision that is carried out.
 *
 * Each step reads the record if it was changed elsewhere, resolves the runs of dead processes, and carries out one
 * decision of {@link decideTick}. A promise stands only where something has to be waited for, which hardly any step has:
 * thousands of jobs may be due at one instant.
 */
import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isTicking, type JobRecord, type LocalJob, lowerBound } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { Rest } from '../fleet/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { ClaimManner } from './claim-manner.ts'
import { decideTick, type TickDecision } from './decide-tick.ts'
import { pauseForOthersMs } from './pause-for-others.ts'
import type { LookStep, TickLook } from './tick-look.ts'
import { MAY_NOT_MS, type TickLoop } from './tick-loop.ts'
import type { TickPlan } from './tick-plan.ts'
import type { TickSettler } from './tick-settler.ts'
import type { OpenTick, TicksOfOthers } from './ticks-of-others.ts'

export interface LookStepsDeps {
  readonly bucket: Pick<Bucket, 'records' | 'schedules'>
  readonly loop: Pick<TickLoop, 'isGateOpen' | 'lookBy'>
  readonly others: TicksOfOthers
  readonly plan: TickPlan
  readonly runs: Pick<Runs, 'recovery' | 'runs'>
  readonly settler: TickSettler
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

/**
 * Decisions of a look in one turn of the event loop: a backlog with a fast store must not block the loop. A look that
 * waited for a turn each time would miss each commit that begins right after its answer, and take every second commit:
 * jobs of every second would fall behind a store with answers after half a second.
 */
const STEPS_PER_TURN = 16
/** The time until the next check of a job whose previous run still executes elsewhere. */
const HOLD_MS = 1000
/**
 * The longest pause between two looks at a job with a run in another process, in ms. No instance tells of the death of
 * a process, and the next tick of the job may be a year away.
 */
const ELSEWHERE_MS = 600_000

export class LookSteps {
  readonly #deps: LookStepsDeps
  readonly #authority: Authority
  readonly #manner: ClaimManner
  /** The recent time when no instance was meant to run, if any. */
  rest: Rest | undefined

  constructor(deps: LookStepsDeps, authority: Authority, manner: ClaimManner) {
    this.#deps = deps
    this.#authority = authority
    this.#manner = manner
  }

  /** One decision, on the record as it is now. @throws the store's error, also by the promise */
  next(look: TickLook): LookStep | Promise<LookStep> {
    if (look.settled > 0 && look.settled % STEPS_PER_TURN === 0)
      return this.#manner.clock.sleep(0).then(() => this.#now(look))
    return this.#now(look)
  }

  #now(look: TickLook): LookStep | Promise<LookStep> {
    const { records } = this.#deps.bucket
    const record = records.present(look.name)
    if (record !== undefined) return this.#withRecord(look, record)
    return records.load(look.name, this.#authority.signal).then((loaded) => this.#withRecord(look, loaded))
  }

  #withRecord(look: TickLook, record: JobRecord | undefined): LookStep | Promise<LookStep> {
    const { loop, others, plan } = this.#deps
    const { records } = this.#deps.bucket
    const { recovery, runs } = this.#deps.runs
    const { courtesy, owns, standsIn } = this.#manner
    const { name } = look
    if (record === undefined || owns?.(name) === false) return plan.drop(name)
    courtesy?.see(name, record)
    if (others.isClaimed(name, record)) return 'over'
    // A stand-in starts an overdue tick at once if no other run can be in the way.
    const isFirst = standsIn && effectiveSpec(record).overlap === 'allow' && look.settled === 0
    // The runs in hand here need no decision.
    if (isFirst || !runs.inHand.hasForeign(record)) return this.#withRuns(look, record, false)
    const resolving = recovery.resolve(name, record, this.#authority)
    return resolving.then(async (runsElsewhere) => {
      const step = await this.#withRuns(look, records.peek(name) ?? record, runsElsewhere)
      if (runsElsewhere && step === 'over' && !standsIn) loop.lookBy(name, this.#manner.clock.now() + ELSEWHERE_MS)
      return step
    })
  }

  #withRuns(look: TickLook, record: JobRecord, runsElsewhere: boolean): LookStep | Promise<LookStep> {
    const { bucket, others, plan } = this.#deps
    const { name } = look
    const schedule = bucket.schedules.get(name, record)
    if (!isTicking(record)) return plan.drop(name)
    if (schedule === null) return others.withoutSchedule(name)
    const decision = decideTick({
      jobName: name,
      spec: effectiveSpec(record),
      schedule,
      after: lowerBound(record),
      now: this.#manner.clock.now(),
      claimAheadMs: plan.leadMs(name),
      runsElsewhere,
      // A job led before has no time before the first leader.
      rest: this.rest?.from === null && record.lastTick !== null ? undefined : this.rest,
    })
    const isLeaders = decision.act === 'skip' || decision.act === 'rest'
    if (decision.act === 'never' || (this.#manner.standsIn && isLeaders)) return plan.drop(name)
    return this.#withDecision(look, { decision, record, runsElsewhere, schedule })
  }

  #withDecision(look: TickLook, decided: Decided): LookStep | Promise<LookStep> {
    const { decision, record, runsElsewhere, schedule } = decided
    const { loop, others, plan, runs } = this.#deps
    const { clock, courtesy } = this.#manner
    const { name } = look
    const tick = decision.act === 'miss' || decision.act === 'rest' ? decision.from : decision.tick
    const job = others.jobHere(name)
    if (job === undefined) return others.withoutAction(look, { record, schedule, tick })
    if (decision.act === 'wait') return plan.wait(name, { settledUpTo: lowerBound(record), tick, at: decision.at })
    plan.open(name, tick)
    if (runsElsewhere && decision.act !== 'claim') {
      // The run may have ended elsewhere since the last read, and its end may have waited for other writes.
      if (!look.isFresh) return look.readAgain()
      if (courtesy?.isSecond(name) === true)
        return plan.lookAt(name, clock.now() + pauseForOthersMs(runs.recovery.othersOverInMs(name)))
    }
    if (decision.act === 'hold') return plan.lookAt(name, clock.now() + HOLD_MS)
    if (!this.#authority.isTrusted()) return 'over'
    // The clock behind this decision may have been set meanwhile, and a settled tick can't be taken back.
    const may = loop.isGateOpen()
    if (typeof may !== 'boolean') return may.then((isOpen) => this.#settle(look, { decision, job, schedule }, isOpen))
    return this.#settle(look, { decision, job, schedule }, may)
  }

  #settle(look: TickLook, { decision, job, schedule }: Settled, mayClaim: boolean): LookStep | Promise<LookStep> {
    const { plan, settler } = this.#deps
    if (!mayClaim) return plan.lookAt(look.name, this.#manner.clock.now() + MAY_NOT_MS)
    if (decision.act === 'claim') {
      look.claim(job, schedule, decision.tick)
      return 'claiming'
    }
    return settler.settle(job, schedule, decision).then(() => {
      look.hasSettled()
      return 'again'
    })
  }
}
