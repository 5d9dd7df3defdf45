/**
 * The loop of a hot standby around the decisions of `decide-look.ts`: plans the jobs of a shard, looks at the due jobs
 * a moment after each instant, and has the overdue ticks claimed.
 */
import { createSharedAbort, messageOf, pause, RepeatedTroubles, WakeableSleep, type Clock } from '@s3sched/kernel'
import type { NameTable } from '@s3sched/jobs'
import type { KnownJob } from '../definitions/known-job.ts'
import type { EngineEnv } from '../engine-env.ts'
import { TickHeap } from '../ticks/tick-heap.ts'
import { decideFinding, decideNextLook, decideTurn, openStart, waitMs } from './decide-look.ts'
import type { StandIn } from './stand-in.ts'

export interface StandbyDeps {
  readonly jobs: StandbyJobs
  /** Brings the records of these jobs up to date. @throws StoreError */
  readonly read: (due: readonly string[], signal: AbortSignal) => Promise<void>
  /** Asked before each look: a standby with too bad a clock for claims need not look. */
  readonly mayClaim: () => Promise<boolean>
  readonly standIn: StandIn
  readonly duty: Duty
}

/** The jobs of the standby's shard with an action here. No request. */
export interface StandbyJobs {
  readonly names: () => Iterable<string>
  /** `undefined` for an unknown job. */
  readonly known: (name: string) => KnownJob | undefined
  /** The ms until no other instance works on a run of the job any more; `undefined` when unknown. */
  readonly othersOverInMs: (name: string) => number | undefined
  /** Numbers the jobs, and may be shared with other tables. @default a table of its own */
  readonly table?: NameTable
}

/** The rest of the instance, as a standby sees it. */
export interface Duty {
  /** This instance's place among the standbys, from 0; `undefined` without a place. No request. */
  readonly place: () => number | undefined
  /** Called at each turn. */
  readonly onTurn: () => void
}

const AFTER_TROUBLE_MS = 1000
/** Jobs planned in one turn of the event loop. */
const PLANNED_PER_TURN = 500

export class Standby {
  readonly #env: Pick<EngineEnv, 'logger' | 'serverClock'>
  readonly #deps: StandbyDeps
  readonly #clock: Clock
  readonly #repeated: RepeatedTroubles
  /** The start of each job's next tick; the look follows a moment later. Empty while this instance is no standby. */
  readonly #starts: TickHeap
  readonly #stopping = createSharedAbort()
  #isPlanned = false
  /**
   * The looks under way, each at other jobs: a look that waits for the store must not hold up the look of the next
   * instant.
   */
  readonly #looks = new Set<Promise<void>>()
  /** The delay of this standby's looks after their instants, in ms; it grows with the place. */
  #afterMs = 0
  readonly #naps: WakeableSleep
  /** The end of the loop's sleep, epoch ms; in the past during a turn, which finds all plans. */
  #wakesAt = -Infinity
  #loop: Promise<void> | undefined

  constructor(env: Pick<EngineEnv, 'logger' | 'serverClock'>, deps: StandbyDeps) {
    this.#env = env
    this.#deps = deps
    this.#clock = env.serverClock.ticking()
    this.#repeated = new RepeatedTroubles(this.#clock)
    this.#starts = new TickHeap(deps.jobs.table)
    this.#naps = new WakeableSleep(this.#clock)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Makes no claim from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#deps.standIn.stop()
    await this.#loop
    await Promise.all(this.#looks)
  }

  /** The start of the next tick under this standby's watch, epoch ms; `undefined` without one. */
  get nextStart(): number | undefined {
    return this.#starts.earliest
  }

  /** Called when the place of this instance may be another: each look at a lease may find other names. */
  look(): void {
    this.#naps.wake()
  }

  /** Called when a job is new here, or changed. */
  touch(name: string): void {
    if (this.#isPlanned) this.#plan(name)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        const sleepMs = await this.#turn()
        if (sleepMs > 0) await this.#naps.sleep(sleepMs, signal)
      } catch (error) {
        this.#report(error)
        await pause(this.#clock, AFTER_TROUBLE_MS, signal)
      }
    }
  }

  /** @returns the ms until the next turn; `Infinity` until the next call of {@link look} */
  async #turn(): Promise<number> {
    const { duty } = this.#deps
    this.#wakesAt = -Infinity
    const place = duty.place()
    if (place !== undefined && !this.#isPlanned) await this.#planAll()
    const turn = decideTurn(place, this.#clock.now())
    if (turn.act === 'off') {
      this.#forget()
      duty.onTurn()
      return Infinity
    }
    this.#afterMs = turn.afterMs
    const due = this.#starts.takeDue(turn.upTo)
    if (due.length > 0) this.#begin(due, turn.upTo)
    duty.onTurn()
    const now = this.#clock.now()
    const pauseMs = waitMs(this.#starts.earliest, turn.afterMs, now)
    this.#wakesAt = now + pauseMs
    return pauseMs
  }

  #begin(due: readonly string[], lookedUpTo: number): void {
    const look = this.#look(due, lookedUpTo)
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#looks.delete(look)
        this.#naps.wake()
      })
    this.#looks.add(look)
  }

  #report(error: unknown): void {
    if (this.#stopping.signal.aborted) return
    const others = this.#repeated.tell(error)
    if (others === undefined) return
    this.#env.logger.warn(`the standby could not look after due ticks yet: ${messageOf(error)}${others}`, { error })
  }

  #forget(): void {
    this.#isPlanned = false
    this.#starts.clear()
    this.#deps.standIn.end()
  }

  /** Plans only future ticks: ticks already due are left to the leader, or to the next leader. */
  async #planAll(): Promise<void> {
    const { jobs } = this.#deps
    this.#isPlanned = true
    let planned = 0
    for (const name of jobs.names()) {
      this.#plan(name)
      if (++planned % PLANNED_PER_TURN === 0) await this.#clock.sleep(0, this.#stopping.signal)
    }
  }

  #plan(name: string): void {
    this.#startAt(name, openStart(name, this.#deps.jobs.known(name), this.#clock.now()))
  }

  #startAt(name: string, startAt: number | undefined): void {
    if (startAt === undefined) this.#starts.delete(name)
    else this.#starts.set(name, startAt)
    if (startAt !== undefined && startAt + this.#afterMs < this.#wakesAt) this.#naps.wake()
  }

  async #look(due: readonly string[], lookedUpTo: number): Promise<void> {
    const { jobs, mayClaim, read, standIn } = this.#deps
    const { signal } = this.#stopping
    const overdue = new Set<string>()
    try {
      if (!(await mayClaim())) return
      await read(due, signal)
      for (const name of due) {
        const startAt = openStart(name, jobs.known(name))
        if (decideFinding(startAt, this.#env.serverClock.provenNow()) === 'claim') overdue.add(name)
      }
      if (overdue.size > 0) await standIn.claim([...overdue], signal)
      else standIn.rest()
    } finally {
      if (this.#isPlanned && !signal.aborted)
        for (const name of due) this.#planAgain(name, lookedUpTo, overdue.has(name))
    }
  }

  #planAgain(name: string, lookedUpTo: number, isOverdue: boolean): void {
    const { jobs } = this.#deps
    const now = this.#clock.now()
    const known = jobs.known(name)
    const startAt = decideNextLook({
      now,
      nextStart: openStart(name, known, now),
      openStart: openStart(name, known),
      lookedUpTo,
      afterMs: this.#afterMs,
      isOverdue,
      othersOverInMs: () => jobs.othersOverInMs(name),
    })
    this.#startAt(name, startAt)
  }
}
