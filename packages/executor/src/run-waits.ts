import type { Clock, LazyAbort } from '@s3sched/kernel'
import type { CancelledError } from './cancelled-error.ts'

/** `queued`: waits for its key or a slot. `delayed`: waits until an attempt is due. `running`: the rest. */
export type RunPhase = 'queued' | 'delayed' | 'running'

/** The waits of one run. A drain ends the run instead of a wait for something that is not due soon. */
export class RunWaits {
  phase: RunPhase = 'queued'
  /** The total time in the queue of its key, of its group and of the slots. */
  queuedMs = 0

  readonly #clock: Clock
  readonly #ending: LazyAbort
  /** The end of the current wait, on the monotonic clock; Infinity when unknown. */
  #dueAt = Infinity
  /** Set by a drain: the run ends before any wait for something that is not due by `dueBy`, on the monotonic clock. */
  #drained: { readonly reason: CancelledError; readonly dueBy: number } | undefined

  /** @param ending - aborts when the run has to end */
  constructor(clock: Clock, ending: LazyAbort) {
    this.#clock = clock
    this.#ending = ending
  }

  /** The run ends in the queues, and instead of any wait that lasts longer than `patienceMs` from now. */
  drain(reason: CancelledError, patienceMs: number): void {
    this.#drained = { reason, dueBy: this.#clock.monotonic() + patienceMs }
    if (this.phase === 'queued') this.#ending.abort(reason)
    else if (this.phase === 'delayed') this.#enter('delayed', this.#dueAt)
  }

  /** The run waits for nothing. */
  over(): void {
    this.phase = 'running'
  }

  /** @param turn - rejects when the run has to end */
  async queued<T>(turn: Promise<T>): Promise<T> {
    const from = this.#clock.monotonic()
    this.#enter('queued', this.#dueAt)
    try {
      return await turn
    } finally {
      this.queuedMs += this.#clock.monotonic() - from
      this.over()
    }
  }

  /** @throws the reason of the run's end */
  async delay(ms: number): Promise<void> {
    if (ms === 0) return this.#ending.throwIfAborted()
    this.#enter('delayed', this.#clock.monotonic() + ms)
    await this.#clock.sleep(ms, this.#ending.signal)
    this.over()
  }

  /** Waits for something of an unknown duration. @param work - rejects when the run has to end */
  async delayedBy<T>(work: Promise<T>): Promise<T> {
    this.#enter('delayed', Infinity)
    try {
      return await work
    } finally {
      this.over()
    }
  }

  #enter(phase: 'queued' | 'delayed', dueAt: number): void {
    this.phase = phase
    this.#dueAt = dueAt
    if (this.#drained !== undefined && dueAt > this.#drained.dueBy) this.#ending.abort(this.#drained.reason)
  }
}
