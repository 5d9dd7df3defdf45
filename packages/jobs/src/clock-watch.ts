import { toDate, type Logger } from '@s3sched/kernel'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import { SchedulerError } from './scheduler-error.ts'

export interface ClockWatchDeps {
  /** Learns from every answer of `store`. */
  readonly serverClock: ServerClock
  readonly store: ObjectStore
  /** Called after a skew change of more than a second. Must not throw. */
  readonly onSkew?: (skewMs: number) => void
  readonly logger: Logger
  /** The most tolerated skew, in ms. */
  readonly maxClockSkew: number
}

/** A larger jump of the wall clock against the monotonic clock means a correction, or a suspended machine, in ms. */
const JUMP_MS = 1000
/** The object requested to learn the store's time: small, and allowed to be missing. */
const ASKED = 'changes.json'
const SET = 'Set the clock of this machine (NTP)'

/**
 * Keeps a machine with a wrong clock from claiming ticks that are not due, and from writing the instant from which
 * ticks count: neither can be taken back.
 *
 * After a jump of the wall clock against the monotonic clock, the store is asked for its time before any claim.
 *
 * A store on this machine has no clock but this machine's, so the right time is unknown. When that clock goes back, the
 * log says so, once, and the scheduler goes on: a settled tick does not start again, so jobs wait until the clock has
 * caught up.
 */
export class ClockWatch {
  readonly #deps: ClockWatchDeps
  #reportedSkew = 0
  #reportedSetBackMs = 0
  #hasReportedAhead = false

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps
  }

  /**
   * Asks the store for its time if this machine has slept since the last answer, or its clock was set: what is known of the
   * store's clock may be too early by the whole sleep.
   * @throws the store's error when the store had to be asked
   */
  async hear(): Promise<void> {
    if (this.#mustAsk()) await this.#deps.store.get(ASKED)
  }

  /**
   * True if this machine's clock is good enough for claims; a promise where the store has to be asked.
   * @throws the store's error, by the promise
   */
  isGood(): boolean | Promise<boolean> {
    return this.#mustAsk() ? this.hear().then(() => this.#judge()) : this.#judge()
  }

  #mustAsk(): boolean {
    return Math.abs(this.#deps.serverClock.jumpMs()) > JUMP_MS
  }

  #judge(): boolean {
    const { maxClockSkew, serverClock } = this.#deps
    const skew = serverClock.skewMs()
    if (Math.abs(skew - this.#reportedSkew) > JUMP_MS) this.#report(skew)
    const setBackMs = serverClock.setBackMs()
    if (setBackMs - this.#reportedSetBackMs > JUMP_MS) this.#reportSetBack(setBackMs)
    return Math.abs(skew) <= maxClockSkew
  }

  /**
   * Called before a change of the instant from which ticks count.
   * @throws SchedulerError `CLOCK_SKEW`; the store's error when the store had to be asked
   */
  async requireGood(): Promise<void> {
    if (await this.isGood()) return
    const { maxClockSkew, serverClock } = this.#deps
    const skew = Math.round(serverClock.skewMs())
    throw new SchedulerError(
      `expected this machine's clock to be within maxClockSkew (${maxClockSkew} ms) of the store's, and it is off by ${skew} ms: ` +
        'nothing was changed or claimed',
      {
        code: 'CLOCK_SKEW',
        retriable: true,
        suggestion: `${SET}, or do it from another one`,
        context: { skew, maxClockSkew },
      },
    )
  }

  /** Notes that the job's ticks at or before `settledUpTo` do not count any more. */
  noteSettled(jobName: string, settledUpTo: number): void {
    const { logger, maxClockSkew, serverClock } = this.#deps
    const aheadMs = settledUpTo - serverClock.sharedNow()
    if (this.#hasReportedAhead || aheadMs <= maxClockSkew) return
    this.#hasReportedAhead = true
    logger.error(
      `the ticks of job '${jobName}' are settled up to ${toDate(settledUpTo).toISOString()}, ${aheadMs} ms from now, and none starts before: ` +
        'the clock was set back, or was ahead when somebody wrote that; other jobs may wait, too',
      { jobName },
    )
  }

  #report(skew: number): void {
    const { logger, maxClockSkew, onSkew } = this.#deps
    this.#reportedSkew = skew
    const way = skew > 0 ? 'ahead of' : 'behind'
    const off = `this machine's clock is ${Math.abs(Math.round(skew))} ms ${way} the store's`
    if (skew === 0) logger.info("this machine's clock agrees with the store's again")
    else if (Math.abs(skew) > maxClockSkew)
      logger.error(`${off}, more than maxClockSkew (${maxClockSkew} ms): this instance claims nothing. ${SET}`)
    else logger.warn(`${off}: ticks start ${skew > 0 ? "by the store's clock" : 'late by as much'}. ${SET}`)
    onSkew?.(skew)
  }

  #reportSetBack(setBackMs: number): void {
    const byMs = Math.round(setBackMs - this.#reportedSetBackMs)
    this.#reportedSetBackMs = setBackMs
    this.#deps.logger.warn(
      `the store's clock was set back by ${byMs} ms: ticks that are settled do not start again, so jobs wait until it is there again`,
    )
  }
}
