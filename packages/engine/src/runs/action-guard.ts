import type { LazyAbort } from '@s3sched/kernel'
import type { Authority } from './authority.ts'
import { endOf } from './run-policy.ts'

/** Calls the action of one run only on a trusted authority, and knows whether the action is still executing. */
export class ActionGuard {
  #goingOn = 0
  #hasBegun = true

  /** True if the most recent {@link call} reached the action. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** True while the action of any attempt executes, an abandoned attempt included. */
  get isActing(): boolean {
    return this.#goingOn > 0
  }

  /** @param ending - aborted when the authority has ended, and the run with it */
  async call(authority: Authority, ending: LazyAbort, action: () => unknown): Promise<unknown> {
    // Before a second attempt the event loop may have been blocked for longer than the lease lasts, with its timers
    // late.
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
