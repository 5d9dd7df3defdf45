/**
 * A rest is a time in which no instance was meant to run anything: before the first leader of all, and between an
 * orderly stop of every instance and the next start. Ticks of a rest are no misses. The job's `catchUp` decides which
 * of these ticks run all the same. The other ticks are passed over, and the job's record says so, so that an audit does
 * not look for their runs.
 *
 * A crash is no rest, nor is a hand-over from a leader to a follower: some instance was there, or should have been. A
 * leader's crash before the first renewal ends the rest all the same.
 */
import type { PreviousTerm } from '../presence/previous-term.ts'

/** The ticks after `from` and up to `to`; epoch ms. */
export interface Rest {
  /** `null`: since ever. Then the rest covers only jobs without any settled tick. */
  readonly from: number | null
  readonly to: number
}

export interface RestInput {
  /** The term before; `undefined` when there was none. */
  readonly previous: PreviousTerm | undefined
  /** True when no instance led at the start of this instance. */
  readonly isFleetStart: boolean
  readonly now: number
}

/**
 * The rest that ends with this term, as far as the lease tells: another instance may have been there all the time.
 * Pure.
 */
export function newRest({ isFleetStart, now, previous }: RestInput): Rest | undefined {
  if (!isFleetStart) return undefined
  if (previous === undefined) return { from: null, to: now }
  const { payload, state, triedAt = now } = previous
  // A leader that only stepped down, for its clock or for another shard, leaves instances behind, which should have run
  // the due ticks.
  const isStopped = state === 'free' && payload['isStopped'] === true
  if (!isStopped) return undefined
  const from = stoppedFrom(payload)
  if (from === undefined) return undefined
  return { from: from === null ? null : Math.min(from, now), to: Math.min(triedAt, now) }
}

/** The last settled instant of a fleet whose last leader was stopped; `null` for none. */
function stoppedFrom(payload: Readonly<Record<string, unknown>>): number | null | undefined {
  const { restsFrom = payload['watermark'] } = payload
  return typeof restsFrom === 'number' ? restsFrom : readRest(payload)?.from
}

/** Whether every tick after the watermark in the lease, up to the promotion, belongs to the rest. Pure. */
export function isAllRest(rest: Rest | undefined, { now, previous }: Omit<RestInput, 'isFleetStart'>): boolean {
  if (rest === undefined || rest.to < now) return false
  return rest.from === null || rest.from <= (previous?.watermark ?? -Infinity)
}

/** The rest ended by an earlier term, and not settled yet at the end of the earlier term. Pure. */
export function inheritedRest(previous: PreviousTerm | undefined): Rest | undefined {
  const { payload, renewedAt } = previous ?? {}
  // The first renewal writes a payload. Without any payload, the first leader of all went before, and settled nothing.
  const isFirst = payload !== undefined && Object.keys(payload).length === 0
  return isFirst && renewedAt !== undefined ? { from: null, to: renewedAt } : readRest(payload)
}

/**
 * The rest that a stand-in for the leader leaves to the leader. Until the first renewal of a leader, the lease tells of
 * the term before, and the end of a rest is not known yet.
 */
export function restBesides(payload: Readonly<Record<string, unknown>> | undefined): Rest | undefined {
  if (payload === undefined) return undefined
  if (Object.keys(payload).length === 0) return { from: null, to: Infinity }
  const from = payload['isStopped'] === true ? stoppedFrom(payload) : undefined
  return from === undefined ? readRest(payload) : { from, to: Infinity }
}

/** The rest for a new term, from the lease alone. */
export interface RestDecision {
  readonly rest: Rest | undefined
  /** True when all ticks after the watermark in the lease belong to the rest. */
  readonly isAllRest: boolean
  /**
   * Set when the lease alone does not decide: the rest is none if another instance is alive that was already alive at
   * this instant, epoch ms. Then the rest of an earlier term goes on, and see {@link inheritedRest}.
   */
  readonly unlessOthersSince: number | undefined
}

/** Decides about the rest for a new term. Pure. */
export function decideRest(input: RestInput): RestDecision {
  const { previous } = input
  const rest = newRest(input)
  if (rest === undefined) return { rest: inheritedRest(previous), isAllRest: false, unlessOthersSince: undefined }
  return { rest, isAllRest: isAllRest(rest, input), unlessOthersSince: previous?.renewedAt }
}

function readRest(payload: Readonly<Record<string, unknown>> | undefined): Rest | undefined {
  const { rest } = payload ?? {}
  if (typeof rest !== 'object' || rest === null) return undefined
  const { from, to } = rest as { readonly from?: unknown; readonly to?: unknown }
  if (typeof to !== 'number' || (from !== null && typeof from !== 'number')) return undefined
  return { from, to }
}
