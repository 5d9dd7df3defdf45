import type { Reading } from '@s3sched/kernel'
import { ageOf, type Aged } from '@s3sched/store'
import { step } from '../src/lease-protocol.ts'
import {
  initialLease,
  trustLeftMs,
  type Attempt,
  type Effect,
  type Found,
  type Goal,
  type Input,
  type LeaseState,
  type LeaseLimits,
} from '../src/lease-state.ts'
import type { LeaseRecord } from '../src/lease-record.ts'

export const TTL = 30_000
export const limits: LeaseLimits = { holder: 'me', ttlMs: TTL }
export const at = (ms: number): Reading => ({ monotonic: ms, wall: 1_000_000 + ms })
export const held = (fence: number, more: Partial<LeaseRecord> = {}): LeaseRecord => ({
  holder: 'other',
  fence,
  seq: 1,
  ttlMs: TTL,
  state: 'held',
  payload: {},
  ...more,
})

/** Drives the protocol by hand: every call is one step, and `effect` is the result of the step. */
export class LeaseDriver {
  state: LeaseState
  effect: Effect = { do: 'nothing' }
  #nonces = 0

  constructor(given: LeaseLimits = limits) {
    this.state = initialLease(given)
  }

  begin(kind: Exclude<Goal['kind'], 'break'>, ms: number): Effect {
    return this.#step({ kind: 'begin', goal: { kind } }, ms)
  }

  break(fence: number, ms: number): Effect {
    return this.#step({ kind: 'begin', goal: { kind: 'break', fence } }, ms)
  }

  found(found: Found, ms: number, holderIsGone?: boolean): Effect {
    return this.#step({ kind: 'read', found, holderIsGone }, ms)
  }

  sees(
    record: LeaseRecord,
    ms: number,
    etag: string,
    nonce = 'theirs',
    { holderIsGone, ...times }: Aged & { readonly holderIsGone?: boolean } = {},
  ): Effect {
    return this.found(
      {
        kind: 'record',
        record,
        nonce,
        etag,
        ageMs: ageOf(times),
        lastModified: undefined,
        serverTime: undefined,
        ...times,
      },
      ms,
      holderIsGone,
    )
  }

  answered(kind: 'conflict' | 'unknown' | `"${string}"`, ms: number, attempt: Attempt = this.attempt): Effect {
    const result = kind === 'conflict' || kind === 'unknown' ? { kind } : { kind: 'written' as const, etag: kind }
    return this.#step({ kind: 'wrote', attempt, payload: attempt.payload ?? {}, result }, ms)
  }

  failed(ms: number): Effect {
    return this.#step({ kind: 'failed' }, ms)
  }

  get attempt(): Attempt {
    if (this.effect.do !== 'write') throw new Error(`expected a write, it wants to ${this.effect.do}`)
    return this.effect.attempt
  }

  trustLeft(ms: number): number {
    return trustLeftMs(this.state, at(ms))
  }

  #step(input: Input extends infer I ? (I extends Input ? Omit<I, 'nonce'> : never) : never, ms: number): Effect {
    const next = step(this.state, { ...input, nonce: `n${++this.#nonces}` }, at(ms))
    this.state = next.state
    this.effect = next.effect
    return next.effect
  }
}

/** Holds the lease with fence 1 from 0 on. */
export function holder(): LeaseDriver {
  const driver = new LeaseDriver()
  driver.begin('claim', 0)
  driver.answered('"e1"', 20)
  return driver
}
