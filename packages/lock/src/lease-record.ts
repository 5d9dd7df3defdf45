import { describe, isObject } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { parseProcessMark, type ProcessMark } from './process-mark.ts'

/** Application data in a lease. Plain JSON. */
export type LeasePayload = Readonly<Record<string, unknown>>

/** A lease as stored in the bucket. Only the relative `ttlMs` is stored: no deadline of any wall clock decides. */
export interface LeaseRecord {
  readonly holder: string
  /** Grows by one with every claim, and never goes back. */
  readonly fence: number
  /** Counts the writes under one fence. */
  readonly seq: number
  readonly ttlMs: number
  readonly state: 'held' | 'free'
  /** Time of the claim, epoch ms by the server's clock; written by the renewals. Only for people. */
  readonly since?: number | undefined
  /** The lease before the claim. Written by a claim, dropped by the first renewal. */
  readonly predecessor?: Predecessor | undefined
  /** Lets other processes on the holder's host tell whether the holder's process is alive. */
  readonly process?: ProcessMark | undefined
  readonly payload: LeasePayload
}

/** The holder before the present holder of a lease. */
export interface Predecessor {
  readonly holder: string
  readonly fence: number
  /** `held`: the lease was stolen after the holder fell silent. */
  readonly state: 'held' | 'free'
  /** Time of the last renewal or of the release, epoch ms by the server's clock. */
  readonly lastModified?: number | undefined
  /** Time for which the other contenders had to trust the lease after `lastModified`, ms. */
  readonly ttlMs?: number | undefined
  /**
   * Time of the first claim after this lease, epoch ms by the server's clock, where the claim's holder fell silent
   * before its first renewal. Absent where the present lease is the first claim.
   */
  readonly triedAt?: number | undefined
}

/** The last earlier lease that was renewed or released, with its payload; without such a lease, the last lease. */
export interface PreviousLease extends Predecessor {
  readonly payload: LeasePayload
}

export type ParsedLease =
  | { readonly outcome: 'found'; readonly record: LeaseRecord }
  | { readonly outcome: 'unreadable'; readonly problem: string }

export function leaseFields(record: LeaseRecord): Fields {
  return { ...record }
}

/** The reverse of {@link leaseFields}, for a document of unknown origin. */
export function parseLease(fields: Fields): ParsedLease {
  const { holder, fence, seq, ttlMs, state, since, predecessor, process, payload } = fields
  const problem =
    expect(fields, 'holder', typeof holder === 'string' && holder !== '') ??
    expect(fields, 'fence', isCount(fence) && fence > 0) ??
    expect(fields, 'seq', isCount(seq)) ??
    expect(fields, 'ttlMs', isCount(ttlMs) && ttlMs > 0) ??
    expect(fields, 'state', state === 'held' || state === 'free') ??
    expect(fields, 'payload', isObject(payload))
  if (problem !== undefined) return { outcome: 'unreadable', problem }
  // The optional fields; nonsense in an optional field does not make the lease unreadable.
  const known = {
    since: isInstant(since) ? since : undefined,
    predecessor: isPredecessor(predecessor) ? predecessor : undefined,
    process: parseProcessMark(process),
  }
  return { outcome: 'found', record: { holder, fence, seq, ttlMs, state, payload, ...known } as LeaseRecord }
}

function isPredecessor(value: unknown): value is Predecessor {
  if (!isObject(value)) return false
  const { holder, fence, state, lastModified, triedAt, ttlMs } = value
  const isFreeOrHeld = state === 'held' || state === 'free'
  const isKnown = typeof holder === 'string' && isCount(fence) && isFreeOrHeld
  return isKnown && isInstant(lastModified ?? 0) && isInstant(triedAt ?? 0) && isCount(ttlMs ?? 0)
}

/** Some stores send fractions of a millisecond. */
function isInstant(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Far below the limit of exact integers: the next fence must be a number too. */
export const MAX_FENCE: number = 2 ** 52

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_FENCE
}

function expect(fields: Fields, name: string, isRight: boolean): string | undefined {
  return isRight ? undefined : `its ${name} makes no sense (${describe(fields[name])})`
}
