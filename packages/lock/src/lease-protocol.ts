/**
 * The protocol of a lease: every decision, and nothing else. `step(state, input, now)` says what to do next; a shell
 * (`lease-contender.ts`) does it and comes back with the answer.
 *
 * **Authority.** One object in the store says who holds the lease. It changes only by compare-and-swap, so at any moment
 * everybody who may write it is refused but one. It is never deleted: its `fence` grows by one with each taking, and a
 * new object would begin again at 1.
 *
 * **Trust.** The object can't tell its holder that it was stolen while the holder was paused, so the holder trusts it
 * for a while only: until `ttl - ttl/3` after the moment *before* the write that the object holds was sent. Counting
 * from the answer would let a slow answer stretch it. The time passed is the larger of the two clocks' (a suspended
 * machine's monotonic clock stands still). Trust that ended never comes back; to take the lease again is a new fence.
 *
 * **Stealing.** A contender replaces somebody else's held lease only after it has seen the same ETag for a whole ttl by
 * its own monotonic clock, counted from the *answer* that first showed it. Whatever write that ETag belongs to was sent
 * before, so its trust ended a third of a ttl ago; that third is what clocks may differ in rate. A renewal that arrives
 * at the last moment changes the ETag, and the contender's write, conditional on it, is refused.
 *
 * **A holder whose process is gone** is not waited for: the shell says so with a read, once the holder's host knows it
 * (`process-mark.ts`). The taking is as any other, conditional on the ETag that was read, with the next fence: a write that the
 * holder sent before it died either comes first, and then the taking is refused and decided anew, or is refused itself.
 *
 * **Lost answers.** Each write carries a nonce. As long as a write's fate is open it stays in `tried`, and whoever reads
 * the object compares: its nonce there means that it landed, and trust counts from when *it* was sent. Two tries never
 * share a nonce, for an early one that lands late must not be taken for the later one. A conflict is resolved by reading too.
 *
 * **What nobody can repair alone.** A body that can't be read counts as held, for ever: who replaced it would begin with
 * a fence of his own. An operator breaks it, and names the fence. An object that somebody deleted is put back by its
 * holder with the same fence; a contender that had seen it held waits a ttl before it takes the empty place.
 */
import type { PutCondition } from '@s3sched/store'
import type { LeasePayload, LeaseRecord, PreviousLease } from './lease-record.ts'
import type { ProcessMark } from './process-mark.ts'
import { elapsedAtMost, type Reading } from './reading.ts'

/** How long a lease of `ttlMs` is trusted after its last write was sent, in ms. */
export function trustedForMs(ttlMs: number): number {
  return ttlMs - ttlMs / 3
}

/** What one contender wants of a lease, fixed for its life. */
export interface LeaseTerms {
  readonly holder: string
  readonly ttlMs: number
  /**
   * When given, a held lease may also be taken as soon as the store's own clock shows its last write to be older than
   * its ttl and this margin, ms. It spares the wait when everybody restarts; a store whose clock lies defeats it.
   */
  readonly serverClockMarginMs?: number | undefined
  /** What each write tells others on this host, so that they notice when the holder's process is gone. */
  readonly process?: ProcessMark | undefined
}

/** The object as it was last seen. `since` is when this ETag (or its absence) was first seen. */
export type Sight =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'missing'; readonly since: Reading; readonly waitMs: number }
  | (SeenObject & {
      readonly kind: 'record'
      readonly record: LeaseRecord
      readonly ours: boolean
      /** The process that wrote it has ended: its host says so. */
      readonly holderIsGone?: boolean | undefined
    })
  | (SeenObject & { readonly kind: 'unreadable'; readonly problem: string })

interface SeenObject {
  readonly etag: string
  readonly since: Reading
  /** By the server's clock, epoch ms: when it was written, and when it was last seen so. */
  readonly lastModified: number | undefined
  readonly serverTime: number | undefined
}

/** One write, from before it is sent until its fate is known. */
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
  readonly terms: LeaseTerms
  readonly sight: Sight
  /** A write was refused, or its fate is open: read before anything else. */
  readonly doubt: boolean
  readonly tried: readonly Attempt[]
  readonly trust:
    | { readonly fence: number; readonly seq: number; readonly from: Reading; readonly since: number | undefined }
    | undefined
  /** Why the last trust ended. */
  readonly ended: 'released' | 'lost' | 'expired' | undefined
  readonly highestFence: number
  readonly goal: Goal | undefined
  /** The write that the present goal brought about. */
  readonly confirmed: Attempt | undefined
}

export type Goal =
  | { readonly kind: 'look' | 'claim' | 'renew' | 'release' }
  /** Frees somebody's lease whose fence is still this one; an unreadable body becomes a free lease with this fence. */
  | { readonly kind: 'break'; readonly fence: number }

/** `nonce` is a fresh one each time; it is used if the step writes. */
export type Input = { readonly nonce: string } & (
  | { readonly kind: 'begin'; readonly goal: Goal }
  /** `holderIsGone`: of the record that was found, or that is unchanged. */
  | { readonly kind: 'read'; readonly found: Found; readonly holderIsGone?: boolean | undefined }
  | { readonly kind: 'wrote'; readonly attempt: Attempt; readonly payload: LeasePayload; readonly result: WriteResult }
  /** The request failed. A write that failed may have landed all the same. */
  | { readonly kind: 'failed' }
)

export type Found =
  | { readonly kind: 'unchanged'; readonly serverTime?: number | undefined }
  | { readonly kind: 'missing' }
  | (Omit<SeenObject, 'since'> & { readonly kind: 'record'; readonly record: LeaseRecord; readonly nonce: string })
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
  /** Trust is over: nothing to renew, or nothing of ours to release. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly problem: string }
  | { readonly kind: 'acquired'; readonly fence: number; readonly previous: PreviousLease | undefined }
  | { readonly kind: 'held'; readonly self: boolean; readonly retryAfterMs: number }

export interface Step {
  readonly state: LeaseState
  readonly effect: Effect
}

export function initialLease(terms: LeaseTerms): LeaseState {
  return {
    terms,
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

/** For how many more ms the lease may be trusted; 0 when it may not. */
export function trustLeftMs(state: LeaseState, now: Reading): number {
  if (state.trust === undefined) return 0
  return Math.max(0, trustedForMs(state.terms.ttlMs) - elapsedAtMost(state.trust.from, now))
}

/**
 * In how many ms the lease may be taken, as far as is known: 0 is now, `Infinity` when it takes an operator.
 * What was never looked at may be tried at once: the write is conditional on the object's absence.
 */
export function claimableInMs(state: LeaseState, now: Reading): number {
  const { sight, terms } = state
  if (sight.kind === 'unknown') return 0
  if (sight.kind === 'unreadable') return Infinity
  const seenForMs = now.monotonic - sight.since.monotonic
  if (sight.kind === 'missing') return Math.max(0, sight.waitMs - seenForMs)
  // Ours, and no longer trusted: nobody trusts it, so there is nobody to wait for.
  if (sight.record.state === 'free' || sight.ours || sight.holderIsGone === true) return 0
  const byOwnClock = sight.record.ttlMs - seenForMs
  const { lastModified, serverTime } = sight
  if (terms.serverClockMarginMs === undefined || lastModified === undefined || serverTime === undefined) {
    return Math.max(0, byOwnClock)
  }
  const byServerClock = sight.record.ttlMs + terms.serverClockMarginMs - (serverTime - lastModified)
  return Math.max(0, Math.min(byOwnClock, byServerClock))
}

export function step(before: LeaseState, input: Input, now: Reading): Step {
  const state = learn(expire(before, now), input, now)
  if (input.kind === 'failed' || state.goal === undefined) {
    return { state: { ...state, goal: undefined }, effect: { do: 'nothing' } }
  }
  const effect = decide(state, state.goal, input, now)
  if (effect.do === 'write') return { state: { ...state, tried: [...state.tried, effect.attempt] }, effect }
  return { state: effect.do === 'settle' ? { ...state, goal: undefined } : state, effect }
}

/** Ends trust when its time is over. Every step begins with it, so nothing is ever decided on a lease that ran out. */
export function expire(state: LeaseState, now: Reading): LeaseState {
  return state.trust !== undefined && trustLeftMs(state, now) === 0
    ? { ...state, trust: undefined, ended: 'expired' }
    : state
}

function learn(state: LeaseState, input: Input, now: Reading): LeaseState {
  if (input.kind === 'begin') {
    const begun = { ...state, goal: input.goal, confirmed: undefined }
    // Whoever gives the lease back stops trusting it before the first byte is sent.
    const givesBack = input.goal.kind === 'release' && state.trust !== undefined
    return givesBack ? { ...begun, trust: undefined, ended: 'released' } : begun
  }
  if (input.kind === 'failed') return { ...state, doubt: state.doubt || state.tried.length > 0 }
  if (input.kind === 'read') {
    const seen = see(state, input.found, now)
    const { sight } = seen
    const isGone = sight.kind === 'record' && input.holderIsGone === true
    return { ...seen, sight: isGone ? { ...sight, holderIsGone: true } : sight, doubt: false }
  }
  if (input.result.kind !== 'written') return { ...state, doubt: true }
  return confirm(state, input.attempt, { ...input.attempt.record, payload: input.payload }, input.result, now)
}

function see(state: LeaseState, found: Found, now: Reading): LeaseState {
  const { sight } = state
  if (found.kind === 'unchanged') {
    return sight.kind === 'record'
      ? { ...state, sight: { ...sight, serverTime: found.serverTime ?? sight.serverTime } }
      : state
  }
  if (found.kind === 'missing') {
    if (sight.kind === 'missing') return state
    const waitMs = sight.kind === 'record' && sight.record.state === 'held' && !sight.ours ? sight.record.ttlMs : 0
    return { ...state, sight: { kind: 'missing', since: now, waitMs } }
  }
  if (found.kind === 'unreadable') {
    // An ETag names bytes: what was read under it before stands, and this answer was cut off on its way.
    const known = sight.kind === 'record' && sight.etag === found.etag
    return { ...state, sight: known ? sight : { ...found, since: now } }
  }
  const own = state.tried.find((attempt) => attempt.nonce === found.nonce)
  if (own !== undefined) return confirm(state, own, found.record, found, now)
  const { nonce: _, ...seen } = found
  if (sight.kind === 'record' && sight.etag === found.etag) {
    return { ...state, sight: { ...seen, since: sight.since, ours: sight.ours } }
  }
  return {
    ...state,
    sight: { ...seen, since: now, ours: false },
    // What was conditional on another ETag, or on there being none, can't land any more.
    tried: state.tried.filter(({ condition }) => 'ifMatch' in condition && condition.ifMatch === found.etag),
    highestFence: Math.max(state.highestFence, found.record.fence),
    ...(state.trust === undefined ? {} : { trust: undefined, ended: 'lost' as const }),
  }
}

/** The object holds, or held, what `attempt` wrote. */
function confirm(
  state: LeaseState,
  attempt: Attempt,
  record: LeaseRecord,
  answer: {
    readonly etag: string
    readonly serverTime?: number | undefined
    readonly lastModified?: number | undefined
  },
  now: Reading,
): LeaseState {
  const { etag, serverTime, lastModified = serverTime } = answer
  const known: LeaseState = {
    ...state,
    sight: { kind: 'record', etag, record, since: now, lastModified, serverTime, ours: record.state === 'held' },
    doubt: false,
    tried: [],
    highestFence: Math.max(state.highestFence, record.fence),
    confirmed: attempt,
  }
  const { fence, seq } = record
  if (attempt.for === 'claim' && state.goal?.kind === 'claim') {
    const since = record.since ?? lastModified
    // An answer that took too long leaves a lease that is ours and not to be trusted: it is claimed again.
    return expire({ ...known, trust: { fence, seq, from: attempt.sentAt, since }, ended: undefined }, now)
  }
  if (state.trust === undefined) return known
  if (record.state === 'free') return { ...known, trust: undefined, ended: 'lost' }
  return attempt.for === 'renew' ? { ...known, trust: { ...state.trust, seq, from: attempt.sentAt } } : known
}

function decide(state: LeaseState, goal: Goal, input: Input, now: Reading): Effect {
  const justRead = input.kind === 'read'
  if (goal.kind === 'look') return justRead ? settle({ kind: 'looked' }) : read(state)
  if (state.doubt) return read(state)
  if (goal.kind === 'claim') return decideClaim(state, input, now)
  if (goal.kind === 'renew') return decideRenewal(state, input, now)
  if (goal.kind === 'break') return decideBreak(state, goal.fence, input, now)
  return decideRelease(state, input, now)
}

function decideClaim(state: LeaseState, input: Input, now: Reading): Effect {
  const { trust, confirmed, sight, highestFence } = state
  if (trust !== undefined) {
    return confirmed?.for === 'claim'
      ? settle({ kind: 'acquired', fence: trust.fence, previous: previousOf(confirmed) })
      : settle({ kind: 'held', self: true, retryAfterMs: trustLeftMs(state, now) })
  }
  const retryAfterMs = claimableInMs(state, now)
  if (retryAfterMs > 0) {
    return input.kind === 'read' ? settle({ kind: 'held', self: false, retryAfterMs }) : read(state)
  }
  const what = { fence: highestFence + 1, seq: 0, state: 'held' as const }
  if (sight.kind !== 'record') return write(state, 'claim', what, {}, input, now)
  // A claim keeps the payload that it finds, and the first renewal replaces it: who dies in between has lost nothing of
  // what was left. For the same reason a lease that was never renewed or released passes its own predecessor on.
  const { holder, fence, state: was, seq, payload, ttlMs } = sight.record
  const { lastModified } = sight
  const inherited = seq === 0 ? sight.record.predecessor : undefined
  const predecessor = inherited ?? { holder, fence, state: was, lastModified, ttlMs }
  return write(state, 'claim', { ...what, predecessor }, payload, input, now)
}

function previousOf({ record, payload }: Attempt): PreviousLease | undefined {
  return record.predecessor === undefined ? undefined : { ...record.predecessor, payload: payload ?? {} }
}

function decideRenewal(state: LeaseState, input: Input, now: Reading): Effect {
  if (state.trust === undefined) return settle({ kind: 'gone' })
  if (state.confirmed !== undefined) return settle({ kind: 'renewed' })
  if (state.sight.kind === 'unreadable') {
    // Nobody can take it while it is so, and it may have been the answer: look again as long as there is trust.
    return input.kind === 'read' ? settle({ kind: 'unreadable', problem: state.sight.problem }) : read(state)
  }
  const { fence, seq, since } = state.trust
  return write(state, 'renew', { fence, seq: seq + 1, state: 'held', since }, undefined, input, now)
}

function decideRelease(state: LeaseState, input: Input, now: Reading): Effect {
  if (state.confirmed?.for === 'release') return settle({ kind: 'released' })
  if (state.sight.kind === 'unreadable' && input.kind !== 'read') return read(state)
  if (state.sight.kind !== 'record' || !state.sight.ours) return settle({ kind: 'gone' })
  const { fence, seq } = state.sight.record
  return write(state, 'release', { fence, seq: seq + 1, state: 'free' }, undefined, input, now)
}

function decideBreak(state: LeaseState, fence: number, input: Input, now: Reading): Effect {
  const { confirmed, sight } = state
  if (confirmed?.for === 'break') return settle({ kind: 'broken' })
  if (input.kind !== 'read') return read(state)
  const isThat = sight.kind === 'unreadable' || (sight.kind === 'record' && sight.record.fence === fence)
  if (!isThat) return settle({ kind: 'refused' })
  const payload = sight.kind === 'record' ? sight.record.payload : {}
  return write(state, 'break', { fence, seq: 1, state: 'free' }, payload, input, now)
}

function settle(outcome: Outcome): Effect {
  return { do: 'settle', outcome }
}

function read({ sight }: LeaseState): Effect {
  return { do: 'read', ifNoneMatch: sight.kind === 'record' ? sight.etag : undefined }
}

function write(
  { sight, terms }: LeaseState,
  why: Attempt['for'],
  what: Omit<LeaseRecord, 'holder' | 'ttlMs' | 'payload'>,
  payload: LeasePayload | undefined,
  { nonce }: Input,
  sentAt: Reading,
): Effect {
  const condition: PutCondition =
    sight.kind === 'record' || sight.kind === 'unreadable' ? { ifMatch: sight.etag } : { ifAbsent: true }
  const { holder, process, ttlMs } = terms
  const record = { holder, ttlMs, ...(process === undefined ? {} : { process }), ...what }
  return { do: 'write', attempt: { for: why, nonce, condition, record, payload, sentAt } }
}
