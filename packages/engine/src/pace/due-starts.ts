import { Timers, type Clock, type LazyAbort } from '@s3sched/kernel'

/** A claimed run. */
export interface DueStart {
  /** The right to run. The waiting runs of one authority are settled together. */
  readonly authority: object
  readonly runId: string
  /** By the wall clock, epoch ms. @default now */
  readonly startAt: number | undefined
  readonly fence: number
  /** The ids of the runs of the job that were claimed before. Those that wait here with a smaller fence come first. */
  readonly behind: readonly string[]
  /** Called once, at the end of a wait. @param isTurn - false when the run was told to end before its instant */
  turn(isTurn: boolean): void
}

/** A run that waits for its turn. Ten thousand runs may wait at a time: each has no promise here. */
interface WaitingStart {
  readonly start: DueStart
  /** The instant of the run, or a later instant of a run that comes first; epoch ms. */
  turnAt: number
  readonly ending: LazyAbort
  /** Ends the wait. */
  readonly end: () => void
  /** Called once the run was started or told to end. `undefined` for none. */
  watchers: (() => void)[] | undefined
}

/** The waiting runs of one instant, in the order of their claims. */
interface Instant {
  readonly waiting: Set<WaitingStart>
  cancelTimer: () => void
}

/**
 * The most waiting runs started in one turn of the event loop: a thousand starts in one turn would keep all other work
 * waiting, renewals of the lease included.
 */
const STARTS_PER_TURN = 32

/**
 * The claimed runs that wait for their instant. In the executor they would count as an overlap with the run before.
 *
 * A run that was claimed later comes after the waiting runs of its job, where runs of the job don't overlap: the fences of
 * a job then grow from start to start.
 *
 * The runs of an instant share a timer, and start in the order of their claims: the runs of a page were claimed together,
 * so their ends come together too, and go into one write of the page.
 */
export class DueStarts {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #isComing: (runId: string) => boolean
  /** By run id. */
  readonly #waiting = new Map<string, WaitingStart>()
  /** The instants that have not come, epoch ms. */
  readonly #instants = new Map<number, Instant>()
  /** The waiting runs whose instant has come, in the order of their instants. */
  readonly #due = new Set<WaitingStart>()
  #isStarting = false
  /** A run whose instant is later than this, by the wall clock, does not start any more. */
  #closesAt = Infinity

  /** @param isComing - whether the claim of a run is answered, and the run is yet to come here: by the next turn of the event loop */
  constructor(clock: Clock, isComing: (runId: string) => boolean) {
    this.#clock = clock
    this.#isComing = isComing
    this.#timers = new Timers(clock)
  }

  /**
   * The run's turn to start: at its instant, and behind the waiting runs that come first.
   * @returns true when the run may start now; false when the run was told to end before; `undefined` for a wait, at whose
   * end {@link DueStart.turn} is called
   */
  turnOf(start: DueStart, ending: LazyAbort): boolean | undefined {
    const { behind, runId, startAt = -Infinity } = start
    const first = this.#firstOf(start)
    const last = Math.max(startAt, ...first)
    if (ending.aborted || last > this.#closesAt) return false
    const now = this.#clock.now()
    if (last <= now && first.length === 0 && !behind.some(this.#isComing)) return true
    const turnAt = Math.max(last, now)
    const end = (): void => this.#leave(waiting, false)
    const waiting: WaitingStart = { start, turnAt, ending, end, watchers: undefined }
    ending.add(end)
    this.#waiting.set(runId, waiting)
    this.#instantAt(turnAt).waiting.add(waiting)
    return undefined
  }

  /**
   * The instants of the waiting runs that come before a run. A waiting run that was taken over has a greater fence than
   * the record of an earlier claim says.
   */
  #firstOf({ behind, fence }: DueStart): number[] {
    return behind.flatMap((id) => {
      const other = this.#waiting.get(id)
      return other !== undefined && other.start.fence < fence ? other.turnAt : []
    })
  }

  #leave(waiting: WaitingStart, isTurn: boolean): void {
    waiting.ending.delete(waiting.end)
    this.#waiting.delete(waiting.start.runId)
    this.#due.delete(waiting)
    this.#leaveInstant(waiting)
    for (const watch of waiting.watchers ?? []) watch()
    waiting.start.turn(isTurn)
  }

  #postpone(waiting: WaitingStart, turnAt: number): void {
    this.#due.delete(waiting)
    waiting.turnAt = Math.max(turnAt, this.#clock.now())
    this.#instantAt(waiting.turnAt).waiting.add(waiting)
  }

  #instantAt(turnAt: number): Instant {
    const known = this.#instants.get(turnAt)
    if (known !== undefined) return known
    const instant: Instant = { waiting: new Set(), cancelTimer: () => undefined }
    this.#instants.set(turnAt, instant)
    this.#arm(turnAt, instant)
    return instant
  }

  #arm(turnAt: number, instant: Instant): void {
    instant.cancelTimer = this.#timers.start(turnAt - this.#clock.now(), () => {
      // The wall clock may have been set back, or be slower than the monotonic clock, which measures the sleep.
      if (turnAt > this.#clock.now()) return this.#arm(turnAt, instant)
      this.#instants.delete(turnAt)
      for (const waiting of instant.waiting) this.#due.add(waiting)
      void this.#startDue()
    })
  }

  #leaveInstant(waiting: WaitingStart): void {
    const instant = this.#instants.get(waiting.turnAt)
    if (instant === undefined) return
    instant.waiting.delete(waiting)
    if (instant.waiting.size > 0) return
    this.#instants.delete(waiting.turnAt)
    instant.cancelTimer()
  }

  /** From now on only runs that are due within `patienceMs` start. Resolves when no run waits any more. */
  async close(patienceMs: number): Promise<void> {
    this.#closesAt = this.#clock.now() + patienceMs
    await this.#settle([...this.#waiting.values()], this.#closesAt)
  }

  /** Lets the authority's runs due within `patienceMs` start, and tells its other waiting runs to end. */
  async settle(authority: object, patienceMs: number): Promise<void> {
    const waiting = [...this.#waiting.values()].filter(({ start }) => start.authority === authority)
    await this.#settle(waiting, this.#clock.now() + patienceMs)
  }

  /** The first few runs of an instant start at once, and the others a few per turn. */
  async #startDue(): Promise<void> {
    if (this.#isStarting) return
    this.#isStarting = true
    while (this.#due.size > 0) {
      let left = STARTS_PER_TURN
      for (const waiting of this.#due) {
        // A run that was yet to come may have come meanwhile, and wait itself.
        const first = this.#firstOf(waiting.start)
        if (first.length > 0) this.#postpone(waiting, Math.max(...first))
        else {
          this.#leave(waiting, true)
          if (--left === 0) break
        }
      }
      await this.#clock.sleep(0)
    }
    this.#isStarting = false
  }

  async #settle(waiting: readonly WaitingStart[], lastStart: number): Promise<void> {
    const over = waiting.map((each) => new Promise<void>((resolve) => (each.watchers ??= []).push(resolve)))
    for (const each of waiting) if (each.turnAt > lastStart) each.end()
    await Promise.all(over)
    // After one turn of the event loop, all runs free to start have started.
    await this.#clock.sleep(0)
  }
}
