import {
  createSharedAbort,
  fullJitter,
  LATE,
  orLate,
  takeReading,
  type Clock,
  type Random,
  type Reading,
} from '@s3sched/kernel'
import { trustedForMs, type Outcome } from './lease-state.ts'
import type { PreviousLease } from './lease-record.ts'
import { LockError } from './lock-error.ts'
import { ANSWER_MS } from './patience.ts'

/** Interval between checks of trust, ms. Timers stand still while a machine is suspended, and then fire late. */
const WATCH_MS = 1000

/** A shorter block of the event loop is not reported, ms. */
const LEAST_BLOCK_MS = 1000

/** End of a lease: given back, taken over or broken by another contender, or not renewed in time. */
export type LeaseEnd = 'released' | 'lost' | 'expired'

/** Receives the events of a lease. Must not throw. */
export interface LeaseListener {
  /** Called after each renewal. */
  renewed?(fence: number): void
  /** Called once, at the end of the lease. */
  ended?(fence: number, why: LeaseEnd): void
  /**
   * The event loop of this process was blocked, or the process was stopped, for at least a third of the ttl and a second.
   * Called once for each block, as soon as the process goes on, and before `ended`.
   */
  blocked?(fence: number, blockedMs: number): void
  /** A renewal or a release failed. A renewal is retried while there is time. */
  problem?(error: unknown): void
}

/** A held lease. Renews itself until its end. */
export interface HeldLease {
  /** Grows with every claim. Everything written under the lease should carry the fence. */
  readonly fence: number
  readonly holder: string
  /** The last lease before this lease that was renewed or released, with its payload. */
  readonly previous: PreviousLease | undefined
  /** Aborts when the lease ends, with a {@link LockError} as its reason. */
  readonly signal: AbortSignal
  /** Resolves when the lease ends. Never rejects. */
  readonly ended: Promise<LeaseEnd>
  /** Reads the clocks, so the answer is right even when no timer could fire. `false` also ends the lease. */
  isTrusted(): boolean
  /** Renews now, with a fresh payload. `false` when the lease has ended. @throws the errors of the store */
  renew(): Promise<boolean>
  /**
   * Ends the lease, and frees the object: 1 PUT. Never throws: an object that cannot be freed becomes claimable after
   * the ttl. Resolves after 10 seconds when the store does not answer.
   */
  release(): Promise<void>
}

/** The part of the contender that {@link keepLease} needs. */
export interface LeaseEngine {
  readonly clock: Clock
  readonly random: Random
  readonly ttlMs: number
  readonly renewEveryMs: number
  pursue(kind: 'renew' | 'release'): Promise<Outcome>
  /** Time for which `fence` may still be trusted, ms. */
  trustLeftMs(fence: number, now: Reading): number
  /** Time since the trusted write was sent, ms. */
  sinceRenewalMs(): number
  /** True when the last lease ended because the object showed a write of another contender. */
  wasLost(): boolean
}

/** Renews the lease that `engine` just claimed, and ends the lease when its time is over. */
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
  /** When the sleep of the watch ends, by the monotonic clock. */
  #wakesAt = Infinity

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
    // Each run asks several times, so the clocks are read once for an answer.
    const now = takeReading(this.#engine.clock)
    this.#noticeBlock(now)
    if (this.#engine.trustLeftMs(this.fence, now) > 0) return true
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
    try {
      const released = await orLate(this.#engine.clock, ANSWER_MS, this.#engine.pursue('release'))
      if (released === LATE) throw silentError(this.fence)
    } catch (error) {
      this.#listener.problem?.(error)
    }
  }

  async #watch(): Promise<void> {
    for (;;) {
      const now = takeReading(this.#engine.clock)
      const ms = Math.min(this.#engine.trustLeftMs(this.fence, now), WATCH_MS)
      this.#wakesAt = now.monotonic + ms
      if (!(await this.#sleep(ms))) return
      if (!this.isTrusted()) return
    }
  }

  /** Whatever asks first after a block finds the watch asleep for too long. */
  #noticeBlock({ monotonic }: Reading): void {
    const lateMs = monotonic - this.#wakesAt
    if (lateMs < Math.max(LEAST_BLOCK_MS, this.#engine.ttlMs / 3)) return
    this.#wakesAt = Infinity
    this.#listener.blocked?.(this.fence, lateMs)
  }

  /** One renewal per `renewEveryMs`. Failures are retried until trust ends, and the loop ends with the trust. */
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

  /** `false` when the lease has ended meanwhile. */
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
