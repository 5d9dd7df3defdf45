/**
 * The election: every decision of an instance that does not lead, about when to campaign.
 *
 * **Authority** is the lease alone (`@s3sched/lock`): a campaign is one conditional write, and the server accepts one
 * writer. Everything in this file is courtesy. The election saves requests and makes the leader predictable. Its
 * decisions may be wrong in any way, after a late listing or with a dead candidate, and two leaders are still
 * impossible.
 *
 * **Phases.** An instance that starts without a leader (no lease, or a free lease) is `observing` for a window, so that
 * instances that start together see each other's member objects. In the `election` the smallest worker id campaigns at
 * once. The other candidates wait a grace and look; while there is no leader, the next candidate campaigns after every
 * grace, because the candidates before may be dead. Once a lease is held, the instance is in `preparation`, and `ready`
 * after its listeners were told. An instance that starts with a leader present is `ready` at once. A lease that is long
 * dead by the server's clock means a start after a crash of all instances: there is nobody to observe, and the election
 * begins at once. When the holder's process is gone from this very host, the instance follows and then takes the lease
 * without an election: the lease refuses every other instance that saw the process end.
 *
 * **Following** costs one conditional read per heartbeat. An instance that sees a free lease campaigns at once. A lease
 * that stayed unchanged for a whole ttl is looked at once more and then stolen: another instance may have been quicker,
 * and a look is cheap. The process of a leader on this host is checked every second, which takes no request.
 *
 * **A turn** is the place of the instance in the line for one of several leases (`placement.ts`). The first in the line
 * behaves as described. The others look less often, and leave an open lease to every earlier instance for a while.
 *
 * **An instance that yields** (`decide-yield.ts`) waits longer for a silent holder: the action that has blocked this
 * instance may now be blocking the holder.
 */
import { alignedSleepMs, type Reading } from '@s3sched/kernel'
import type { Liveness } from '@s3sched/lock'

/** The phase of a start: the instance waits for others, tries for the lease, prepares itself, and is ready. */
export type Phase = 'observing' | 'election' | 'preparation' | 'ready'

export interface ElectionLimits {
  readonly workerId: string
  readonly heartbeatMs: number
  readonly windowMs: number
  readonly skipColdStart: boolean
  /** Order in which the candidates of an election campaign. @default by their ids */
  readonly order?: (workerIds: readonly string[]) => readonly string[]
}

/** Place of an instance in the line for a lease. */
export interface Turn {
  /** Number of earlier instances; `Infinity` while the line is unknown. */
  readonly rank: number
  /** Interval between looks, ms. */
  readonly pollMs: number
  /** Time for which a silent holder's lease is left to the holder and to the others, ms. @default 0 */
  readonly yieldMs?: number
}

export interface ElectionState {
  /** The same for all of the election. */
  readonly limits: ElectionLimits
  /** `undefined` before the first look. */
  readonly phase: Phase | undefined
  readonly phaseSince: Reading
  /** The worker ids listed at the beginning of the election, in the order of {@link ElectionLimits.order}. */
  readonly candidates: readonly string[] | undefined
  readonly round: number
  readonly roundSince: Reading
  readonly lookedAt: Reading
  /**
   * End, by the monotonic clock, of the rest after a step down, in which this instance leaves the lease to the others.
   */
  readonly restUntil: number
  /** Time of the first look to find the lease claimable; `undefined` while the lease is led. */
  readonly openSince: Reading | undefined
}

/** The lease as seen by the instance now. */
export interface LeaseView {
  readonly kind: 'missing' | 'free' | 'held' | 'unreadable'
  readonly claimableInMs: number
  /** State of the holder's process, as far as the host knows. */
  readonly liveness: Liveness
  /** Written by this instance, whose trust in the lease may have ended. */
  readonly isOwn?: boolean
}

export type Move =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'look' }
  | { readonly do: 'list' }
  | { readonly do: 'campaign' }

/** Largest age of a look to campaign on, ms. */
const FRESH_MS = 1000
/**
 * Interval between checks of the process of a leader on this host, ms, at the same instants for all leases: the end of a
 * process is told to its parent alone.
 */
const NEAR_MS = 1000
/** Heartbeats for which an open lease is left to every earlier instance in the line. */
const HEARTBEATS_PER_RANK = 2
/**
 * Ranks further back wait no longer than this: the instances before may be dead, and a refused write costs less than a
 * wait.
 */
const MOST_RANKS = 2

export function initialElection(limits: ElectionLimits, now: Reading): ElectionState {
  return {
    limits,
    phase: undefined,
    phaseSince: now,
    candidates: undefined,
    round: 0,
    roundSince: now,
    lookedAt: now,
    restUntil: -Infinity,
    openSince: undefined,
  }
}

/** Time before the next candidate campaigns, ms. */
export function graceMs({ windowMs, heartbeatMs }: ElectionLimits): number {
  return Math.min(heartbeatMs, Math.max(1000, windowMs / 3))
}

/** The state after a look at the lease. */
export function looked(state: ElectionState, lease: LeaseView, now: Reading): ElectionState {
  const isLed = lease.kind === 'unreadable' || (lease.kind === 'held' && lease.claimableInMs > 0)
  const seen = { ...state, lookedAt: now, openSince: isLed ? undefined : (state.openSince ?? now) }
  switch (state.phase) {
    case undefined:
      if (isLed || lease.liveness === 'gone') return enter(seen, 'ready', now)
      return enter(seen, state.limits.skipColdStart || lease.kind === 'held' ? 'election' : 'observing', now)
    case 'observing':
      return isLed ? enter(seen, 'preparation', now) : seen
    case 'election':
      if (isLed) return enter(seen, 'preparation', now)
      return { ...seen, round: state.round + 1, roundSince: now }
    default:
      return seen
  }
}

/** The state after a list of the instances that started together. */
export function listed(state: ElectionState, workerIds: readonly string[], now: Reading): ElectionState {
  const { order = (ids) => ids.toSorted() } = state.limits
  return { ...state, candidates: order(workerIds), round: 0, roundSince: now }
}

/** The state after the answer to a campaign: there is a leader now, the instance or a rival. */
export function decided(state: ElectionState, now: Reading): ElectionState {
  const seen = { ...state, lookedAt: now, openSince: undefined }
  return state.phase === 'observing' || state.phase === 'election' ? enter(seen, 'preparation', now) : seen
}

/** Makes the last look count as old. */
export function hurried(state: ElectionState): ElectionState {
  return { ...state, lookedAt: { monotonic: -Infinity, wall: -Infinity } }
}

export function enter(state: ElectionState, phase: Phase, now: Reading): ElectionState {
  return { ...state, phase, phaseSince: now }
}

/** The next move of an instance that does not lead. */
export function nextMove(state: ElectionState, lease: LeaseView, turn: Turn, now: Reading): Move {
  const { limits } = state
  switch (state.phase) {
    case undefined:
      return { do: 'look' }
    case 'observing': {
      const left = limits.windowMs - passed(state.phaseSince, now)
      return left > 0 ? { do: 'wait', ms: left } : { do: 'list' }
    }
    case 'election': {
      if (limits.skipColdStart) return { do: 'campaign' }
      if (state.candidates === undefined) return { do: 'list' }
      const rank = state.candidates.indexOf(limits.workerId)
      if (rank <= state.round) return { do: 'campaign' }
      const left = graceMs(limits) - passed(state.roundSince, now)
      return left > 0 ? { do: 'wait', ms: left } : { do: 'look' }
    }
    default:
      return follow(state, lease, turn, now)
  }
}

function follow(state: ElectionState, lease: LeaseView, turn: Turn, now: Reading): Move {
  const { limits, lookedAt, openSince, restUntil } = state
  const { pollMs, rank, yieldMs = 0 } = turn
  const restMs = restUntil - now.monotonic
  const sinceLook = passed(lookedAt, now)
  const openForMs = openSince === undefined ? 0 : passed(openSince, now)
  const ofRankMs = patienceOf(rank) * HEARTBEATS_PER_RANK * limits.heartbeatMs
  const mayBeBlocked = lease.kind === 'held' && lease.isOwn !== true && lease.liveness !== 'gone'
  const ofYieldMs = mayBeBlocked ? yieldMs : 0
  const patienceMs = Math.max(ofRankMs, ofYieldMs) - openForMs
  const claimableInMs = Math.max(lease.claimableInMs, restMs, patienceMs)
  if (claimableInMs <= 0) {
    const mayBeTaken = lease.kind === 'held' || rank > 0
    return mayBeTaken && sinceLook > FRESH_MS ? { do: 'look' } : { do: 'campaign' }
  }
  const ms = Math.min(pollMs - sinceLook, claimableInMs)
  if (ms <= 0) return { do: 'look' }
  return { do: 'wait', ms: lease.liveness === 'here' ? Math.min(ms, alignedSleepMs(NEAR_MS, now)) : ms }
}

/** An instance without a known place in the line leaves every lease to the others. */
function patienceOf(rank: number): number {
  return rank === Infinity ? Infinity : Math.min(rank, MOST_RANKS)
}

function passed(since: Reading, now: Reading): number {
  return now.monotonic - since.monotonic
}
