import type { Clock, Logger } from '@s3sched/kernel'
import type { RunningRun } from './running-run.ts'

/**
 * The actions that go on although their signals aborted and their grace is over. Nothing can end them, so they are
 * counted, shown and logged. Each holds memory, and perhaps connections; many of them are worth a warning of their own,
 * once until most have ended.
 */
export class AbandonedActions {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #many: number
  readonly #goingOn = new Set<RunningRun>()
  #hasWarned = false

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }, many: number) {
    this.#clock = clock
    this.#logger = logger
    this.#many = many
  }

  get size(): number {
    return this.#goingOn.size
  }

  all(): RunningRun[] {
    return [...this.#goingOn]
  }

  /** Resolves at the end of the action. @param ended - never rejects */
  async watch(action: RunningRun, ended: Promise<unknown>): Promise<void> {
    const { attempt, key, runId } = action
    const from = this.#clock.monotonic()
    this.#goingOn.add(action)
    this.#logger.warn(`job '${key}' goes on although it was told to end`, { runId, attempt })
    this.#warnOfMany()
    await ended
    this.#goingOn.delete(action)
    if (this.size < this.#many / 2) this.#hasWarned = false
    const lateMs = Math.round(this.#clock.monotonic() - from)
    this.#logger.warn(`job '${key}' ended ${lateMs} ms after it was given up; its result is dropped`, {
      runId,
      attempt,
      lateMs,
    })
  }

  #warnOfMany(): void {
    if (this.#hasWarned || this.size < this.#many) return
    this.#hasWarned = true
    const keys = [...new Set(this.all().map(({ key }) => key))]
    this.#logger.warn(
      `${this.size} actions at once go on although they were told to end: each holds memory and connections until this ` +
        "process ends. Let the actions listen to their signal, or isolate them; with onHang: 'wait' a job waits for the " +
        'end of its action',
      { abandoned: this.size, keys },
    )
  }
}
