import type { Clock } from '@s3sched/kernel'
import type { Authority } from './authority.ts'
import { StartsPerTurn } from './starts-per-turn.ts'

/** A run that was claimed ahead of its instant. */
export interface DueStart {
  readonly authority: Authority
  /** By the wall clock, epoch ms. @default now */
  readonly startAt: number | undefined
}

interface WaitingStart {
  readonly authority: Authority
  readonly startAt: number
  readonly end: () => void
  /** Resolves once it was started or told to end. */
  readonly over: Promise<unknown>
}

/** A reason, so that no end of a wait makes an exception, with its stack, that nobody sees. */
const ENDED = 'told to end'
/** How many runs that waited for one instant start in one turn of the event loop. */
const STARTS_PER_TURN = 32

/** The claimed runs that wait for their instant: here and not in the executor, where they would count as an overlap with the run before. */
export class DueStarts {
  readonly #clock: Clock
  readonly #perTurn: StartsPerTurn
  readonly #waiting = new Set<WaitingStart>()
  /** What is due later than this, by the wall clock, does not start any more. */
  #closesAt = Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#perTurn = new StartsPerTurn(clock, STARTS_PER_TURN)
  }

  /**
   * Starts what is due, and waits with the rest.
   * @returns `undefined` when it was told to end before its instant
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
      // The wall clock may have been set back meanwhile, or go slower than the monotonic one, by which it slept.
      for (let left = startAt - this.#clock.now(); left > 0 && !wake.signal.aborted; left = startAt - this.#clock.now())
        await this.#clock.sleep(left, wake.signal).catch(() => undefined) // told to end while it waited
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

  /** From now on only what is due within `patienceMs` starts. Resolves when nothing waits any more. */
  async close(patienceMs: number): Promise<void> {
    this.#closesAt = this.#clock.now() + patienceMs
    await this.#settle([...this.#waiting], this.#closesAt)
  }

  /** Lets what waits on this authority start if it is due within `patienceMs`, and tells the rest to end. */
  async settle(authority: Authority, patienceMs: number): Promise<void> {
    const waiting = [...this.#waiting].filter((each) => each.authority === authority)
    await this.#settle(waiting, this.#clock.now() + patienceMs)
  }

  async #settle(waiting: readonly WaitingStart[], lastStart: number): Promise<void> {
    for (const each of waiting) if (each.startAt > lastStart) each.end()
    await Promise.all(waiting.map((each) => each.over))
    // One turn of the event loop: what is free to start has started then.
    await this.#clock.sleep(0)
  }
}
