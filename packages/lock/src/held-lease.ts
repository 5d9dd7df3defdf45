import {
  alignedSleepMs,
  createSharedAbort,
  fullJitter,
  LATE,
  orLate,
  pause,
  S3SchedError,
  takeReading,
  WakeableSleep,
  type Clock,
  type Random,
  type Reading,
} from '@s3sched/kernel'
import { trustedForMs, type Outcome } from './lease-state.ts'
import type { PreviousLease } from './lease-record.ts'
import { LockError } from './lock-error.ts'
import { ANSWER_MS } from './patience.ts'

/**
 * Longest sleep of the watch, ms; it ends at the same instants for all leases of the process. Nothing in a process
 * tells of a suspended machine, and timers stand still meanwhile: a single timer for the end of trust would fire as much
 * later as the machine was suspended, and work under a lease that another contender holds would go on as long. A longer
 * sleep would also hide a block of the event loop.
 */
const WATCH_MS = 1000

/** A shorter block of the event loop is not reported, ms. */
const LEAST_BLOCK_MS = 1000

/** The pauses between the tries of a release. Other contenders wait for the release, and so does the caller. */
const RELEASE_BACKOFF = { baseMs: 200, maxMs: 2000 }

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
  /** A renewal or a release failed. Both are retried while there is time. */
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
   * Ends the lease at once, and frees the object: 1 PUT. Retriable failures are retried, and nothing renews the lease
   * meanwhile. Never throws: an object that cannot be freed becomes claimable after the ttl.
   * @param withinMs - longest time until the call resolves, ms; a ttl at most, when others may take the lease in any
   *   case. @default 10 seconds
   */
  release(withinMs?: number): Promise<void>
}

/** The part of the contender that {@link keepLease} needs. */
export interface LeaseEngine {
  readonly clock: Clock
  readonly random: Random
  readonly ttlMs: number
  readonly renewEveryMs: number
  /** A release of a lease after which the contender has claimed anew changes nothing. */
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
  readonly #naps: WakeableSleep
  /** When the sleep of the watch ends, by the monotonic clock. */
  #wakesAt = Infinity
  #isRenewing = false
  /** Renewals that failed since the last success. */
  #failures = 0
  /** When a failed renewal is tried again, by the monotonic clock. */
  #retryAt = -Infinity

  constructor(
    engine: LeaseEngine,
    identity: Pick<HeldLease, 'fence' | 'holder' | 'previous'>,
    listener: LeaseListener,
  ) {
    this.#engine = engine
    this.#listener = listener
    this.#naps = new WakeableSleep(engine.clock)
    this.fence = identity.fence
    this.holder = identity.holder
    this.previous = identity.previous
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    void this.#watch()
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
    this.#failures = 0
    this.#listener.renewed?.(this.fence)
    return true
  }

  release(withinMs: number = ANSWER_MS): Promise<void> {
    this.#released ??= this.#release(withinMs)
    return this.#released
  }

  async #release(withinMs: number): Promise<void> {
    const wasLost = !this.isTrusted() && this.#engine.wasLost()
    this.#end('released')
    if (wasLost) return
    const { clock, ttlMs } = this.#engine
    const patienceMs = Math.min(withinMs, ttlMs)
    const over = new AbortController()
    const released = await orLate(clock, patienceMs, this.#free(over.signal))
    over.abort()
    if (released === LATE) this.#listener.problem?.(silentError(this.fence, patienceMs))
  }

  /** Frees the object. Retriable failures are retried until `stop` aborts. Never rejects. */
  async #free(stop: AbortSignal): Promise<void> {
    const { clock, random } = this.#engine
    for (let failures = 1; !stop.aborted; failures++) {
      try {
        await this.#engine.pursue('release')
        return
      } catch (error) {
        if (stop.aborted) return
        this.#listener.problem?.(error)
        if (!(error instanceof S3SchedError) || !error.retriable) return
        await pause(clock, 50 + fullJitter(failures, RELEASE_BACKOFF, random), stop)
      }
    }
  }

  /** Has the lease renewed in time, and ends it with its trust. */
  async #watch(): Promise<void> {
    const { clock } = this.#engine
    while (!this.#controller.signal.aborted) {
      const now = takeReading(clock)
      const ms = Math.min(this.#engine.trustLeftMs(this.fence, now), this.#renewsInMs(), alignedSleepMs(WATCH_MS, now))
      this.#wakesAt = now.monotonic + ms
      if (ms > 0) await this.#naps.sleep(ms, this.#controller.signal)
      if (this.isTrusted() && this.#renewsInMs() <= 0) void this.#renewInTime()
    }
  }

  /** Whatever asks first after a block finds the watch asleep for too long. */
  #noticeBlock({ monotonic }: Reading): void {
    const lateMs = monotonic - this.#wakesAt
    if (lateMs < Math.max(LEAST_BLOCK_MS, this.#engine.ttlMs / 3)) return
    this.#wakesAt = Infinity
    this.#listener.blocked?.(this.fence, lateMs)
  }

  /** Time until the next renewal is due, ms; `Infinity` while a renewal is under way. */
  #renewsInMs(): number {
    if (this.#isRenewing) return Infinity
    const { clock, renewEveryMs } = this.#engine
    const dueMs = renewEveryMs - this.#engine.sinceRenewalMs()
    return this.#failures === 0 ? dueMs : Math.max(dueMs, this.#retryAt - clock.monotonic())
  }

  /** A failed renewal is repeated while there is trust. Never rejects. */
  async #renewInTime(): Promise<void> {
    const { clock, random, ttlMs } = this.#engine
    this.#isRenewing = true
    try {
      await this.renew()
    } catch (error) {
      const backoff = { baseMs: ttlMs / 30, maxMs: ttlMs / 10 }
      this.#retryAt = clock.monotonic() + ttlMs / 60 + fullJitter(++this.#failures, backoff, random)
      this.#listener.problem?.(error)
    } finally {
      this.#isRenewing = false
      this.#naps.wake()
    }
  }

  #end(why: LeaseEnd): void {
    if (this.#controller.signal.aborted) return
    this.#controller.abort(endError(why, this.fence, trustedForMs(this.#engine.ttlMs)))
    this.#resolveEnded(why)
    this.#listener.ended?.(this.fence, why)
  }
}

function silentError(fence: number, withinMs: number): LockError {
  return new LockError(`the lease with fence ${fence} could not be released within ${withinMs} ms`, {
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
