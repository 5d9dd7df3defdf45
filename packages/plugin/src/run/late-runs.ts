import type { Executor } from '@s3sched/executor'
import type { Clock } from '@s3sched/kernel'

/** What starts within this of its instant is on time, in ms. */
const LATE_MS = 100
/** What began earlier than this before the next instant is not in its way for its lateness, in ms. */
const JUST_BEFORE_MS = 5000

/**
 * Tells an overlap that the schedule makes from one that lateness makes: after a takeover, or a standstill, several ticks of a job
 * are made up for within a second, and each would find the one before it still going on.
 *
 * A tick waits, and is not skipped, where what goes on began after the tick's own instant: at its instant nothing was in its way.
 * So does one tick where what goes on began late itself, a few seconds before, since in time it might have been over; more of them
 * would pile up behind a run that is longer than its period.
 */
export class LateRuns {
  readonly #clock: Clock
  readonly #executor: Pick<Executor, 'running'>
  /** Of what goes on, the runs that began late, by job. */
  readonly #late = new Map<string, Set<string>>()
  /** Jobs of which one tick waits for a run that began late. */
  readonly #waiting = new Map<string, string>()

  constructor(clock: Clock, executor: Pick<Executor, 'running'>) {
    this.#clock = clock
    this.#executor = executor
  }

  /**
   * Asked when a run is about to be handed to the executor.
   * @param startAt - its instant, by the wall clock; epoch ms
   */
  mayWait(jobName: string, runId: string, startAt: number): boolean {
    const late = this.#late.get(jobName)
    if (late === undefined && !this.#isLate(startAt)) return false
    const going = this.#executor.running().filter(({ key }) => key === jobName)
    if (going.length === 0) return false
    if (going.every(({ startedAt }) => startedAt > startAt)) return true
    if (
      this.#waiting.has(jobName) ||
      !going.every((run) => late?.has(run.runId) && startAt - run.startedAt < JUST_BEFORE_MS)
    )
      return false
    this.#waiting.set(jobName, runId)
    return true
  }

  /** An action begins. */
  began(jobName: string, runId: string, startAt: number): void {
    if (this.#waiting.get(jobName) === runId) this.#waiting.delete(jobName)
    if (!this.#isLate(startAt)) return
    const late = this.#late.get(jobName)
    if (late === undefined) this.#late.set(jobName, new Set([runId]))
    else late.add(runId)
  }

  /** To be called for every run that was asked about or began. */
  ended(jobName: string, runId: string): void {
    if (this.#waiting.get(jobName) === runId) this.#waiting.delete(jobName)
    const late = this.#late.get(jobName)
    late?.delete(runId)
    if (late?.size === 0) this.#late.delete(jobName)
  }

  #isLate(startAt: number): boolean {
    return this.#clock.now() - startAt >= LATE_MS
  }
}
