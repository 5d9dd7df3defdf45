/**
 * The content of a leader's lease besides the leadership: each renewal carries what a follower and the next leader need.
 *
 * **Until the takeover** the lease repeats the last leader's content: after a crash in between, no open tick may look
 * settled. **Afterwards** the content is this term's own: the watermark, the jobs without an action here, the ends that
 * other instances report, the standbys, and the rest while some of its ticks are open.
 */
import { effectiveSpec, isActive, type LocalJob } from '@s3sched/jobs'
import { continueTerms, type RecordCache, type Term } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { StandbyList } from '../standby/standby-list.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import { decideRest, inheritedRest, type Rest } from '../fleet/fleet-rest.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'

export interface TermLeaseDeps {
  /** Writes the lease with its payload now: 1 PUT. Nothing for a member. */
  readonly renew: () => Promise<void>
  readonly engine: Pick<TickEngine, 'rest' | 'unclaimed' | 'watermark'>
  /** Names the followers that look after due ticks; `undefined` without hot standby. */
  readonly standbyList: StandbyList | undefined
  /** Jobs with chained jobs that lack an action here: another instance waits for the ends of their runs. */
  readonly awaited: () => readonly string[]
  /** Tells whether this term ends because the instance is being stopped. */
  readonly isStopping: () => boolean
  /** Tells whether any other instance, alive at the given instant, is alive now. */
  readonly wereOthersThere: (at: number) => Promise<boolean>
}

/** Time for a term to gather missing actions before the lease lists the actions, in ms. */
const SAY_MS = 200

export class TermLease {
  readonly #env: Pick<EngineEnv, 'clock' | 'self' | 'serverClock'>
  readonly #deps: TermLeaseDeps
  /** `null` for a member, which writes no lease. */
  readonly #epoch: number | null
  #terms: readonly Term[] = []
  #previous: PreviousTerm | undefined
  #hasTakenOver = false
  #isSaying = false
  /** Until the takeover: no instance was meant to run the ticks due since the inherited watermark. */
  #isRested = false
  #stoppedAt: number | undefined

  constructor(env: Pick<EngineEnv, 'clock' | 'self' | 'serverClock'>, deps: TermLeaseDeps, epoch: number | null) {
    this.#env = env
    this.#deps = deps
    this.#epoch = epoch
  }

  /** The standbys named in the lease; `undefined` without hot standby. */
  get standbys(): StandbyList | undefined {
    return this.#deps.standbyList
  }

  /** The term begins. @param previous - the last term's lease; `undefined` when there was no readable lease */
  begin(previous: PreviousTerm | undefined): void {
    const { self, serverClock } = this.#env
    this.#previous = previous
    this.#deps.standbyList?.inherit(previous?.payload)
    if (this.#epoch === null) return
    this.#terms = continueTerms(previous, {
      epoch: this.#epoch,
      workerId: self.workerId,
      since: serverClock.sharedNow(),
    })
  }

  /**
   * The rest that ends with this term: no request, or a look at the members.
   * @throws StoreError, CoordinatorError
   */
  async restBefore(isFleetStart: boolean): Promise<Rest | undefined> {
    const previous = this.#previous
    const now = this.#env.serverClock.tickNow()
    const decision = decideRest({ previous, isFleetStart: isFleetStart && this.#epoch !== null, now })
    const { rest, unlessOthersSince } = decision
    // Without an answer about the others, the next leader asks again.
    this.#isRested = decision.isAllRest
    if (unlessOthersSince === undefined || !(await this.#deps.wereOthersThere(unlessOthersSince))) return rest
    this.#isRested = false
    return inheritedRest(previous)
  }

  /** Every job is planned: the lease carries this term's own content from now on. */
  takeOver(): void {
    this.#hasTakenOver = true
  }

  /**
   * Renews the lease soon, once for many jobs found without an action here: followers learn at their next look at the
   * lease which actions are lacked. Before the takeover the lease can't tell.
   * @throws CoordinatorError, StoreError
   */
  async sayUnclaimed(signal: AbortSignal): Promise<void> {
    if (!this.#hasTakenOver || this.#isSaying) return
    this.#isSaying = true
    await this.#env.clock.sleep(SAY_MS, signal)
    this.#isSaying = false
    await this.#deps.renew()
  }

  /** Nothing more is claimed in this term. */
  stop(): void {
    this.#stoppedAt ??= this.#env.serverClock.tickNow()
  }

  /** The payload of the next renewal. No request. */
  payload(): Readonly<Record<string, unknown>> {
    const { awaited, engine, isStopping, standbyList } = this.#deps
    const { rest, unclaimed } = engine
    const terms = this.#terms
    const isStopped = isStopping()
    if (!this.#hasTakenOver) {
      // Some instance was there between the inherited watermark and the stop, and should have run what was due.
      const restsFrom = isStopped && !this.#isRested ? this.#stoppedAt : undefined
      return { ...this.#previous?.payload, isStopped, restsFrom, terms, ...(rest && { rest }) }
    }
    const watermark = engine.watermark()
    return {
      watermark,
      unclaimed: unclaimed.ticks,
      unserved: unclaimed.unserved,
      awaited: awaited(),
      terms,
      ...(isStopped && { isStopped }),
      ...(standbyList && { standbys: standbyList.named }),
      ...(rest !== undefined && watermark < rest.to && { rest }),
    }
  }
}

export interface AwaitedDeps {
  readonly records: Pick<RecordCache, 'traits' | 'peek'>
  readonly jobs: Pick<ReadonlyMap<string, LocalJob>, 'has'>
  readonly owns: (jobName: string) => boolean
}

/** Jobs with chained jobs that lack an action here: another instance waits for the ends of their runs. */
export function awaitedJobs({ records, jobs, owns }: AwaitedDeps): string[] {
  const awaited = new Set<string>()
  for (const name of records.traits.chained) {
    const record = records.peek(name)
    if (record === undefined || !owns(name) || !isActive(record) || jobs.has(name)) continue
    for (const each of effectiveSpec(record).after) awaited.add(each)
  }
  return [...awaited]
}
