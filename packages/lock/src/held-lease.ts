import { createSharedAbort, fullJitter, type Clock, type Random } from '@s3sched/kernel'
import { trustedForMs, type Outcome } from './lease-protocol.ts'
import type { PreviousLease } from './lease-record.ts'
import { LockError } from './lock-error.ts'
import { ANSWER_MS, startPatience, unlessAborted } from './patience.ts'

/** A machine that was suspended wakes with its timers as they were: trust is looked at this often, ms. */
const WATCH_MS = 1000

/** How a lease ended: given back, taken over or broken by somebody else, or not renewed in time. */
export type LeaseEnd = 'released' | 'lost' | 'expired'

/** Is told what happens to a lease. Must not throw. */
export interface LeaseListener {
  renewed?(fence: number): void
  ended?(fence: number, why: LeaseEnd): void
  /** A renewal or a release failed. It is tried again as long as there is time. */
  problem?(error: unknown): void
}

/** A lease while it is held. It renews itself until it ends. */
export interface HeldLease {
  /** Grows with each taking; whatever is written under the lease should carry it. */
  readonly fence: number
  readonly holder: string
  /** What the lease that was renewed or released last before this one left. */
  readonly previous: PreviousLease | undefined
  /** Aborts when the lease ends, with a {@link LockError} as its reason. */
  readonly signal: AbortSignal
  /** Resolves when the lease ends. Never rejects. */
  readonly ended: Promise<LeaseEnd>
  /** Asks the clocks, so it is right even when no timer could fire. `false` also ends the lease. */
  isTrusted(): boolean
  /** Writes now, with a fresh payload. `false` when the lease has ended. @throws what the store throws */
  renew(): Promise<boolean>
  /**
   * Ends the lease, and frees the object: 1 PUT. Never throws: what can't be freed frees itself after the ttl. With a store
   * that is silent it resolves after 10 seconds.
   */
  release(): Promise<void>
}

/** What {@link keepLease} needs of the contender that took the lease. */
export interface LeaseEngine {
  readonly clock: Clock
  readonly random: Random
  readonly ttlMs: number
  readonly renewEveryMs: number
  pursue(kind: 'renew' | 'release'): Promise<Outcome>
  /** For how many ms `fence` may still be trusted. */
  trustLeftMs(fence: number): number
  /** How long ago, in ms, the write that is trusted was sent. */
  sinceRenewalMs(): number
  /** Whether the last lease ended because the object showed somebody else's write. */
  wasLost(): boolean
}

/** Renews the lease that `engine` just took, and ends it when its time is over. */
export function keepLease(
  engine: LeaseEngine,
  identity: Pick<HeldLease, 'fence' | 'holder' | 'previous'>,
  listener: LeaseListener,
): HeldLease {
  return new Keeper(engine, identity, listener)
}

class Keeper implements HeldLease {
  readonly fence: number
  readonly holder: string
  readonly previous: PreviousLease | undefined
  readonly ended: Promise<LeaseEnd>
  readonly #engine: LeaseEngine
  readonly #listener: LeaseListener
  readonly #controller = createSharedAbort()
  #resolveEnded: (why: LeaseEnd) => void = () => {}
  #released: Promise<void> | undefined

  constructor(
    engine: LeaseEngine,
    identity: Pick<HeldLease, 'fence' | 'holder' | 'previous'>,
    listener: LeaseListener,
  ) {
    this.#engine = engine
    this.#listener = listener
    this.fence = identity.fence
    this.holder = identity.holder
    this.previous = identity.previous
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    void this.#watch()
    void this.#renewInTime()
  }

  get signal(): AbortSignal {
    this.isTrusted()
    return this.#controller.signal
  }

  isTrusted(): boolean {
    if (this.#controller.signal.aborted) return false
    if (this.#engine.trustLeftMs(this.fence) > 0) return true
    this.#end(this.#engine.wasLost() ? 'lost' : 'expired')
    return false
  }

  async renew(): Promise<boolean> {
    if (!this.isTrusted()) return false
    const outcome = await this.#engine.pursue('renew')
    if (outcome.kind === 'unreadable') {
      throw new LockError(`the lease's object is unreadable: ${outcome.problem}`, {
        code: 'UNREADABLE',
        retriable: true,
      })
    }
    if (!this.isTrusted() || outcome.kind !== 'renewed') return false
    this.#listener.renewed?.(this.fence)
    return true
  }

  release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  async #release(): Promise<void> {
    const wasLost = !this.isTrusted() && this.#engine.wasLost()
    this.#end('released')
    if (wasLost) return
    const overdue = (): LockError => silentError(this.fence)
    const patience = startPatience(this.#engine.clock, { waitMs: ANSWER_MS, overdue, signals: [] })
    try {
      await unlessAborted(this.#engine.pursue('release'), patience.signal)
    } catch (error) {
      this.#listener.problem?.(error)
    } finally {
      patience.end()
    }
  }

  async #watch(): Promise<void> {
    for (;;) {
      const left = this.#engine.trustLeftMs(this.fence)
      if (!(await this.#sleep(Math.min(left, WATCH_MS)))) return
      if (!this.isTrusted()) return
    }
  }

  /** One renewal each `renewEveryMs`; what fails is tried again until trust ends, which ends this loop too. */
  async #renewInTime(): Promise<void> {
    const { random, ttlMs, renewEveryMs } = this.#engine
    const backoff = { baseMs: ttlMs / 30, maxMs: ttlMs / 10 }
    let failures = 0
    for (;;) {
      const due = renewEveryMs - this.#engine.sinceRenewalMs()
      const waitMs = failures === 0 ? Math.min(due, WATCH_MS) : ttlMs / 60 + fullJitter(failures, backoff, random)
      if ((waitMs > 0 && !(await this.#sleep(waitMs))) || !this.isTrusted()) return
      if (this.#engine.sinceRenewalMs() < renewEveryMs) failures = 0
      else {
        try {
          await this.renew()
          failures = 0
        } catch (error) {
          failures++
          this.#listener.problem?.(error)
        }
      }
    }
  }

  /** `false` when the lease ended meanwhile. */
  async #sleep(ms: number): Promise<boolean> {
    try {
      await this.#engine.clock.sleep(ms, this.#controller.signal)
      return true
    } catch (error) {
      if (this.#controller.signal.aborted) return false
      throw error
    }
  }

  #end(why: LeaseEnd): void {
    if (this.#controller.signal.aborted) return
    this.#controller.abort(endError(why, this.fence, trustedForMs(this.#engine.ttlMs)))
    this.#resolveEnded(why)
    this.#listener.ended?.(this.fence, why)
  }
}

function silentError(fence: number): LockError {
  return new LockError(`the release of the lease with fence ${fence} was not answered within ${ANSWER_MS} ms`, {
    code: 'UNDECIDED',
    retriable: true,
    suggestion: 'The lock frees itself when its ttl is over',
  })
}

function endError(why: LeaseEnd, fence: number, trustedMs: number): LockError {
  const message = {
    released: `the lease with fence ${fence} was released`,
    lost: `the lease with fence ${fence} was lost: somebody else holds or freed it`,
    expired: `the lease with fence ${fence} could not be renewed within ${trustedMs} ms`,
  }[why]
  return new LockError(message, { code: why === 'released' ? 'RELEASED' : 'LOST', context: { fence, why } })
}
