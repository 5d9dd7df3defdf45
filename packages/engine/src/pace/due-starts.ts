import { Timers, type Clock, type LazyAbort } from '@s3sched/kernel'
import type { Authority } from '../runs/authority.ts'

/** A run claimed ahead of its instant. */
export interface DueStart {
  readonly authority: Authority
  /** By the wall clock, epoch ms. @default now */
  readonly startAt: number | undefined
}

interface WaitingStart {
  readonly authority: Authority
  readonly startAt: number
  readonly begin: () => void
  readonly end: () => void
  /** Called once the run was started or told to end. */
  readonly watchers: (() => void)[]
}

/**
 * The most waiting runs started in one turn of the event loop: a thousand starts in one turn would keep all other work
 * waiting, renewals of the lease included.
 */
const STARTS_PER_TURN = 32

/** The claimed runs that wait for their instant. In the executor they would count as an overlap with the run before. */
export class DueStarts {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #waiting = new Set<WaitingStart>()
  /** The waiting runs whose instant has come, in the order of their instants. */
  readonly #due = new Set<WaitingStart>()
  #isStarting = false
  /** A run whose instant is later than this, by the wall clock, does not start any more. */
  #closesAt = Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#timers = new Timers(clock)
  }

  /**
   * The run's turn to start: at its instant.
   * @returns true when the instant is past; false when the run was told to end before; otherwise a promise of either
   */
  turnOf({ authority, startAt = -Infinity }: DueStart, ending: LazyAbort): boolean | Promise<boolean> {
    if (ending.aborted || startAt > this.#closesAt) return false
    if (startAt <= this.#clock.now()) return true
    return new Promise((resolve) => {
      let cancelTimer: () => void
      const arm = (): void => {
        cancelTimer = this.#timers.start(startAt - this.#clock.now(), () => {
          // The wall clock may have been set back, or be slower than the monotonic clock, which measures the sleep.
          if (startAt > this.#clock.now()) return arm()
          this.#due.add(waiting)
          void this.#startDue()
        })
      }
      const leave = (isTurn: boolean): void => {
        cancelTimer()
        ending.delete(waiting.end)
        this.#waiting.delete(waiting)
        this.#due.delete(waiting)
        for (const watch of waiting.watchers) watch()
        resolve(isTurn)
      }
      const begin = (): void => leave(true)
      const end = (): void => leave(false)
      const waiting: WaitingStart = { authority, startAt, begin, end, watchers: [] }
      arm()
      ending.add(end)
      this.#waiting.add(waiting)
    })
  }

  /** From now on only runs that are due within `patienceMs` start. Resolves when no run waits any more. */
  async close(patienceMs: number): Promise<void> {
    this.#closesAt = this.#clock.now() + patienceMs
    await this.#settle([...this.#waiting], this.#closesAt)
  }

  /** Lets the authority's runs due within `patienceMs` start, and tells its other waiting runs to end. */
  async settle(authority: Authority, patienceMs: number): Promise<void> {
    const waiting = [...this.#waiting].filter((each) => each.authority === authority)
    await this.#settle(waiting, this.#clock.now() + patienceMs)
  }

  /** The first few runs of an instant start at once, and the others a few per turn. */
  async #startDue(): Promise<void> {
    if (this.#isStarting) return
    this.#isStarting = true
    // The runs of one instant become due one after the other.
    await Promise.resolve()
    while (this.#due.size > 0) {
      let left = STARTS_PER_TURN
      for (const waiting of this.#due) {
        waiting.begin()
        if (--left === 0) break
      }
      await this.#clock.sleep(0)
    }
    this.#isStarting = false
  }

  async #settle(waiting: readonly WaitingStart[], lastStart: number): Promise<void> {
    const over = waiting.map((each) => new Promise<void>((resolve) => each.watchers.push(resolve)))
    for (const each of waiting) if (each.startAt > lastStart) each.end()
    await Promise.all(over)
    // After one turn of the event loop, all runs free to start have started.
    await this.#clock.sleep(0)
  }
}
