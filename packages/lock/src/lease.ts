import type { HeldLease } from './held-lease.ts'
import { LockError } from './lock-error.ts'

/**
 * A lock while it is held. It renews itself until it is released or lost.
 *
 * `await using lease = …` releases it at the end of the block.
 */
export interface Lease {
  readonly name: string
  readonly holder: string
  /** Grows with each acquisition of this lock, for ever. Let everything that is written under the lock carry it. */
  readonly fence: number
  /** Aborts the moment the lock may not be trusted any more, whether or not the store answers, and at the release. */
  readonly signal: AbortSignal
  /** Whether it was given back. */
  readonly released: boolean
  /** Asks the clocks: right even when the event loop was blocked and no timer has fired yet. */
  isTrusted(): boolean
  /**
   * Call it before each step that must not happen without the lock.
   * @throws {@link LockError} `LOST` or `RELEASED`
   */
  check(): void
  /** Renews now, beside the renewals that happen by themselves: 1 PUT. @throws like {@link check}; StoreError */
  renew(): Promise<void>
  /**
   * Gives the lock back: 1 PUT. Twice is fine. Never throws: what can't be freed frees itself after the ttl. With a store
   * that is silent it resolves after 10 seconds.
   */
  release(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export function createLease(name: string, held: HeldLease): Lease {
  let released = false
  const check = (): void => {
    if (released) {
      throw new LockError(`the lease on '${name}' was used after its release`, {
        code: 'RELEASED',
        context: { fence: held.fence },
      })
    }
    if (!held.isTrusted()) {
      throw new LockError(`the lease on '${name}' with fence ${held.fence} is lost`, {
        code: 'LOST',
        suggestion: 'Stop what needs the lock; acquire it again to go on',
        context: { fence: held.fence },
      })
    }
  }
  const release = (): Promise<void> => {
    // A lease that was lost before can't be given back: the loss is what its user must hear of.
    released ||= held.isTrusted()
    return held.release()
  }
  return {
    name,
    holder: held.holder,
    fence: held.fence,
    get signal() {
      return held.signal
    },
    get released() {
      return released
    },
    isTrusted: () => held.isTrusted(),
    check,
    renew: async () => {
      check()
      if (!(await held.renew())) check()
    },
    release,
    [Symbol.asyncDispose]: release,
  }
}
