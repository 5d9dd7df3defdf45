import type { Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from './events.ts'
import type { ServerClock } from './server-clock.ts'

export interface ClockWatchDeps {
  readonly serverClock: ServerClock
  /** Asks the store for its time: 1 GET. */
  readonly ask: () => Promise<void>
  readonly events: SchedulerEmitter
  readonly logger: Logger
  /** In ms. */
  readonly maxClockSkew: number
}

/** A wall clock that moved by more than this against the monotonic one was corrected, or the machine slept, in ms. */
const JUMP_MS = 1000

/**
 * Keeps a machine whose clock is wrong from claiming ticks that are not due: a claim can't be taken back.
 *
 * When the wall clock has jumped against the monotonic one, and before the first claim of all, the store is asked for its time.
 */
export class ClockWatch {
  readonly #deps: ClockWatchDeps
  #reportedSkew = 0
  #hasAsked = false

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps
  }

  /** Whether this machine's clock is good enough to claim by. @throws the store's error when it had to be asked */
  async isGood(): Promise<boolean> {
    const { ask, maxClockSkew, serverClock } = this.#deps
    // As long as no answer has told the store's time, any clock would look right.
    const isUnknown = !this.#hasAsked && serverClock.lowerBound() === undefined
    if (isUnknown || Math.abs(serverClock.jumpMs()) > JUMP_MS) await ask()
    this.#hasAsked = true
    const skew = serverClock.skewMs()
    if (Math.abs(skew - this.#reportedSkew) > JUMP_MS) this.#report(skew)
    return Math.abs(skew) <= maxClockSkew
  }

  #report(skew: number): void {
    const { events, logger, maxClockSkew } = this.#deps
    this.#reportedSkew = skew
    const off = `this machine's clock is off by ${Math.round(skew)} ms against the store's`
    if (skew === 0) logger.info("this machine's clock agrees with the store's again")
    else if (Math.abs(skew) <= maxClockSkew) logger.warn(`${off}: ticks start early or late by as much`)
    else logger.error(`${off}, more than maxClockSkew (${maxClockSkew} ms): it claims nothing until that is mended`)
    events.announce('plg:scheduler:clock-skew', { skew })
  }
}
