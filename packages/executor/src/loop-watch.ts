import type { Clock, Logger } from '@s3sched/kernel'
import { startTimer } from './timer.ts'

/** A run that an action is executing for right now. */
export interface WatchedRun {
  readonly key: string
  readonly runId: string
  readonly attempt: number
}

export interface LoopWatchDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** Who may be to blame. */
  readonly suspects: () => readonly WatchedRun[]
}

/** Without a reason of its own, an abort makes an exception with a stack trace. */
const NOTHING_RUNS = 'no action is under way'

/**
 * Says who blocked the event loop, and for how long. While an action blocks it, no lease is renewed, no timeout fires and
 * no signal arrives, so an operator must hear of it.
 *
 * The part of an action before its first await is measured by itself, and named for sure. A block after that is seen by
 * a timer that wakes late; then every action that was under way is named, since nobody can tell which one it was.
 */
export class LoopWatch {
  readonly #deps: LoopWatchDeps
  readonly #limitMs: number
  #users = 0
  #stop = new AbortController()
  /** Up to here, by the monotonic clock, every block was already reported or there was none. */
  #clearUntil = 0

  /** @param limitMs - a shorter block is nobody's business. */
  constructor(deps: LoopWatchDeps, limitMs: number) {
    this.#deps = deps
    this.#limitMs = limitMs
  }

  /** Called around every action, so that no timer runs while nothing does. */
  begin(): void {
    this.#users += 1
    if (this.#users === 1) this.#arm()
  }

  end(): void {
    this.#users -= 1
    if (this.#users === 0) this.#stop.abort(NOTHING_RUNS)
  }

  /** Calls the first, synchronous part of an action. */
  measure<T>(run: WatchedRun, synchronous: () => T): T {
    const { clock, logger } = this.#deps
    const from = clock.monotonic()
    try {
      return synchronous()
    } finally {
      const blockedMs = clock.monotonic() - from
      if (blockedMs >= this.#limitMs) {
        this.#clearUntil = clock.monotonic()
        logger.warn(`job '${run.key}' blocked the event loop for ${Math.round(blockedMs)} ms`, { ...run, blockedMs })
      }
    }
  }

  #arm(): void {
    this.#stop = new AbortController()
    this.#clearUntil = this.#deps.clock.monotonic()
    this.#tick(this.#stop.signal)
  }

  #tick(signal: AbortSignal): void {
    const { clock } = this.#deps
    // What of a block lies before the moment when the timer was due is not seen: the shorter its turn, the less.
    const turnMs = this.#limitMs / 5
    const due = clock.monotonic() + turnMs
    const cancel = startTimer(clock, turnMs, () => {
      signal.removeEventListener('abort', cancel)
      this.#check(due)
      this.#tick(signal)
    })
    signal.addEventListener('abort', cancel, { once: true })
  }

  #check(due: number): void {
    const { clock, logger, suspects } = this.#deps
    const blockedMs = clock.monotonic() - Math.max(due, this.#clearUntil)
    if (blockedMs < this.#limitMs) return
    const runs = suspects()
    const names = [...new Set(runs.map(({ key }) => `'${key}'`))].join(', ')
    logger.warn(`the event loop was blocked for ${Math.round(blockedMs)} ms while ${names} ran`, { runs, blockedMs })
  }
}
