import type { Clock } from '@s3sched/kernel'
import type { Authority } from '../runs/authority.ts'
import { StartsPerTurn } from './starts-per-turn.ts'

/** A run claimed ahead of its instant. */
export interface DueStart {
  readonly authority: Authority
  /** By the wall clock, epoch ms. @default now */
  readonly startAt: number | undefined
}

interface WaitingStart {
  readonly authority: Authority
  readonly startAt: number
  readonly end: () => void
  /** Resolves once the run was started or told to end. */
  readonly over: Promise<unknown>
}

/** The abort reason: a constant, so that the end of a wait creates no Error with a stack. */
const ENDED = 'told to end'
/** The most waiting runs started in one turn of the event loop. */
const STARTS_PER_TURN = 32

/** The claimed runs that wait for their instant. In the executor they would count as an overlap with the run before. */
export class DueStarts {
  readonly #clock: Clock
  readonly #perTurn: StartsPerTurn
  readonly #waiting = new Set<WaitingStart>()
  /** A run whose instant is later than this, by the wall clock, does not start any more. */
  #closesAt = Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#perTurn = new StartsPerTurn(clock, STARTS_PER_TURN)
  }

  /**
   * Starts the run at its instant: at once when the instant is past.
   * @returns `undefined` when the run was told to end before its instant
   */
  async start<T>(
    { authority, startAt = -Infinity }: DueStart,
    signal: AbortSignal,
    start: () => Promise<T>,
  ): Promise<T | undefined> {
    if (signal.aborted || startAt > this.#closesAt) return undefined
    if (startAt <= this.#clock.now()) return start()
    const wake = new AbortController()
    const end = (): void => wake.abort(ENDED)
    signal.addEventListener('abort', end, { once: true })
    let running: Promise<T> | undefined
    const begin = async (): Promise<void> => {
      // The wall clock may have been set back, or be slower than the monotonic clock, which measures the sleep.
      for (let left = startAt - this.#clock.now(); left > 0 && !wake.signal.aborted; left = startAt - this.#clock.now())
        await this.#clock.sleep(left, wake.signal).catch(() => undefined) // told to end during the wait
      if (!wake.signal.aborted) await this.#perTurn.next()
      if (!wake.signal.aborted) running = start()
    }
    const over = begin()
    const waiting: WaitingStart = { authority, startAt, end, over }
    this.#waiting.add(waiting)
    await over
    this.#waiting.delete(waiting)
    signal.removeEventListener('abort', end)
    return running
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

  async #settle(waiting: readonly WaitingStart[], lastStart: number): Promise<void> {
    for (const each of waiting) if (each.startAt > lastStart) each.end()
    await Promise.all(waiting.map((each) => each.over))
    // After one turn of the event loop, all runs free to start have started.
    await this.#clock.sleep(0)
  }
}
