/**
 * The state of `lease-protocol.ts`: the knowledge of one contender about a lease, and the trust and the waits that
 * follow from the knowledge at a given time.
 */
import { elapsedAtMost, type Reading } from '@s3sched/kernel'
import type { PutCondition } from '@s3sched/store'
import type { LeasePayload, LeaseRecord, PreviousLease } from './lease-record.ts'
import type { ProcessMark } from './process-mark.ts'

/** Time for which a lease of `ttlMs` is trusted after its last write was sent, ms. */
export function trustedForMs(ttlMs: number): number {
  return ttlMs - ttlMs / 3
}

/** The limits of one contender for a lease, fixed for its life. */
export interface LeaseLimits {
  readonly holder: string
  readonly ttlMs: number
  /**
   * When given, a held lease may also be claimed once the store's own clock shows the last write to be older than the
   * ttl plus this margin, ms. The option spares the wait when all instances restart. With a wrong clock of the store,
   * two contenders may hold the lease at once.
   */
  readonly serverClockMarginMs?: number | undefined
  /** Written with every lease, so that other processes on this host notice when the holder's process is gone. */
  readonly process?: ProcessMark | undefined
}

/** The object at the last look. `since` is the first look with this ETag, or the first look without an object. */
export type Sight =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'missing'; readonly since: Reading; readonly waitMs: number }
  | (SeenObject & {
      readonly kind: 'record'
      /**
       * The age of the write at `since`, by the server's clock, ms; `undefined` when the server does not tell. From then
       * on the own clock counts: a step of the server's clock ages nothing that was seen before.
       */
      readonly ageMs: number | undefined
      readonly record: LeaseRecord
      readonly ours: boolean
      /** The process that wrote the record has ended, according to its host. */
      readonly holderIsGone?: boolean | undefined
    })
  | (SeenObject & { readonly kind: 'unreadable'; readonly problem: string })

interface SeenObject {
  readonly etag: string
  readonly since: Reading
  /** By the server's clock, epoch ms: the time of the write, and the time of the last look that found it unchanged. */
  readonly lastModified: number | undefined
  readonly serverTime: number | undefined
}

/** A write, from before the request until its outcome is known. */
export interface Attempt {
  readonly for: 'claim' | 'renew' | 'release' | 'break'
  readonly nonce: string
  readonly condition: PutCondition
  readonly record: Omit<LeaseRecord, 'payload'>
  /** `undefined`: the shell asks the application at the last moment. */
  readonly payload: LeasePayload | undefined
  readonly sentAt: Reading
}

export interface LeaseState {
  readonly limits: LeaseLimits
  readonly sight: Sight
  /** A write was refused, or its outcome is unknown: read before anything else. */
  readonly doubt: boolean
  readonly tried: readonly Attempt[]
  readonly trust:
    | { readonly fence: number; readonly seq: number; readonly from: Reading; readonly since: number | undefined }
    | undefined
  /** Reason for the end of the last trust. */
  readonly ended: 'released' | 'lost' | 'expired' | undefined
  readonly highestFence: number
  readonly goal: Goal | undefined
  /** The landed write of the present goal. */
  readonly confirmed: Attempt | undefined
}

export type Goal =
  | { readonly kind: 'look' | 'claim' | 'renew' | 'release' }
  /** Frees a lease that still has this fence; an unreadable body becomes a free lease with this fence. */
  | { readonly kind: 'break'; readonly fence: number }

/** `nonce` is fresh for every input, and used if the step writes. */
export type Input = { readonly nonce: string } & (
  | { readonly kind: 'begin'; readonly goal: Goal }
  /** `holderIsGone` is about the record that was found or is unchanged. */
  | { readonly kind: 'read'; readonly found: Found; readonly holderIsGone?: boolean | undefined }
  | { readonly kind: 'wrote'; readonly attempt: Attempt; readonly payload: LeasePayload; readonly result: WriteResult }
  /** The request failed. A failed write may have landed all the same. */
  | { readonly kind: 'failed' }
)

export type Found =
  | { readonly kind: 'unchanged'; readonly serverTime?: number | undefined }
  | { readonly kind: 'missing' }
  | (Omit<SeenObject, 'since'> & {
      readonly kind: 'record'
      /** See {@link Sight}. */
      readonly ageMs: number | undefined
      readonly record: LeaseRecord
      readonly nonce: string
    })
  | (Omit<SeenObject, 'since'> & { readonly kind: 'unreadable'; readonly problem: string })

export type WriteResult =
  | { readonly kind: 'written'; readonly etag: string; readonly serverTime?: number | undefined }
  | { readonly kind: 'conflict' | 'unknown' }

export type Effect =
  | { readonly do: 'read'; readonly ifNoneMatch: string | undefined }
  | { readonly do: 'write'; readonly attempt: Attempt }
  | { readonly do: 'settle'; readonly outcome: Outcome }
  | { readonly do: 'nothing' }

export type Outcome =
  | { readonly kind: 'looked' | 'renewed' | 'released' | 'broken' | 'refused' }
  /** Trust is over: there is no lease of this contender to renew or to release. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly problem: string }
  | { readonly kind: 'acquired'; readonly fence: number; readonly previous: PreviousLease | undefined }
  | { readonly kind: 'held'; readonly self: boolean; readonly retryAfterMs: number }

export interface Step {
  readonly state: LeaseState
  readonly effect: Effect
}

export function initialLease(limits: LeaseLimits): LeaseState {
  return {
    limits,
    sight: { kind: 'unknown' },
    doubt: false,
    tried: [],
    trust: undefined,
    ended: undefined,
    highestFence: 0,
    goal: undefined,
    confirmed: undefined,
  }
}

/** Time for which the lease may still be trusted, ms; 0 without trust. */
export function trustLeftMs(state: LeaseState, now: Reading): number {
  if (state.trust === undefined) return 0
  return Math.max(0, trustedForMs(state.limits.ttlMs) - elapsedAtMost(state.trust.from, now))
}

/**
 * Time until the lease may be claimed, as far as is known, ms: 0 is now, `Infinity` means that an operator is needed. A
 * lease without any look may be claimed at once: the write is conditional on the absence of the object.
 */
export function claimableInMs(state: LeaseState, now: Reading): number {
  const { sight, limits } = state
  if (sight.kind === 'unknown') return 0
  if (sight.kind === 'unreadable') return Infinity
  const seenForMs = now.monotonic - sight.since.monotonic
  if (sight.kind === 'missing') return Math.max(0, sight.waitMs - seenForMs)
  // The contender's own lease, no longer trusted: no process trusts the lease, so there is nobody to wait for.
  if (sight.record.state === 'free' || sight.ours || sight.holderIsGone === true) return 0
  const { ageMs = 0, record } = sight
  const sureAgeMs = Math.max(0, ageMs - (limits.serverClockMarginMs ?? Infinity))
  return Math.max(0, record.ttlMs - sureAgeMs - seenForMs)
}

/** Ends trust when its time is over. Every step begins here, so no decision rests on a lease that ran out. */
export function expire(state: LeaseState, now: Reading): LeaseState {
  return state.trust !== undefined && trustLeftMs(state, now) === 0
    ? { ...state, trust: undefined, ended: 'expired' }
    : state
}
