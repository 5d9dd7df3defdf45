/**
 * Hot standby: what a follower does so that a leader that dies costs a second and not a lease.
 *
 * **Authority.** None is needed: a tick belongs to whoever claims it on the job's record, and leadership only saves the
 * others the trouble. So the followers that the leader's lease names look a moment after each due instant whether its
 * ticks were claimed, the second later than the first, and claim what was not, as any member may. While the leader lives
 * they find nothing to do, and it has had its own claims answered long before.
 *
 * **What a look costs.** A GET for each job that is due, or a LIST of all jobs where that is cheaper. A LIST does not say what
 * was written, but a record that has not changed since the last look, or since before the tick could be claimed, is one
 * that nobody claimed; only those are read.
 *
 * **What it leaves alone.** A run in the leader's hands may go on although the leader is silent (it may be paused, or cut off
 * while its action works), until the leader's lease has run out, or the run's own: busy jobs with short runs have one of a second or
 * two. Ticks that must not overlap with such a run wait for that, or for the next leader. Chains and requests wait for it in any
 * case.
 *
 * **Clocks.** A follower whose clock is ahead would claim before the instant has come, and before the leader. What it finds
 * overdue must be due by the clock of the server, too, as far as the answer that it has just got proves it.
 */
import { createSharedAbort, mapParallel, messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import type { JobBook } from '../job/job-book.ts'
import type { RecordSightings } from '../run/record-sightings.ts'
import { effectiveSpec, isActive, lowerBound, type JobRecord } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { ServerClock } from '../server-clock.ts'
import { startOfTick } from '../tick/start-of-tick.ts'
import type { TickEngine } from '../tick/tick-engine.ts'
import { TickHeap } from '../tick/tick-heap.ts'

export interface StandbyDeps {
  readonly book: JobBook
  readonly sightings: RecordSightings
  /** In how many ms no run of the job that another instance claimed is in its hands any more; `undefined` when that is not known. */
  readonly othersOverInMs: (name: string) => number | undefined
  readonly clock: Clock
  readonly serverClock: ServerClock
  readonly logger: Logger
  /** This instance's place among those that the leader names, from 0; `undefined` while it has none. No request. */
  readonly rank: () => number | undefined
  /** Those of the shard whose leader's standby it may be. */
  readonly localJobs: Pick<ReadonlyMap<string, LocalJob>, 'get' | 'keys'>
  readonly scheduleOf: (name: string, record: JobRecord) => Schedule | null
  /** One that claims for a member, at the instant and not ahead of it. */
  readonly createEngine: () => TickEngine
  /** Whether this machine's clock is good enough to claim by. */
  readonly mayClaim: () => Promise<boolean>
  /** Called at each turn, at least every 5 s. */
  readonly onTurn: () => void
  /** Called when ticks were found that the leader should have claimed. */
  readonly onOverdue: () => void
  /** How long before its instant a leader may claim a tick, in ms. */
  readonly claimAheadMs: number
}

/** How long after a due instant the first standby looks, and how much later the second, in ms. */
const FIRST_LOOK_MS = 300
const NEXT_LOOK_MS = 500
/** How often it is asked whether this instance is a standby, in ms. */
const RANK_MS = 5000
/** How soon a tick is looked at again that is not overdue by the server's whole seconds yet, in ms. */
const UNPROVEN_MS = 700
/** How soon a tick that is overdue and could not be claimed is looked at again where nobody knows when it can be, in ms. */
const AGAIN_MS = 5000
/** The least of that where it is known, in ms. */
const SOON_MS = 100
const AFTER_TROUBLE_MS = 1000
const WOKEN = 'woken early, on purpose'
/** How many records are read at a time, and jobs planned in one turn of the event loop. */
const AT_ONCE = 32
const PLANNED_PER_TURN = 500
/** What the clocks of a leader and of the store may be apart for a LIST to be believed, in ms. */
const CLOCKS_MS = 3000
/** How many GETs a LIST of up to 1,000 objects costs, by S3's list prices. */
const GETS_PER_LIST = 12
const OBJECTS_PER_LIST = 1000

export class Standby {
  readonly #deps: StandbyDeps
  /** When the next tick of each job starts; it is looked after a moment later. Empty while this is no standby. */
  readonly #starts = new TickHeap()
  readonly #stopping = createSharedAbort()
  /** How long after an instant this standby looks, in ms. */
  #afterMs = FIRST_LOOK_MS
  #isPlanned = false
  #isStandingIn = false
  /** The looks that are under way, each at other jobs: one that waits for the store must not hold up the next instant's. */
  readonly #looks = new Set<Promise<void>>()
  readonly #engines = new Set<TickEngine>()
  /** Overdue jobs that wait for nothing but the end of others' runs, which is known. */
  readonly #awaited = new Set<string>()
  #wake = new AbortController()
  #loop: Promise<void> | undefined

  constructor(deps: StandbyDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Claims nothing from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake.abort(WOKEN)
    for (const engine of this.#engines) engine.stop()
    await this.#loop
    await Promise.all(this.#looks)
  }

  /** When the next tick starts that this standby would look after, epoch ms; `undefined` where none does. */
  get nextStart(): number | undefined {
    return this.#starts.earliest
  }

  /** Another leads: its lease may name this instance. */
  look(): void {
    this.#wake.abort(WOKEN)
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    if (this.#isPlanned) this.#plan(name)
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#wake = new AbortController()
      let waitMs = AFTER_TROUBLE_MS
      try {
        waitMs = await this.#turn()
      } catch (error) {
        this.#report(error)
      }
      if (waitMs > 0) await clock.sleep(waitMs, this.#wake.signal).catch(() => undefined) // woken early, on purpose
    }
  }

  /** @returns how long there is nothing to do, in ms */
  async #turn(): Promise<number> {
    const { clock, onTurn, rank } = this.#deps
    const place = rank()
    if (place === undefined) {
      this.#forget()
      onTurn()
      return RANK_MS
    }
    if (!this.#isPlanned) await this.#planAll()
    const afterMs = (this.#afterMs = FIRST_LOOK_MS + place * NEXT_LOOK_MS)
    const upTo = clock.now() - afterMs
    const due = this.#starts.takeDue(upTo)
    if (due.length > 0) this.#begin(due, upTo)
    onTurn()
    const next = (this.#starts.earliest ?? Infinity) + afterMs
    return Math.min(RANK_MS, next - clock.now())
  }

  #begin(due: readonly string[], lookedUpTo: number): void {
    const look = this.#look(due, lookedUpTo)
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#looks.delete(look)
        this.#wake.abort(WOKEN)
      })
    this.#looks.add(look)
  }

  #report(error: unknown): void {
    if (this.#stopping.signal.aborted) return
    this.#deps.logger.warn(`the standby could not look after due ticks yet: ${messageOf(error)}`, { error })
  }

  #forget(): void {
    this.#isPlanned = false
    this.#isStandingIn = false
    this.#starts.clear()
    this.#awaited.clear()
  }

  /** Only what comes from now on: what is due already is the leader's, or the next leader's, to settle. */
  async #planAll(): Promise<void> {
    const { clock, localJobs } = this.#deps
    this.#isPlanned = true
    let planned = 0
    for (const name of localJobs.keys()) {
      this.#plan(name)
      if (++planned % PLANNED_PER_TURN === 0) await clock.sleep(0, this.#stopping.signal)
    }
  }

  #plan(name: string): void {
    const { clock } = this.#deps
    const open = this.#openStart(name, clock.now())
    if (open === undefined) this.#starts.delete(name)
    else this.#starts.set(name, open)
  }

  /** What is still open was not overdue for sure, or could not be claimed: a run that goes on elsewhere, or the store. */
  #planAgain(name: string, lookedUpTo: number, isOverdue: boolean): void {
    const { book, clock } = this.#deps
    this.#plan(name)
    const open = book.isStale(name) ? undefined : this.#openStart(name)
    if (open === undefined || open > clock.now()) return
    // It fell due during the look.
    if (open > lookedUpTo) return this.#starts.set(name, open)
    const lookAt = clock.now() + this.#againMs(name, isOverdue)
    this.#starts.set(name, Math.min(this.#starts.dueAt(name) ?? Infinity, lookAt - this.#afterMs))
  }

  /** When the first tick after `after` starts that is not settled, as far as known. */
  #openStart(name: string, after: number = -Infinity): number | undefined {
    const { book, localJobs, scheduleOf } = this.#deps
    const job = localJobs.get(name)
    const record = book.peek(name)
    // Of a record that was not read, and that the roll vouches for, the code says all.
    const from = record === undefined ? book.vouchedFrom(name) : lowerBound(record)
    if (job === undefined || from === undefined) return undefined
    const { enabled, jitterMs } = record === undefined ? job.spec : effectiveSpec(record)
    if (record === undefined ? !enabled : !isActive(record)) return undefined
    const schedule = record === undefined ? job.schedule : scheduleOf(name, record)
    const tick = schedule?.next(Math.max(after, from))
    return tick == null ? undefined : startOfTick(name, schedule, tick, jitterMs)
  }

  /** @param lookedUpTo - the jobs' instants are no later than that */
  async #look(due: readonly string[], lookedUpTo: number): Promise<void> {
    const { mayClaim } = this.#deps
    const { signal } = this.#stopping
    const overdue = new Set<string>()
    try {
      if (!(await mayClaim())) return
      for (const name of await this.#suspects(due)) {
        if (this.#isOverdue(name)) overdue.add(name)
      }
      if (overdue.size > 0) await this.#standIn([...overdue])
      else this.#isStandingIn = false
    } finally {
      if (this.#isPlanned && !signal.aborted)
        for (const name of due) this.#planAgain(name, lookedUpTo, overdue.has(name))
    }
  }

  #againMs(name: string, isOverdue: boolean): number {
    if (!isOverdue) return UNPROVEN_MS
    const overInMs = this.#deps.othersOverInMs(name)
    if (overInMs === undefined) return AGAIN_MS
    this.#awaited.add(name)
    return Math.max(SOON_MS, overInMs)
  }

  /** The jobs that may not have been claimed, with their records as they are now, or as they were when others had them in hand. */
  async #suspects(due: readonly string[]): Promise<readonly string[]> {
    const { book, othersOverInMs, sightings } = this.#deps
    const { signal } = this.#stopping
    // What was waited for is over by the record as it was; should that have changed, the claim finds it out.
    const free = new Set(due.filter((name) => this.#awaited.delete(name) && othersOverInMs(name) === 0))
    const unsure = due.filter((name) => !free.has(name))
    const pages = Math.ceil(book.size / OBJECTS_PER_LIST)
    const isListed = unsure.length > GETS_PER_LIST * pages
    const suspects = isListed ? await this.#unchanged(unsure) : unsure
    if (!isListed) for (const name of unsure) book.invalidate(name)
    await mapParallel(suspects, AT_ONCE, (name) => book.load(name, signal))
    for (const name of suspects) {
      const version = book.versionOf(name)
      if (version !== undefined) sightings.see(name, version)
    }
    return [...free, ...suspects]
  }

  /** The due jobs whose record was not written since the last look, or since their tick could be claimed. */
  async #unchanged(due: readonly string[]): Promise<string[]> {
    const { book, claimAheadMs, clock, sightings } = this.#deps
    const { changed } = await book.list(this.#stopping.signal)
    const changedByName = new Map(changed.map((change) => [change.name, change]))
    const before = clock.now() - claimAheadMs - CLOCKS_MS
    return due.filter((name) => {
      const change = changedByName.get(name)
      if (change === undefined) return true // it is what this instance read or wrote
      const isSeen = sightings.see(name, change.etag)
      return isSeen || change.lastModified < before
    })
  }

  #isOverdue(name: string): boolean {
    const startAt = this.#openStart(name)
    return startAt !== undefined && startAt <= this.#deps.serverClock.provenNow()
  }

  async #standIn(overdue: readonly string[]): Promise<void> {
    const { createEngine, logger, onOverdue } = this.#deps
    if (!this.#isStandingIn) {
      logger.warn('the leader has not claimed what is due: claiming it here', { jobs: overdue.length })
      this.#isStandingIn = true
    }
    onOverdue()
    if (this.#stopping.signal.aborted) return
    const engine = createEngine()
    this.#engines.add(engine)
    // A leader that is only slow goes from the front: they meet in the middle.
    for (const name of overdue.toReversed()) engine.touch(name)
    try {
      await engine.runOnce()
    } finally {
      this.#engines.delete(engine)
    }
  }
}
