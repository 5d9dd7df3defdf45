/**
 * Hot standby: a follower's work so that a leader's death costs a second and not a lease.
 *
 * **Authority.** None is needed: a tick belongs to the instance that claims the tick on the job's record, and
 * leadership only saves the others the trouble. So the followers named in the leader's lease look a moment after each
 * due instant whether its ticks were claimed, the second later than the first, and claim the open ticks, as any member
 * may. While the leader lives, the followers find nothing to do: the leader's claims were answered long before.
 *
 * **Requests of a look.** A GET for each due job, or a LIST of all jobs where a LIST is cheaper. A LIST shows no
 * content, but a record without a change since the last look, or since before the tick could be claimed, carries no
 * claim; only such records are read.
 *
 * **Left alone.** A run of the leader may go on although the leader is silent (paused, or cut off while its action
 * works), until the leader's lease has run out, or the run's own lease: busy jobs with short runs have one of a second
 * or two. Ticks that must not overlap with such a run wait for this end, or for the next leader. Requests wait for the
 * next leader, and so do chains: the leader, if any, is told of the end of each run that another job comes after.
 *
 * **Clocks.** A follower with a clock ahead would claim before the instant, and before the leader. So an overdue tick
 * must be due by the clock of the server, too, as far as the newest answer of the server proves.
 */
import { createSharedAbort, mapParallel, messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import {
  effectiveSpec,
  isActive,
  isListCheaper,
  type JobBook,
  type JobRecord,
  type LocalJob,
  lowerBound,
  startOfTick,
} from '@s3sched/jobs'
import type { RecordSightings } from '../runs/record-sightings.ts'
import type { ServerClock } from '@s3sched/store'
import type { TickEngine } from '../ticks/tick-engine.ts'
import { TickHeap } from '../ticks/tick-heap.ts'

export interface StandbyDeps {
  readonly book: JobBook
  readonly sightings: RecordSightings
  /** The ms until no other instance works on a run of the job any more; `undefined` when unknown. */
  readonly othersOverInMs: (name: string) => number | undefined
  readonly clock: Clock
  readonly serverClock: ServerClock
  readonly logger: Logger
  /** This instance's place among the named standbys, from 0; `undefined` without a place. No request. */
  readonly rank: () => number | undefined
  /** The jobs of the standby's shard. */
  readonly localJobs: Pick<ReadonlyMap<string, LocalJob>, 'get' | 'keys'>
  readonly scheduleOf: (name: string, record: JobRecord) => Schedule | null
  /** Creates an engine that claims for a member, at the instant and not ahead of it. */
  readonly createEngine: () => TickEngine
  /** Tells whether this machine's clock is good enough for claims. */
  readonly mayClaim: () => Promise<boolean>
  /** Called at each turn, at least every 5 s. */
  readonly onTurn: () => void
  /** Called when there are overdue ticks, which the leader should have claimed. */
  readonly onOverdue: () => void
  /** Time before its instant from which a leader may claim a tick, in ms. */
  readonly claimAheadMs: number
}

/** Delay of the first standby's look after a due instant, and of the second standby's look after the first, in ms. */
const FIRST_LOOK_MS = 300
const NEXT_LOOK_MS = 500
/** Longest pause before the instance checks its rank again, in ms. */
const RANK_MS = 5000
/** The pause before the next look at a tick that is not yet overdue by the server's whole seconds, in ms. */
const UNPROVEN_MS = 700
/**
 * The pause before the next look at an overdue tick that could not be claimed, where the end of the others' runs is
 * unknown, in ms.
 */
const AGAIN_MS = 5000
/** The shortest such pause where the end is known, in ms. */
const SOON_MS = 100
const AFTER_TROUBLE_MS = 1000
const WOKEN = 'woken early, on purpose'
/** Records read at a time, and jobs planned in one turn of the event loop. */
const AT_ONCE = 32
const PLANNED_PER_TURN = 500
/** Tolerated difference between the clocks of a leader and of the store for trust in a LIST, in ms. */
const CLOCKS_MS = 3000

export class Standby {
  readonly #deps: StandbyDeps
  /** The start of each job's next tick; the look follows a moment later. Empty while this instance is no standby. */
  readonly #starts = new TickHeap()
  readonly #stopping = createSharedAbort()
  /** Delay of this standby's look after an instant, in ms. */
  #afterMs = FIRST_LOOK_MS
  #isPlanned = false
  #isStandingIn = false
  /**
   * The looks under way, each at other jobs: a look that waits for the store must not hold up the look of the next
   * instant.
   */
  readonly #looks = new Set<Promise<void>>()
  readonly #engines = new Set<TickEngine>()
  /** Overdue jobs that wait only for the end of others' runs, at a known instant. */
  readonly #awaited = new Set<string>()
  #wake = new AbortController()
  #loop: Promise<void> | undefined

  constructor(deps: StandbyDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Makes no claim from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake.abort(WOKEN)
    for (const engine of this.#engines) engine.stop()
    await this.#loop
    await Promise.all(this.#looks)
  }

  /** The start of the next tick under this standby's watch, epoch ms; `undefined` without one. */
  get nextStart(): number | undefined {
    return this.#starts.earliest
  }

  /** Called when another instance leads: the new lease may name this instance. */
  look(): void {
    this.#wake.abort(WOKEN)
  }

  /** Called when a job is new here, or changed. */
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

  /** @returns the ms until the next turn */
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

  /** Plans only future ticks: ticks already due are left to the leader, or to the next leader. */
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

  /**
   * Plans a job again after a look. An open tick was not provably overdue, or could not be claimed because of a run
   * elsewhere or the store.
   */
  #planAgain(name: string, lookedUpTo: number, isOverdue: boolean): void {
    const { book, clock } = this.#deps
    this.#plan(name)
    const open = book.isStale(name) ? undefined : this.#openStart(name)
    if (open === undefined || open > clock.now()) return
    // The tick fell due during the look.
    if (open > lookedUpTo) return this.#starts.set(name, open)
    const lookAt = clock.now() + this.#againMs(name, isOverdue)
    this.#starts.set(name, Math.min(this.#starts.dueAt(name) ?? Infinity, lookAt - this.#afterMs))
  }

  /** The start of the first open tick after `after`, as far as known. */
  #openStart(name: string, after: number = -Infinity): number | undefined {
    const { book, localJobs, scheduleOf } = this.#deps
    const job = localJobs.get(name)
    const record = book.peek(name)
    // For an unread record that the roll vouches for, the definition in the code says all.
    const from = record === undefined ? book.vouchedFrom(name) : lowerBound(record)
    if (job === undefined || from === undefined) return undefined
    const { enabled, jitterMs } = record === undefined ? job.spec : effectiveSpec(record)
    if (record === undefined ? !enabled : !isActive(record)) return undefined
    const schedule = record === undefined ? job.schedule : scheduleOf(name, record)
    const tick = schedule?.next(Math.max(after, from))
    return tick == null ? undefined : startOfTick(name, schedule, tick, jitterMs)
  }

  /** @param lookedUpTo - no instant of the jobs is later */
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

  /** The jobs that may be unclaimed, with their records as of now, or as of the last look while others had the runs. */
  async #suspects(due: readonly string[]): Promise<readonly string[]> {
    const { book, othersOverInMs, sightings } = this.#deps
    const { signal } = this.#stopping
    // The awaited run is over by the record as last read; if the record has changed, the claim fails.
    const free = new Set(due.filter((name) => this.#awaited.delete(name) && othersOverInMs(name) === 0))
    const unsure = due.filter((name) => !free.has(name))
    const isListed = isListCheaper(unsure.length, book.size)
    const suspects = isListed ? await this.#unchanged(unsure) : unsure
    if (!isListed) for (const name of unsure) book.invalidate(name)
    await mapParallel(suspects, AT_ONCE, (name) => book.load(name, signal))
    for (const name of suspects) {
      const version = book.versionOf(name)
      if (version !== undefined) sightings.see(name, version)
    }
    return [...free, ...suspects]
  }

  /** The due jobs whose record was not written since the last look, or since the tick could be claimed. */
  async #unchanged(due: readonly string[]): Promise<string[]> {
    const { book, claimAheadMs, clock, sightings } = this.#deps
    const { changed } = await book.list(this.#stopping.signal)
    const changedByName = new Map(changed.map((change) => [change.name, change]))
    const before = clock.now() - claimAheadMs - CLOCKS_MS
    return due.filter((name) => {
      const change = changedByName.get(name)
      if (change === undefined) return true // the record is as this instance read or wrote it
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
      // No warning: the leader may have stopped in order, or lack the action. An operator has nothing to do.
      logger.info('claiming here what is due, and what nobody else has claimed', { jobs: overdue.length })
      this.#isStandingIn = true
    }
    onOverdue()
    if (this.#stopping.signal.aborted) return
    const engine = createEngine()
    this.#engines.add(engine)
    // A slow leader claims from the front of the list, the standby from the back.
    for (const name of overdue.toReversed()) engine.touch(name)
    try {
      await engine.runOnce()
    } finally {
      this.#engines.delete(engine)
    }
  }
}
