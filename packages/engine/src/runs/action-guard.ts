import { isThenable, type LazyAbort } from '@s3sched/kernel'
import type { Authority } from './authority.ts'
import { endOf } from './end-of-authority.ts'

/** Calls the action of one run only on a trusted authority, and knows whether the action is still executing. */
export class ActionGuard {
  #goingOn = 0
  #hasBegun = true
  readonly #over = (): void => void this.#goingOn--

  /** True if the most recent {@link call} reached the action. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** True while the action of any attempt executes, an abandoned attempt included. */
  get isActing(): boolean {
    return this.#goingOn > 0
  }

  /**
   * @param ending - aborted when the authority has ended, and the run with it
   * @returns what the action returned: a promise only where the action made a promise
   */
  call(authority: Authority, ending: LazyAbort, action: () => unknown): unknown {
    // Before a second attempt the event loop may have been blocked for longer than the lease lasts, with its timers
    // late.
    this.#hasBegun = authority.isTrusted()
    if (!this.#hasBegun) {
      const end = endOf(authority)
      ending.abort(end)
      throw end
    }
    let returned: unknown
    this.#goingOn++
    try {
      returned = action()
      if (returned instanceof Promise) {
        // The promise of the action itself is returned: its end is to be noticed without a detour.
        returned.then(this.#over, this.#over)
        return returned
      }
      if (isThenable(returned)) return this.#untilOver(returned)
    } catch (thrown) {
      this.#goingOn--
      throw thrown
    }
    this.#goingOn--
    return returned
  }

  /** Another kind of promise may begin its work with the first call of `then`, and once more with the second. */
  async #untilOver(acting: PromiseLike<unknown>): Promise<unknown> {
    try {
      return await acting
    } finally {
      this.#goingOn--
    }
  }
}
