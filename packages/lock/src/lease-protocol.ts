/**
 * The protocol of a lease: all decisions, and nothing else. `step(state, input, now)` returns the next action; the
 * shell (`lease-contender.ts`) performs the action and comes back with the answer.
 *
 * **Authority.** One object in the store names the holder of the lease. The object changes only by compare-and-swap, so
 * of all concurrent writes the store accepts one and refuses the rest. The object is never deleted: its `fence` grows
 * by one with every claim, and a new object would begin again at 1.
 *
 * **Trust.** The object cannot tell a paused holder that its lease was stolen, so the holder trusts the lease for a
 * limited time: until `ttl - ttl/3` after the moment *before* the write in the object was sent. Counting from the
 * answer would let a slow answer stretch the trust. The time passed is the larger of the differences of both clocks
 * (the monotonic clock of a suspended machine stands still). Trust never comes back after its end; a new claim gets a
 * new fence.
 *
 * **Stealing.** A contender replaces a held lease of another holder only after the same ETag was seen for a whole ttl
 * by the contender's own monotonic clock, counted from the *answer* that first showed the ETag. The write behind the
 * ETag was sent earlier, so its trust ended a third of a ttl ago; this third allows for a difference in the rates of
 * the clocks. A renewal that arrives at the last moment changes the ETag, and the contender's write, conditional on the
 * old ETag, is refused.
 *
 * **A holder whose process is gone** is not waited for: the shell reports a dead process with a read, once the holder's
 * host knows it (`process-mark.ts`). The claim is like any other, conditional on the ETag of the read, with the next
 * fence. A write that the holder sent before its death either lands first, and the claim is refused and decided anew,
 * or is itself refused.
 *
 * **Lost answers.** Every write carries a nonce. While the outcome of a write is unknown, the write stays in `tried`,
 * and every read of the object compares nonces: an equal nonce means that the write landed, and trust counts from the
 * time when *this* write was sent. Two writes never share a nonce, because an early write that lands late must not be
 * taken for the later write. A conflict is also resolved by reading.
 *
 * **Trouble that needs a person.** An unreadable body counts as held, for ever: a contender that replaced the body
 * would begin with a fence of its own. An operator breaks the lease, and names the fence. A deleted object is written
 * again by its holder with the same fence; any other contender that has seen the object waits a ttl before it claims
 * the empty place.
 */
import type { Reading } from '@s3sched/kernel'
import type { PutCondition } from '@s3sched/store'
import type { LeasePayload, LeaseRecord, PreviousLease } from './lease-record.ts'
import {
  claimableInMs,
  expire,
  trustLeftMs,
  type Attempt,
  type Effect,
  type Found,
  type Goal,
  type Input,
  type LeaseState,
  type Outcome,
  type Step,
} from './lease-state.ts'

export function step(before: LeaseState, input: Input, now: Reading): Step {
  const state = learn(expire(before, now), input, now)
  if (input.kind === 'failed' || state.goal === undefined) {
    return { state: { ...state, goal: undefined }, effect: { do: 'nothing' } }
  }
  const effect = decide(state, state.goal, input, now)
  if (effect.do === 'write') return { state: { ...state, tried: [...state.tried, effect.attempt] }, effect }
  return { state: effect.do === 'settle' ? { ...state, goal: undefined } : state, effect }
}

function learn(state: LeaseState, input: Input, now: Reading): LeaseState {
  if (input.kind === 'begin') {
    const begun = { ...state, goal: input.goal, confirmed: undefined }
    // A release ends the trust before the first byte is sent.
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
  const record = { ...input.attempt.record, payload: input.payload }
  return confirm(state, input.attempt, { ...input.result, record }, now)
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
    return { ...state, sight: { kind: 'missing', since: now, waitMs: waitForDeletedMs(state) } }
  }
  if (found.kind === 'unreadable') {
    // An ETag names bytes: the earlier read under the same ETag stands, and this answer was cut off on its way.
    const known = sight.kind === 'record' && sight.etag === found.etag
    return { ...state, sight: known ? sight : { ...found, since: now } }
  }
  const own = state.tried.find((attempt) => attempt.nonce === found.nonce)
  if (own !== undefined) return confirm(state, own, found, now)
  const { nonce: _, ...seen } = found
  if (sight.kind === 'record' && sight.etag === found.etag) {
    return { ...state, sight: { ...seen, since: sight.since, ageMs: sight.ageMs, ours: sight.ours } }
  }
  return {
    ...state,
    sight: { ...seen, since: now, ours: false },
    // A write that was conditional on another ETag, or on the absence of the object, can no longer land.
    tried: state.tried.filter(({ condition }) => 'ifMatch' in condition && condition.ifMatch === found.etag),
    highestFence: Math.max(state.highestFence, found.record.fence),
    ...(state.trust === undefined ? {} : { trust: undefined, ended: 'lost' as const }),
  }
}

/**
 * The wait before a claim of the place of a deleted object, ms. Another contender may have claimed the lease between the
 * last sight of the object and the deletion, also a free lease, and writes the object again at its next renewal.
 */
function waitForDeletedMs({ limits, sight, trust }: LeaseState): number {
  if (sight.kind === 'unknown' || trust !== undefined) return 0
  return Math.max(limits.ttlMs, sight.kind === 'record' ? sight.record.ttlMs : 0)
}

/** The object as a write of this contender left it: by the answer to the write, or by a later read. */
interface Landed {
  readonly record: LeaseRecord
  readonly etag: string
  readonly serverTime?: number | undefined
  readonly lastModified?: number | undefined
}

/** The object holds, or held, the write of `attempt`. */
function confirm(state: LeaseState, attempt: Attempt, landed: Landed, now: Reading): LeaseState {
  const { etag, record, serverTime, lastModified = serverTime } = landed
  const known: LeaseState = {
    ...state,
    sight: {
      kind: 'record',
      etag,
      record,
      since: now,
      ageMs: 0,
      lastModified,
      serverTime,
      ours: record.state === 'held',
    },
    doubt: false,
    tried: [],
    highestFence: Math.max(state.highestFence, record.fence),
    confirmed: attempt,
  }
  const { fence, seq } = record
  if (attempt.for === 'claim' && state.goal?.kind === 'claim') {
    const since = record.since ?? lastModified
    // After an answer that took too long, the lease is the contender's own but not trusted: the contender claims again.
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
  if (sight.kind !== 'record') return write(state, 'claim', { ...what, payload: {} }, { nonce: input.nonce, now })
  // A claim keeps the payload it finds, and the first renewal replaces the payload: a holder that dies in between loses
  // nothing of what was left. For the same reason a lease that was never renewed or released passes on its own
  // predecessor.
  const { holder, fence, state: was, seq, payload, ttlMs } = sight.record
  const { lastModified } = sight
  const inherited = seq === 0 ? sight.record.predecessor : undefined
  const predecessor =
    inherited === undefined
      ? { holder, fence, state: was, lastModified, ttlMs }
      : { ...inherited, triedAt: inherited.triedAt ?? lastModified }
  return write(state, 'claim', { ...what, predecessor, payload }, { nonce: input.nonce, now })
}

function previousOf({ record, payload }: Attempt): PreviousLease | undefined {
  return record.predecessor === undefined ? undefined : { ...record.predecessor, payload: payload ?? {} }
}

function decideRenewal(state: LeaseState, input: Input, now: Reading): Effect {
  if (state.trust === undefined) return settle({ kind: 'gone' })
  if (state.confirmed !== undefined) return settle({ kind: 'renewed' })
  if (state.sight.kind === 'unreadable') {
    // Nobody can claim an unreadable lease, and only the answer may have been damaged: look again while there is trust.
    return input.kind === 'read' ? settle({ kind: 'unreadable', problem: state.sight.problem }) : read(state)
  }
  const { fence, seq, since } = state.trust
  return write(
    state,
    'renew',
    { fence, seq: seq + 1, state: 'held', since, payload: undefined },
    { nonce: input.nonce, now },
  )
}

function decideRelease(state: LeaseState, input: Input, now: Reading): Effect {
  if (state.confirmed?.for === 'release') return settle({ kind: 'released' })
  if (state.sight.kind === 'unreadable' && input.kind !== 'read') return read(state)
  if (state.sight.kind !== 'record' || !state.sight.ours) return settle({ kind: 'gone' })
  const { fence, seq } = state.sight.record
  return write(
    state,
    'release',
    { fence, seq: seq + 1, state: 'free', payload: undefined },
    { nonce: input.nonce, now },
  )
}

function decideBreak(state: LeaseState, fence: number, input: Input, now: Reading): Effect {
  const { confirmed, sight } = state
  if (confirmed?.for === 'break') return settle({ kind: 'broken' })
  if (input.kind !== 'read') return read(state)
  const isThat = sight.kind === 'unreadable' || (sight.kind === 'record' && sight.record.fence === fence)
  if (!isThat) return settle({ kind: 'refused' })
  const payload = sight.kind === 'record' ? sight.record.payload : {}
  return write(state, 'break', { fence, seq: 1, state: 'free', payload }, { nonce: input.nonce, now })
}

function settle(outcome: Outcome): Effect {
  return { do: 'settle', outcome }
}

function read({ sight }: LeaseState): Effect {
  return { do: 'read', ifNoneMatch: sight.kind === 'record' ? sight.etag : undefined }
}

function write(
  { sight, limits }: LeaseState,
  why: Attempt['for'],
  {
    payload,
    ...what
  }: Omit<LeaseRecord, 'holder' | 'ttlMs' | 'payload'> & { readonly payload: LeasePayload | undefined },
  { nonce, now }: Pick<Input, 'nonce'> & { readonly now: Reading },
): Effect {
  const condition: PutCondition =
    sight.kind === 'record' || sight.kind === 'unreadable' ? { ifMatch: sight.etag } : { ifAbsent: true }
  const { holder, process, ttlMs } = limits
  const record = { holder, ttlMs, ...(process === undefined ? {} : { process }), ...what }
  return { do: 'write', attempt: { for: why, nonce, condition, record, payload, sentAt: now } }
}
