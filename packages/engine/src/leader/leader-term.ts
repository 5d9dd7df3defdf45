/**
 * A leader's work from promotion to demotion.
 *
 * **Promotion.** Every known job is planned at once, and ticks are claimed from then on: a claim on an outdated version
 * of a record fails. One LIST then tells which records changed since this instance's last read. A changed record is
 * read at once where the change may matter: the job has a due tick after the old leader's watermark, or the record was
 * written after the old lease's last renewal (all later claims of the old leader are among these), or some definition
 * changed. The other changed records are planned from the watermark, and read when due. Unchanged jobs keep their plan.
 *
 * **Afterwards**: the tick engine; changes that `bucket-watch.ts` sees; chains, when a run has ended; retention.
 *
 * With several shards, a term belongs to one shard, and handles the jobs of this shard alone. Work that each process
 * does once is done in the term of shard 0.
 */
import { createSharedAbort, messageOf, onAbortUntil } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import {
  type ChangedRecord,
  type ChangeMarker,
  continueTerms,
  effectiveSpec,
  isActive,
  type JobRecord,
  lowerBound,
  type Term,
} from '@s3sched/jobs'
import type { Authority } from '../runs/authority.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import type { BucketWatch } from './bucket-watch.ts'
import { inheritedRest, isAllRest, newRest, type Rest } from './fleet-rest.ts'
import type { CleanUp } from './clean-up.ts'
import type { PreviousTerm } from './follow-coordinator.ts'
import { JobStarter, type JobStarterDeps } from './job-starter.ts'
import type { KnownJob } from './known-job.ts'
import type { SharedList } from './shared-list.ts'
import type { StandbyRoll } from '../standby/standby-roll.ts'

export interface LeaderTermDeps extends JobStarterDeps {
  readonly engine: TickEngine
  readonly marker: ChangeMarker
  readonly cleanUp: CleanUp
  /** Runs that ended longer ago than this are folded without waiting for a claim, in ms. */
  readonly cleanupInterval: number
  readonly scheduleOf: (name: string, record: JobRecord) => Schedule | null
  /** Sees changes by others in the bucket. */
  readonly watch: BucketWatch
  readonly lists: SharedList
  /** Writes the lease with its payload now: 1 PUT. */
  readonly renew: () => Promise<void>
  /** True when the term also keeps the things of a whole process: the roll, and a clean bucket. */
  readonly keepsHouse: boolean
  /** The shard of this term. */
  readonly shard: number
  /** Names the followers that look after due ticks; `undefined` without hot standby. */
  readonly standbyRoll: StandbyRoll | undefined
  readonly workerId: string
  /** Tells whether this term ends because the instance is being stopped. */
  readonly isStopping: () => boolean
  /** Tells whether another instance is alive that was already alive at the given instant. */
  readonly wereOthersThere: (at: number) => Promise<boolean>
  /** Writes to the bucket which records the next start need not read. Never rejects. */
  readonly keepRoll: () => Promise<void>
}

const ROLL_MS = 600_000
/** Time during which a term gathers missing actions before the lease lists them, in ms. */
const SAY_MS = 200
/** Pause before a failed clean-up is tried again, in ms. */
const CLEAN_UP_AGAIN_MS = 60_000
const FIRST_FOLD_MS = 300_000
/** Server times are whole seconds, and the last renewal may have been on its way. */
const RENEWAL_MARGIN_MS = 5000
/** Jobs planned in one turn of the event loop. */
const PLANNED_PER_TURN = 500

export class LeaderTerm {
  readonly #deps: LeaderTermDeps
  /** Ends the loops; runs under way depend on the authority alone. */
  readonly #stopping = createSharedAbort()
  readonly #starter: JobStarter
  readonly #epoch: number | null
  #terms: readonly Term[] = []
  #saying = false
  /** The last term's payload, until this term has taken over; `undefined` afterwards. */
  #inherited: Readonly<Record<string, unknown>> | undefined = {}
  /** Until this term has taken over: no instance was meant to run what was due since the inherited watermark. */
  #isRested = false
  #stoppedAt: number | undefined

  constructor(deps: LeaderTermDeps, authority: Authority) {
    this.#deps = deps
    this.#epoch = authority.epoch
    this.#starter = new JobStarter(deps, authority, this.#stopping.signal)
    const { signal } = this.#stopping
    onAbortUntil(authority.signal, signal, () => this.stop())
    deps.engine.unclaimed.onChange = () => this.#sayUnclaimed()
  }

  /** The payload of the term's lease. No further request. */
  payload(): Readonly<Record<string, unknown>> {
    // The inherited watermark stays until every job was planned: after a crash in between, no open tick may look
    // settled.
    const { engine, standbyRoll } = this.#deps
    const { rest } = engine
    const isStopping = this.#deps.isStopping()
    if (this.#inherited !== undefined) {
      // Some instance was there between the inherited watermark and the stop, and should have run what was due.
      const restsFrom = isStopping && !this.#isRested ? this.#stoppedAt : undefined
      return { ...this.#inherited, isStopped: isStopping, restsFrom, terms: this.#terms, ...(rest && { rest }) }
    }
    const watermark = engine.watermark()
    const standbys = standbyRoll && { standbys: standbyRoll.named }
    const open = rest !== undefined && watermark < rest.to ? { rest } : {}
    const stopped = isStopping ? { isStopped: true } : {}
    const { ticks: unclaimed, unserved } = engine.unclaimed
    const awaited = this.#awaited()
    return { watermark, unclaimed, unserved, awaited, terms: this.#terms, ...stopped, ...standbys, ...open }
  }

  /** Called when a job is new, or changed. */
  touch(name: string): void {
    this.#deps.engine.touch(name)
  }

  /** The instant since which nobody claims the job's ticks; `undefined` when claimed, as far as known. */
  unservedSince(name: string): number | undefined {
    return this.#deps.engine.unclaimed.unserved[name]
  }

  /** The instant of the job's next open tick, as this term knows. */
  nextTick(name: string): number | undefined {
    return this.#deps.engine.nextTick(name)
  }

  /** Makes no claim from now on, although the authority may go on. */
  stop(): void {
    this.#stoppedAt ??= this.#deps.clock.now()
    this.#stopping.abort()
    this.#deps.engine.stop()
  }

  /** Resolves when no claim is under way. */
  decided(): Promise<void> {
    return this.#deps.engine.decided()
  }

  /**
   * Promotes, then runs until the authority ends. Never rejects.
   * @param previous - the last term's lease; `undefined` when there was no readable lease
   * @param starts - whether a job with `runOnStart` runs now; `undefined` for none of them
   */
  async run(previous: PreviousTerm | undefined, starts: Starts | undefined): Promise<void> {
    this.#inherited = previous?.payload ?? {}
    this.#deps.standbyRoll?.inherit(previous?.payload)
    if (this.#epoch !== null) {
      const own = { epoch: this.#epoch, workerId: this.#deps.workerId, since: this.#deps.serverClock.sharedNow() }
      this.#terms = continueTerms(previous, own)
    }
    await this.#insist('see who was there', async () => {
      this.#deps.engine.rest = await this.#restBefore(previous, starts !== undefined)
    })
    const ticking = this.#deps.engine.run()
    await this.#insist('take over', () => this.#promote(previous))
    if (this.#stopping.signal.aborted) return ticking
    this.#inherited = undefined
    if (Object.keys(this.#deps.engine.unclaimed.ticks).length > 0) this.#sayUnclaimed()
    const loops = [ticking, this.#watch()]
    const { cleanUp, keepRoll, keepsHouse } = this.#deps
    loops.push(this.#again(FIRST_FOLD_MS, CLEAN_UP_AGAIN_MS, () => this.#foldOld()))
    if (keepsHouse) {
      loops.push(this.#again(ROLL_MS, ROLL_MS, () => keepRoll().then(() => ROLL_MS)))
      loops.push(this.#again(0, CLEAN_UP_AGAIN_MS, () => cleanUp.doIfDue(this.#stopping.signal)))
    }
    if (starts !== undefined) await this.#runOnStart(starts)
    await this.evaluateChains()
    await Promise.all(loops)
  }

  /** Takes over more jobs. Never rejects. */
  async adopt(names: readonly string[], starts: Starts): Promise<void> {
    for (const name of names) this.touch(name)
    await this.#runOnStart(starts)
  }

  async #runOnStart(starts: Starts): Promise<void> {
    await this.#insist('start the jobs with runOnStart', () => this.#starter.runOnStart(starts))
  }

  /** Followers learn at their next look at the lease which actions are lacked here. */
  #sayUnclaimed(): void {
    if (this.#inherited !== undefined || this.#saying) return
    this.#saying = true
    const say = async (): Promise<void> => {
      // Many are often found lacking together.
      await this.#deps.clock.sleep(SAY_MS, this.#stopping.signal)
      this.#saying = false
      await this.#deps.renew()
    }
    void this.#insist('say which actions it lacks', say)
  }

  /** Jobs with chained jobs that lack an action here: another instance waits for the ends of their runs. */
  #awaited(): string[] {
    const { book, localJob, owns } = this.#deps
    const awaited = new Set<string>()
    for (const name of book.chained) {
      const record = book.peek(name)
      if (record === undefined || !owns(name) || !isActive(record) || localJob(name) !== undefined) continue
      for (const each of effectiveSpec(record).after) awaited.add(each)
    }
    return [...awaited]
  }

  /** Starts the jobs after `predecessor`; all chains without a `predecessor`. Never rejects. */
  async evaluateChains(predecessor?: string): Promise<void> {
    await this.#insist('look at the chains', () => this.#starter.evaluateChains(predecessor))
  }

  async #restBefore(previous: PreviousTerm | undefined, isFleetStart: boolean): Promise<Rest | undefined> {
    const { clock, wereOthersThere } = this.#deps
    const now = clock.now()
    const inherited = inheritedRest(previous)
    const rest = newRest({ previous, isFleetStart: isFleetStart && this.#epoch !== null, now })
    // Without an answer, the next leader asks again.
    this.#isRested = isAllRest(rest, { previous, now })
    if (rest === undefined || previous?.renewedAt === undefined) return rest ?? inherited
    if (!(await wereOthersThere(previous.renewedAt))) return rest
    this.#isRested = false
    return inherited
  }

  async #promote(previous: PreviousTerm | undefined): Promise<void> {
    const { engine, lists, marker, owns, shard } = this.#deps
    const { signal } = this.#stopping
    const { hasChanged: isRedefined, seen } = await marker.look(signal, shard)
    const unsure = await this.#planWhatIsKnown(previous)
    const { changed } = await lists.list(signal)
    const changedByName = new Map(changed.map((record) => [record.name, record]))
    let planned = 0
    for (const name of new Set([...unsure, ...changedByName.keys()])) {
      if (!owns(name)) continue
      const known = this.#known(name)
      const change = changedByName.get(name)
      const from = change === undefined ? this.#openFrom(known) : this.#coldFrom(change, known, previous)
      const isUnread = isRedefined && change !== undefined
      if (from !== undefined && !isUnread && known?.schedule != null) engine.plan(name, known.schedule, from)
      else engine.touch(name, known?.after ?? previous?.watermark)
      if (++planned % PLANNED_PER_TURN === 0) await this.#deps.clock.sleep(0, signal)
    }
    seen()
  }

  /**
   * Plans each known job before the LIST of changes, so that no tick waits for a list of very many jobs.
   * @returns the jobs to look at once the changes are known
   */
  async #planWhatIsKnown(previous: PreviousTerm | undefined): Promise<string[]> {
    const { book, clock, engine, owns } = this.#deps
    const unclaimed = new Set(previous?.unclaimed)
    const unsure: string[] = []
    let planned = 0
    for (const name of book.names()) {
      if (!owns(name)) continue
      const known = this.#known(name)
      const from = this.#openFrom(known)
      if (known?.mayRun !== true) unsure.push(name)
      else if (known.isSettled && known.schedule?.next(known.after) == null) continue
      else if (from !== undefined && known.schedule !== null) engine.plan(name, known.schedule, from)
      else {
        unsure.push(name)
        // The last leader has most likely settled the ticks before its watermark, and resolved the open runs.
        const watermark = unclaimed.has(name) ? undefined : previous?.watermark
        if (watermark === undefined || known.schedule === null) continue
        engine.plan(name, known.schedule, Math.max(known.after, Math.min(watermark, clock.now())))
      }
      if (++planned % PLANNED_PER_TURN === 0) await clock.sleep(0, this.#stopping.signal)
    }
    return unsure
  }

  /** This instance's knowledge of a job's record, read or vouched for by the roll; `undefined` without any. */
  #known(name: string): KnownJob | undefined {
    const { book, localJob, scheduleOf } = this.#deps
    const job = localJob(name)
    const record = book.peek(name)
    if (record === undefined) {
      const after = book.vouchedFrom(name)
      if (after === undefined || job === undefined) return undefined
      return {
        after,
        schedule: job.spec.enabled ? job.schedule : null,
        mayRun: true,
        isSettled: true,
        isChained: false,
      }
    }
    const mayRun = job !== undefined && isActive(record)
    const isSettled = mayRun && record.running.length === 0
    const isChained = effectiveSpec(record).after.length > 0
    return { after: lowerBound(record), schedule: scheduleOf(name, record), mayRun, isSettled, isChained }
  }

  /** The instant from which an unchanged job can be planned; `undefined` when the job must be looked at. */
  #openFrom(known: KnownJob | undefined): number | undefined {
    if (known?.isSettled !== true) return undefined
    const next = known.schedule?.next(known.after)
    return next != null && next > this.#deps.clock.now() ? known.after : undefined
  }

  /**
   * The instant from which a changed job can be planned without a read of its record; `undefined` when the record must
   * be read now.
   */
  #coldFrom(
    change: ChangedRecord,
    known: KnownJob | undefined,
    previous: PreviousTerm | undefined,
  ): number | undefined {
    if (known?.isSettled !== true || known.isChained) return undefined
    if (previous?.watermark === undefined || previous.renewedAt === undefined) return undefined
    if (previous.unclaimed.includes(change.name)) return undefined
    if (change.lastModified >= previous.renewedAt - RENEWAL_MARGIN_MS) return undefined
    const now = this.#deps.clock.now()
    // A watermark ahead of the clock is not believed: ticks due before the watermark would be put off.
    const from = Math.min(previous.watermark, now)
    const next = known.schedule?.next(from)
    return next != null && next > now ? from : undefined
  }

  async #watch(): Promise<void> {
    const { engine, owns, shard, standbyRoll, watch } = this.#deps
    const { signal } = this.#stopping
    await this.#insist('name the standbys', async () => standbyRoll?.call())
    watch.join({
      shard,
      signal,
      lookAtMembers: async (haveChanged) => standbyRoll?.look(haveChanged, engine.nextOpen),
      changed: (records) => {
        for (const { name } of records) if (owns(name)) engine.touch(name)
      },
      obey: (requests) => this.#starter.obey(requests.filter(({ jobName }) => owns(jobName))),
      settle: async () => {
        await engine.decided()
        await this.evaluateChains()
      },
    })
  }

  /** Folds ended runs that no claim has folded for a long time: the job is rare, or paused, or has no schedule. */
  async #foldOld(): Promise<number> {
    const { cleanupInterval, clock, owns, runs } = this.#deps
    await runs.folds.foldEndedBefore(clock.now() - cleanupInterval, owns)
    return cleanupInterval
  }

  /** Tries again until the work succeeds or the authority ends. */
  async #insist(what: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        return await work()
      } catch (error) {
        if (signal.aborted) return
        this.#report(what, error)
        await this.#deps.clock.sleep(1000, signal).catch(() => undefined) // ends with the loop's condition
      }
    }
  }

  /** Repeats the work at intervals. @param work - returns the ms until the next time */
  async #again(firstMs: number, afterTroubleMs: number, work: () => Promise<number>): Promise<void> {
    const { signal } = this.#stopping
    for (let wait = firstMs; ;) {
      try {
        await this.#deps.clock.sleep(wait, signal)
        wait = afterTroubleMs
        wait = await work()
      } catch (error) {
        if (signal.aborted) return
        this.#report('look after the bucket', error)
      }
    }
  }

  #report(what: string, error: unknown): void {
    const { events, logger } = this.#deps
    logger.error(`the leader could not ${what} yet: ${messageOf(error)}`, { error })
    events.announce('error', { error })
  }
}

/** Decides by the record before the claim whether a job with `runOnStart` is started. */
export type Starts = (record: JobRecord) => boolean
