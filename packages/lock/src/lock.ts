import { createSharedAbort, describe, fullJitter, LATE, orLate, S3SchedError } from '@s3sched/kernel'
import { openStore, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import type { HeldLease } from './held-lease.ts'
import { inspectSight, type LockInspection } from './inspection.ts'
import { createLeaseContender, type ClaimOutcome, type LeaseContender } from './lease-contender.ts'
import { MAX_FENCE } from './lease-record.ts'
import { createLease, type Lease } from './lease.ts'
import { LockError } from './lock-error.ts'
import { closedError, heldError, lostError, silentError } from './lock-troubles.ts'
import {
  lockKey,
  resolveAcquireOptions,
  resolveLockOptions,
  type AcquireOptions,
  type LockOptions,
  type ResolvedLockOptions,
} from './lock-options.ts'
import { ANSWER_MS, startPatience, unlessAborted, type Patience } from './patience.ts'

/** The result of an acquisition: the lease, or its present holder. */
export type AcquireResult =
  | { readonly outcome: 'acquired'; readonly lease: Lease }
  | {
      readonly outcome: 'held'
      /** The holder's name; for an unreadable object, the reason. */
      readonly by: string
      /** The holder is this process, or has the same name. */
      readonly self: boolean
      /** Time since the lock was acquired, ms by the server's clock. */
      readonly sinceMs: number
      /** Time until the lock can be taken if the holder is gone, whole ms; `Infinity` when an operator is needed. */
      readonly retryAfterMs: number
    }

/** The result of breaking a lock; refused where the lock is no longer as the caller saw it. */
export type BreakResult =
  | { readonly outcome: 'broken' }
  | { readonly outcome: 'refused'; readonly found: LockInspection }

/**
 * A lock by name. Any number of processes may create the lock for the same store and name; one at a time acquires the
 * lock.
 */
export interface Lock {
  /** The name of the lock. */
  readonly name: string
  /** The name by which this process holds the lock. */
  readonly holder: string
  /**
   * Takes the lock, waiting up to `waitMs` for another holder. The wait costs a GET per look; jitter spreads the looks.
   * Retriable failures of the store are waited out too. The call settles within `waitMs` plus 10 seconds, whatever the
   * store does.
   * @throws StoreError when the store failed to the end, `signal.reason`, S3SchedError `INVALID_OPTIONS`,
   *   {@link LockError} `UNDECIDED` when the store did not answer, `CLOSED`
   */
  acquire(options?: AcquireOptions): Promise<AcquireResult>
  /**
   * Runs `fn` under the lock, and then releases the lock. `fn` must stop when `lease.signal` aborts; `withLock` waits
   * for `fn` in any case.
   * @throws the error of `fn`; {@link LockError} `HELD` when the lock could not be acquired, `LOST` when the lock was
   *   lost while `fn` ran, with the error of `fn` as its cause
   */
  withLock<T>(fn: (lease: Lease) => T | Promise<T>, options?: AcquireOptions): Promise<T>
  /** The present contents of the lock's object: 1 GET. */
  inspect(): Promise<LockInspection>
  /**
   * For operators: frees the lock if it still has this fence. **The holder may continue to trust the lock** for up to
   * two thirds of the ttl, until its next renewal is refused. An unreadable lock becomes a free lock with this fence.
   */
  breakLock(target: { readonly fence: number }): Promise<BreakResult>
  /**
   * Ends pending acquires, releases the held lock, and closes the store if the lock opened the store. At most 20
   * seconds.
   */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * @param storeOrConnection - a store, a connection string such as `s3://bucket/prefix`, or an S3 client with a bucket
 * @param name - 1 to 128 of `A-Z a-z 0-9 _ . -`, with slashes between parts; the object is `locks/<name>.json`
 * @throws {@link LockError} `INVALID_NAME`, S3SchedError `INVALID_OPTIONS`, StoreError `INVALID_CONNECTION`
 * @example await createLock('s3://bucket', 'deploy').withLock(async ({ fence, signal }) => deploy(signal))
 */
export function createLock(
  storeOrConnection: ObjectStore | string | S3ClientConnection,
  name: string,
  options: LockOptions = {},
): Lock {
  const key = lockKey(name)
  const resolved = resolveLockOptions(name, options)
  const { clock, random, logger } = resolved
  const store = openStore(storeOrConnection, { clock, random, logger })
  return new StoreLock({ store, ownsStore: store !== storeOrConnection, name, key }, resolved)
}

interface LockPlace {
  readonly store: ObjectStore
  /** True for a store that the lock opened, and closes. */
  readonly ownsStore: boolean
  readonly name: string
  /** The key of the object. */
  readonly key: string
}

class StoreLock implements Lock {
  readonly name: string
  readonly holder: string
  readonly #store: ObjectStore
  readonly #ownsStore: boolean
  readonly #options: ResolvedLockOptions
  readonly #contender: LeaseContender
  readonly #closed = createSharedAbort()
  /** Claims without a waiting caller. A lease that such a claim still acquires is released. */
  readonly #abandoned = new Set<Promise<void>>()

  constructor({ key, name, ownsStore, store }: LockPlace, options: ResolvedLockOptions) {
    this.name = name
    this.holder = options.holder
    this.#store = store
    this.#ownsStore = ownsStore
    this.#options = options
    const { clock, host, random, logger, holder, ttlMs } = options
    const listener = {
      problem: (error: unknown) => logger.warn(`lock '${name}': a request failed`, { error }),
      ended: (fence: number, why: string) => {
        if (why !== 'released') logger.warn(`lock '${name}': the lease ended`, { fence, why })
      },
    }
    this.#contender = createLeaseContender({ store, clock, random, host }, { key, holder, ttlMs, listener })
  }

  async acquire(options: AcquireOptions = {}): Promise<AcquireResult> {
    const { signal, waitMs } = resolveAcquireOptions(options)
    const { clock, random, ttlMs } = this.#options
    const deadline = clock.monotonic() + waitMs
    const backoff = { baseMs: 100, maxMs: Math.min(2000, ttlMs / 4) }
    const overdue = (): LockError => silentError(this.name, waitMs)
    const signals = [signal, this.#closed.signal]
    const patience = startPatience(clock, { waitMs: waitMs + ANSWER_MS, overdue, signals })
    try {
      for (let tries = 1; ; tries++) {
        patience.signal.throwIfAborted()
        const { result, error } = await this.#try(patience)
        if (result?.outcome === 'acquired') return result
        const leftMs = deadline - clock.monotonic()
        if (leftMs <= 0) {
          if (result === undefined) throw error
          return result
        }
        const pause = 20 + fullJitter(tries, backoff, random)
        await this.#pause(Math.min(pause, leftMs), patience)
      }
    } finally {
      patience.end()
    }
  }

  async withLock<T>(fn: (lease: Lease) => T | Promise<T>, options: AcquireOptions = {}): Promise<T> {
    if (typeof fn !== 'function') {
      throw invalidArgument('expected the first argument of withLock to be a function', fn)
    }
    const acquired = await this.acquire(options)
    if (acquired.outcome === 'held') throw heldError(this.name, acquired)
    const { lease } = acquired
    try {
      const value = await fn(lease)
      if (!lease.isTrusted() && !lease.released) throw lostError(lease, undefined)
      return value
    } catch (error) {
      const saysSo = error instanceof LockError && error.code === 'LOST'
      if (saysSo || lease.isTrusted() || lease.released) throw error
      throw lostError(lease, error)
    } finally {
      await lease.release()
    }
  }

  async inspect(): Promise<LockInspection> {
    await this.#contender.look()
    return this.#inspection()
  }

  async breakLock(target: { readonly fence: number }): Promise<BreakResult> {
    const fence: unknown = typeof target === 'object' ? target?.fence : undefined
    if (typeof fence !== 'number' || !Number.isSafeInteger(fence) || fence < 1 || fence > MAX_FENCE) {
      throw invalidArgument('expected { fence }, an integer from 1 to 2^52', target)
    }
    if (await this.#contender.breakLease(fence)) return { outcome: 'broken' }
    return { outcome: 'refused', found: this.#inspection() }
  }

  async close(): Promise<void> {
    this.#closed.abort(closedError(this.name))
    await this.#contender.held()?.release()
    const { clock, logger } = this.#options
    if ((await orLate(clock, ANSWER_MS, Promise.all(this.#abandoned))) === LATE) {
      const error = silentError(this.name, 0)
      logger.warn(`lock '${this.name}' was closed during an acquire that has not ended`, { error })
    }
    if (this.#ownsStore) await this.#store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** One claim. Rejects at once when the patience ends. */
  async #try({ signal }: Patience): Promise<{ result?: AcquireResult; error?: unknown }> {
    const claim = this.#contender.claim()
    try {
      const claimed = await unlessAborted(claim, signal)
      if (claimed.outcome === 'acquired') return { result: { outcome: 'acquired', lease: this.#lease(claimed.lease) } }
      return { result: this.#held(claimed.self, claimed.retryAfterMs) }
    } catch (error) {
      if (signal.aborted) {
        this.#abandon(claim)
        throw error
      }
      if (!(error instanceof S3SchedError) || !error.retriable) throw error
      return { error }
    }
  }

  #abandon(claim: Promise<ClaimOutcome>): void {
    const over = claim.then(
      async (late) => (late.outcome === 'acquired' ? late.lease.release() : undefined),
      (failure: unknown) => this.#options.logger.debug(`lock '${this.name}': an aborted try failed`, { failure }),
    )
    this.#abandoned.add(over)
    void over.finally(() => this.#abandoned.delete(over))
  }

  #lease(held: HeldLease): Lease {
    return createLease(this.name, held)
  }

  #inspection(): LockInspection {
    const sight = this.#contender.sight()
    const seenForMs = 'since' in sight ? this.#options.clock.monotonic() - sight.since.monotonic : 0
    return inspectSight(sight, seenForMs)
  }

  #held(self: boolean, retryAfterMs: number): Extract<AcquireResult, { outcome: 'held' }> {
    const found = this.#inspection()
    const by = found.state === 'held' ? found.by : found.state === 'unreadable' ? `unreadable: ${found.problem}` : ''
    const sinceMs = found.state === 'held' ? found.sinceMs : 0
    return { outcome: 'held', by, self: self || by === this.holder, sinceMs, retryAfterMs: Math.ceil(retryAfterMs) }
  }

  /** Waits for `ms`, or until this process releases or loses the lock. */
  async #pause(ms: number, { signal }: Patience): Promise<void> {
    const own = this.#contender.held()?.signal
    const released = new Error('released here')
    const nap = startPatience(this.#options.clock, { waitMs: ms, overdue: () => released, signals: [signal, own] })
    await new Promise((resolve) => {
      if (nap.signal.aborted) resolve(undefined)
      else nap.signal.addEventListener('abort', resolve, { once: true })
    })
    nap.end()
    signal.throwIfAborted()
  }
}

function invalidArgument(expected: string, got: unknown): LockError {
  return new LockError(`${expected}, got ${describe(got)}`, { code: 'INVALID_ARGUMENT' })
}
