import type { Executor } from '@s3sched/executor'
import type { Clock } from '@s3sched/kernel'

/** The least delay of a late run after its instant, in ms. */
const LATE_MS = 100
/** A late run keeps the next tick waiting only if it began less than this before the tick's instant, in ms. */
const JUST_BEFORE_MS = 5000

interface LateStart {
  readonly runId: string
  /** The run's instant, by the wall clock; epoch ms. */
  readonly startAt: number
  /** The start of the action, by the monotonic clock. */
  readonly begunAt: number
}

/**
 * Tells an overlap that the schedule makes from an overlap that lateness makes: after a takeover or a standstill,
 * several ticks of a job are made up for within a second, and each would overlap with the run before.
 *
 * A tick waits instead of being skipped where the open run began after the tick's own instant: at that instant the job
 * was free. A tick also waits for an open run that began late, a few seconds before the tick, since the run might have
 * been over if it had begun in time. At most one tick per job waits for a late run: more would pile up behind a run
 * longer than its period.
 *
 * The end of the open run tells how long the run took. If the run would have overlapped with the waiting tick even
 * after a start in time, then the schedule makes the overlap, and the tick is skipped after all. Otherwise, in a job
 * with runs longer than the interval, each tick would wait for the tick before, and start later and later.
 */
export class LateRuns {
  readonly #clock: Clock
  readonly #executor: Pick<Executor, 'running'>
  /** The open runs with a late start, by job, in the order of their starts. */
  readonly #late = new Map<string, readonly LateStart[]>()
  /** The run that waits for a late run, by job. */
  readonly #waiting = new Map<string, string>()

  constructor(clock: Clock, executor: Pick<Executor, 'running'>) {
    this.#clock = clock
    this.#executor = executor
  }

  /**
   * Called before a run is handed to the executor.
   * @param startAt - the run's instant, by the wall clock; epoch ms
   * @returns whether the tick may be queued instead of skipped
   */
  mayWait(jobName: string, runId: string, startAt: number): boolean {
    const late = this.#late.get(jobName)
    if (late === undefined && !this.#isLate(startAt)) return false
    const going = this.#executor.running(jobName).filter(({ blocks }) => blocks)
    if (going.length === 0) return false
    if (going.every(({ startedAt }) => startedAt > startAt)) return true
    if (
      this.#waiting.has(jobName) ||
      !going.every((run) => isIn(late, run.runId) && startAt - run.startedAt < JUST_BEFORE_MS)
    )
      return false
    this.#waiting.set(jobName, runId)
    return true
  }

  /**
   * Called at the end of the wait, right after the end of the open run.
   * @param startAt - the instant of the run that has waited, by the wall clock; epoch ms
   * @returns whether the wait was for lateness alone: otherwise the tick must be skipped
   */
  mayFollow(jobName: string, runId: string, startAt: number): boolean {
    if (this.#waiting.get(jobName) === runId) this.#waiting.delete(jobName)
    const before = this.#late.get(jobName)?.at(-1)
    return before === undefined || before.startAt + (this.#clock.monotonic() - before.begunAt) <= startAt
  }

  /** Called when the action of a run begins. */
  began(jobName: string, runId: string, startAt: number): void {
    if (!this.#isLate(startAt)) return
    const start = { runId, startAt, begunAt: this.#clock.monotonic() }
    const others = this.#late.get(jobName)
    this.#late.set(jobName, others === undefined ? [start] : [...others.filter((each) => each.runId !== runId), start])
  }

  /** Must be called for every run that {@link mayWait} or {@link began} was called for. */
  ended(jobName: string, runId: string): void {
    if (this.#waiting.get(jobName) === runId) this.#waiting.delete(jobName)
    const late = this.#late.get(jobName)
    if (late === undefined) return
    const left = late.filter((each) => each.runId !== runId)
    if (left.length === 0) this.#late.delete(jobName)
    else this.#late.set(jobName, left)
  }

  #isLate(startAt: number): boolean {
    return this.#clock.now() - startAt >= LATE_MS
  }
}

function isIn(late: readonly LateStart[] | undefined, runId: string): boolean {
  return late?.some((each) => each.runId === runId) === true
}
