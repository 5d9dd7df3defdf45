import type { Clock, Logger, Timers } from '@s3sched/kernel'

/** A run with an action executing right now. */
export interface WatchedRun {
  readonly key: string
  readonly runId: string
  readonly attempt: number
}

export interface LoopWatchDeps {
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** The runs that may be responsible for a block. */
  readonly suspects: () => readonly WatchedRun[]
}

/**
 * Logs the run that blocked the event loop, and the duration. During a block no lease is renewed, no timeout fires and
 * no signal arrives, so an operator must be told.
 *
 * The part of an action before its first await is measured directly, and its run is named with certainty. A later block
 * is detected by a timer that wakes late; then all executing runs are named, because the cause is unknown.
 */
export class LoopWatch {
  readonly #deps: LoopWatchDeps
  readonly #limitMs: number
  #users = 0
  #cancel: (() => void) | undefined
  /** Every block before this moment of the monotonic clock is already reported. */
  #clearUntil = 0

  /** @param limitMs - shorter blocks are ignored. */
  constructor(deps: LoopWatchDeps, limitMs: number) {
    this.#deps = deps
    this.#limitMs = limitMs
  }

  /** Called around every action, so that no timer runs without an action. */
  begin(): void {
    this.#users += 1
    if (this.#users > 1) return
    this.#clearUntil = this.#deps.clock.monotonic()
    this.#arm()
  }

  end(): void {
    this.#users -= 1
    if (this.#users === 0) this.#cancel?.()
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
        const { attempt, key, runId } = run
        const facts = { key, runId, attempt, blockedMs }
        logger.warn(`job '${key}' blocked the event loop for ${Math.round(blockedMs)} ms`, facts)
      }
    }
  }

  #arm(): void {
    const { clock, timers } = this.#deps
    // The part of a block before the due moment of the timer is not measured: a shorter turn loses less.
    const turnMs = this.#limitMs / 5
    const due = clock.monotonic() + turnMs
    this.#cancel = timers.start(turnMs, () => {
      this.#check(due)
      this.#arm()
    })
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
