import type { HeldLease } from './held-lease.ts'
import { LockError } from './lock-error.ts'

/**
 * A held lock. The lease renews itself until its release or loss.
 *
 * `await using lease = …` releases the lease at the end of the block.
 */
export interface Lease {
  /** The name of the lock. */
  readonly name: string
  /** The name of this holder. */
  readonly holder: string
  /** Grows with every acquisition of this lock, for ever. Everything written under the lock should carry the fence. */
  readonly fence: number
  /** Aborts at the release, and at the moment when trust in the lock ends, even when the store does not answer. */
  readonly signal: AbortSignal
  /** True after {@link Lease.release} of a trusted lease. */
  readonly released: boolean
  /** Reads the clocks: right even when the event loop was blocked and no timer has fired yet. */
  isTrusted(): boolean
  /**
   * Throws without the lock. Call `check` before every step that needs the lock.
   * @throws {@link LockError} `LOST` or `RELEASED`
   */
  check(): void
  /** Renews now, in addition to the automatic renewals: 1 PUT. @throws like {@link check}; StoreError */
  renew(): Promise<void>
  /**
   * Releases the lock: 1 PUT. A failed write is retried for up to 10 seconds, and a ttl at most. A second release does
   * nothing. Never throws: an object that cannot be freed becomes claimable after the ttl.
   */
  release(): Promise<void>
  /** The same as `release()`. */
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
    // A lost lease cannot be released: the user must hear of the loss.
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
