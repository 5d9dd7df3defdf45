import { describe } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { parseProcessMark, type ProcessMark } from './process-mark.ts'

/** What the application keeps in a lease. Plain JSON. */
export type LeasePayload = Readonly<Record<string, unknown>>

/**
 * A lease as it is in the bucket. Only the relative `ttlMs` is stored: no deadline of anybody's wall clock decides.
 */
export interface LeaseRecord {
  readonly holder: string
  /** Grows by one whenever the lease is taken, and never goes back. */
  readonly fence: number
  /** Counts the writes under one fence. */
  readonly seq: number
  readonly ttlMs: number
  readonly state: 'held' | 'free'
  /** When the holder took it, epoch ms by the server's clock; written by the renewals. Only for people. */
  readonly since?: number | undefined
  /** Whom the holder took it from. Written by a claim, dropped by the first renewal. */
  readonly predecessor?: Predecessor | undefined
  /** By which others on the holder's host can tell whether it lives. */
  readonly process?: ProcessMark | undefined
  readonly payload: LeasePayload
}

export interface Predecessor {
  readonly holder: string
  readonly fence: number
  /** `held`: it was stolen after the holder fell silent. */
  readonly state: 'held' | 'free'
  /** Of its last renewal or its release, epoch ms by the server's clock. */
  readonly lastModified?: number | undefined
  /** For how long others had to believe in it after that, in ms. */
  readonly ttlMs?: number | undefined
}

/** The last lease before this one that was renewed or released, with what it left; if none was, the last one. */
export interface PreviousLease extends Predecessor {
  readonly payload: LeasePayload
}

export type ParsedLease =
  | { readonly outcome: 'found'; readonly record: LeaseRecord }
  | { readonly outcome: 'unreadable'; readonly problem: string }

export function leaseFields(record: LeaseRecord): Fields {
  return { ...record }
}

/** The reverse of {@link leaseFields}, for a document that anybody may have written. */
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
  // A lease is one without these, so that nonsense in them makes no lease unreadable.
  const known = {
    since: isInstant(since) ? since : undefined,
    predecessor: isPredecessor(predecessor) ? predecessor : undefined,
    process: parseProcessMark(process),
  }
  return { outcome: 'found', record: { holder, fence, seq, ttlMs, state, payload, ...known } as LeaseRecord }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPredecessor(value: unknown): value is Predecessor {
  if (!isObject(value)) return false
  const { holder, fence, state, lastModified, ttlMs } = value
  const isFreeOrHeld = state === 'held' || state === 'free'
  const isKnown = typeof holder === 'string' && isCount(fence) && isFreeOrHeld
  return isKnown && isInstant(lastModified ?? 0) && isCount(ttlMs ?? 0)
}

/** Some stores tell fractions of a millisecond. */
function isInstant(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Far below where counting on stops being exact: the next fence must be a number too. */
export const MAX_FENCE: number = 2 ** 52

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_FENCE
}

function expect(fields: Fields, name: string, isRight: boolean): string | undefined {
  return isRight ? undefined : `its ${name} makes no sense (${describe(fields[name])})`
}
