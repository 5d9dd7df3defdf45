import { describe, messageOf, type Clock, type Random, elapsedAtMost, takeReading, type Reading } from '@s3sched/kernel'
import { ageOf, encodeDocument, readDocument, type ObjectStore } from '@s3sched/store'
import { keepLease, type HeldLease, type LeaseEngine, type LeaseListener } from './held-lease.ts'
import { step } from './lease-protocol.ts'
import {
  claimableInMs,
  expire,
  initialLease,
  trustLeftMs,
  type Attempt,
  type Found,
  type Goal,
  type Input,
  type LeaseState,
  type LeaseLimits,
  type Outcome,
  type Sight,
  type Step,
} from './lease-state.ts'
import { leaseFields, parseLease, type LeasePayload, type LeaseRecord } from './lease-record.ts'
import { LockError } from './lock-error.ts'
import { livenessOf, type HostProbe, type Liveness } from './process-mark.ts'

/** Largest number of requests for one goal, before the call fails as undecided. In practice four are many. */
const MOST_STEPS = 24

/** The live things that a contender for a lease needs. */
export interface LeaseContenderDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** Tells whether the process of a holder is gone. @default nothing is known about processes */
  readonly host?: HostProbe | undefined
  /** Replaced by simulations that run a broken protocol on purpose. @default the protocol */
  readonly protocol?: (state: LeaseState, input: Input, now: Reading) => Step
}

/** The lease to contend for, and its times. */
export interface LeaseContenderOptions extends Omit<LeaseLimits, 'process'> {
  /** Key of the object in the store. */
  readonly key: string
  /** Interval between renewals, ms; at most a third of the ttl. @default ttlMs / 3 */
  readonly renewEveryMs?: number | undefined
  /**
   * Data that every renewal and the release write to the lease, at no extra request. A claim keeps the payload it
   * finds. When `payload` throws, the last payload is written again and the error goes to `problem`.
   */
  readonly payload?: (() => LeasePayload) | undefined
  /**
   * The highest fence known to have been given out, asked at every claim: a lease whose object was deleted continues
   * above this fence.
   */
  readonly fenceAbove?: (() => number) | undefined
  readonly listener?: LeaseListener | undefined
}

/** The result of a try for a lease. `unknown`: the fate of the write is not known, and the lease counts as not held. */
export type ClaimOutcome =
  | { readonly outcome: 'acquired'; readonly lease: HeldLease }
  /**
   * `self`: held by this contender. `retryAfterMs`: time until the lease may be stolen, unless it is renewed;
   * `Infinity` for an unreadable lease.
   */
  | { readonly outcome: 'held'; readonly self: boolean; readonly retryAfterMs: number }

/**
 * A contender looks at a lease, claims the lease, and keeps it: the shell around `lease-protocol.ts`. Calls run one at
 * a time, in a queue. Errors of the store are thrown unchanged, and the next call settles what the failed request left
 * open.
 */
export interface LeaseContender {
  /** Reads the object: 1 GET, with If-None-Match. */
  look(): Promise<Sight>
  /** Claims the lease if permitted: 1 PUT as long as the lease is not known to be held; 1 GET when it is held. */
  claim(): Promise<ClaimOutcome>
  /** Frees the lease if it still has this fence: 1 GET, 1 PUT. `false` for a different fence or a missing lease. */
  breakLease(fence: number): Promise<boolean>
  /** The object at the last look of this contender. No request. */
  sight(): Sight
  /** Time until the lease may be claimed, as far as is known now, ms. No request. */
  claimableInMs(): number
  /** State of the holder's process, as far as this host knows now. No request. */
  holderLiveness(): Liveness
  /** The lease of this contender, while held and trusted. */
  held(): HeldLease | undefined
}

/** Makes a contender for a lease. Makes no request. */
export function createLeaseContender(deps: LeaseContenderDeps, options: LeaseContenderOptions): LeaseContender {
  return new Contender(deps, options)
}

class Contender implements LeaseContender {
  readonly #deps: LeaseContenderDeps
  readonly #options: LeaseContenderOptions
  readonly #step: typeof step
  #state: LeaseState
  #lastPayload: LeasePayload = {}
  #lease: HeldLease | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: LeaseContenderDeps, options: LeaseContenderOptions) {
    this.#deps = deps
    this.#options = options
    this.#step = deps.protocol ?? step
    const { holder, ttlMs, serverClockMarginMs } = options
    this.#state = initialLease({ holder, ttlMs, serverClockMarginMs, process: deps.host?.self() })
  }

  async look(): Promise<Sight> {
    await this.#pursue({ kind: 'look' })
    return this.#state.sight
  }

  async claim(): Promise<ClaimOutcome> {
    const { outcome, lease } = await this.#enqueue(async () => {
      const highestFence = Math.max(this.#state.highestFence, this.#options.fenceAbove?.() ?? 0)
      this.#state = { ...this.#state, highestFence }
      const reached = await this.#run({ kind: 'claim' })
      return { outcome: reached, lease: reached.kind === 'acquired' ? this.#keep(reached) : undefined }
    })
    if (lease !== undefined) return { outcome: 'acquired', lease }
    if (outcome.kind === 'held') return { outcome: 'held', self: outcome.self, retryAfterMs: outcome.retryAfterMs }
    throw new LockError(`claiming ${this.#options.key} ended as ${outcome.kind}`, {
      code: 'UNDECIDED',
      retriable: true,
    })
  }

  async breakLease(fence: number): Promise<boolean> {
    return (await this.#pursue({ kind: 'break', fence })).kind === 'broken'
  }

  sight(): Sight {
    return this.#state.sight
  }

  claimableInMs(): number {
    return this.holderLiveness() === 'gone' ? 0 : claimableInMs(this.#state, takeReading(this.#deps.clock))
  }

  holderLiveness(): Liveness {
    const { sight } = this.#state
    return sight.kind === 'record' && !sight.ours ? this.#livenessOf(sight.record) : 'unknown'
  }

  held(): HeldLease | undefined {
    return this.#lease?.isTrusted() === true ? this.#lease : undefined
  }

  #keep({ fence, previous }: Extract<Outcome, { kind: 'acquired' }>): HeldLease {
    const { clock, random } = this.#deps
    const engine: LeaseEngine = {
      clock,
      random,
      ttlMs: this.#options.ttlMs,
      renewEveryMs: this.#options.renewEveryMs ?? this.#options.ttlMs / 3,
      pursue: (kind) =>
        this.#enqueue(async () => {
          // A repeated release comes late when this contender has claimed the lease again meanwhile.
          const isOver = kind === 'release' && this.#lease !== lease
          return isOver ? { kind: 'gone' } : this.#run({ kind })
        }),
      trustLeftMs: (of, now) => (this.#state.trust?.fence === of ? trustLeftMs(this.#state, now) : 0),
      sinceRenewalMs: () => {
        const { trust } = this.#state
        return trust === undefined ? Infinity : elapsedAtMost(trust.from, takeReading(clock))
      },
      wasLost: () => expire(this.#state, takeReading(clock)).ended === 'lost',
    }
    const lease: HeldLease = keepLease(
      engine,
      { fence, previous, holder: this.#options.holder },
      this.#options.listener ?? {},
    )
    this.#lease = lease
    return lease
  }

  #pursue(goal: Goal): Promise<Outcome> {
    return this.#enqueue(() => this.#run(goal))
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task)
    this.#queue = run.catch(() => undefined) // the caller of the task gets the error; the next task starts all the same
    return run
  }

  async #run(goal: Goal): Promise<Outcome> {
    let input: Input = { kind: 'begin', goal, nonce: this.#deps.random.id() }
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const { state, effect } = this.#step(this.#state, input, takeReading(this.#deps.clock))
      this.#state = state
      if (effect.do === 'settle') return effect.outcome
      try {
        if (effect.do === 'write') input = await this.#write(effect.attempt)
        else input = await this.#read(effect.do === 'read' ? effect.ifNoneMatch : undefined)
      } catch (error) {
        const failed: Input = { kind: 'failed', nonce: this.#deps.random.id() }
        this.#state = this.#step(this.#state, failed, takeReading(this.#deps.clock)).state
        throw error
      }
    }
    throw new LockError(`no end in sight after ${MOST_STEPS} requests for ${this.#options.key}`, {
      code: 'UNDECIDED',
      retriable: true,
      suggestion:
        'Either many others change it at this moment, or the store refuses conditional writes that it should accept',
    })
  }

  async #read(ifNoneMatch: string | undefined): Promise<Input> {
    const { store, random } = this.#deps
    const { key, ttlMs } = this.#options
    // A contender without trust loses nothing by a longer wait for an answer.
    const timeoutMs = this.#state.trust === undefined ? 5000 : requestTimeoutMs(ttlMs)
    const got = await readDocument(store, key, { ifNoneMatch, timeoutMs })
    const found = toFound(got)
    const { sight } = this.#state
    const record = found.kind === 'record' ? found.record : sight.kind === 'record' ? sight.record : undefined
    const holderIsGone = record !== undefined && this.#livenessOf(record) === 'gone'
    return { kind: 'read', found, holderIsGone, nonce: random.id() }
  }

  #livenessOf({ process, state }: LeaseRecord): Liveness {
    const { host } = this.#deps
    return host === undefined || state === 'free' ? 'unknown' : livenessOf(process, host)
  }

  async #write(attempt: Attempt): Promise<Input> {
    const { store, random } = this.#deps
    const { key, ttlMs } = this.#options
    const payload = attempt.payload ?? this.#freshPayload()
    const body = encodeDocument(leaseFields({ ...attempt.record, payload }), attempt.nonce)
    const put = await store.put(key, body, { condition: attempt.condition, timeoutMs: requestTimeoutMs(ttlMs) })
    const nonce = random.id()
    if (put.outcome !== 'written') return { kind: 'wrote', attempt, payload, result: { kind: put.outcome }, nonce }
    const { etag, serverTime } = put
    return { kind: 'wrote', attempt, payload, result: { kind: 'written', etag, serverTime }, nonce }
  }

  #freshPayload(): LeasePayload {
    const { payload, listener } = this.#options
    if (payload === undefined) return this.#lastPayload
    try {
      this.#lastPayload = plainObject(payload())
    } catch (error) {
      const failure = new LockError(`the payload of ${this.#options.key} could not be made: ${messageOf(error)}`, {
        code: 'INVALID_ARGUMENT',
        suggestion: 'The last one was written again',
        cause: error,
      })
      listener?.problem?.(failure)
    }
    return this.#lastPayload
  }
}

/**
 * The payload as it will be read back. A payload that is no object would make the lease unreadable for every contender.
 */
function plainObject(payload: unknown): LeasePayload {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || 'then' in payload) {
    throw new TypeError(`expected an object, got ${describe(payload)}`)
  }
  return JSON.parse(JSON.stringify(payload)) as LeasePayload
}

/**
 * Timeout of a request. A hanging renewal must leave time for a second one: trust lasts a third of a ttl longer than
 * the interval between renewals.
 */
function requestTimeoutMs(ttlMs: number): number {
  return Math.min(ttlMs / 5, Math.max(2000, ttlMs / 15))
}

function toFound(got: Awaited<ReturnType<typeof readDocument>>): Found {
  if (got.outcome === 'missing') return { kind: 'missing' }
  if (got.outcome === 'unchanged') return { kind: 'unchanged', serverTime: got.serverTime }
  const { etag, lastModified, serverTime } = got
  const parsed = got.outcome === 'found' ? parseLease(got.fields) : got
  if (parsed.outcome === 'unreadable' || got.outcome === 'unreadable') {
    const problem = parsed.outcome === 'unreadable' ? parsed.problem : 'it is unreadable'
    return { kind: 'unreadable', problem, etag, lastModified, serverTime }
  }
  const { nonce } = got
  return { kind: 'record', record: parsed.record, nonce, etag, ageMs: ageOf(got), lastModified, serverTime }
}
