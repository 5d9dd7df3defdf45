import type { Authority } from './authority.ts'
import { endOf } from './run-policy.ts'

/** Calls the action of one run only on an authority that is trusted, and knows whether the action goes on. */
export class ActionGuard {
  #goingOn = 0
  #hasBegun = true

  /** Whether the action was called when it was last to be called. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Whether the action of any attempt goes on, also of one that was given up. */
  get isActing(): boolean {
    return this.#goingOn > 0
  }

  /** @param ending - aborts when the run is over since its authority is */
  async call(authority: Authority, ending: AbortController, action: () => unknown): Promise<unknown> {
    // Before a second attempt the loop may have stood still for longer than the lease lasts, and its timers are late.
    this.#hasBegun = authority.isTrusted()
    if (!this.#hasBegun) {
      const end = endOf(authority)
      ending.abort(end)
      throw end
    }
    this.#goingOn++
    try {
      return await action()
    } finally {
      this.#goingOn--
    }
  }
}
