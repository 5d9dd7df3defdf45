/**
 * Who campaigns, and when: every decision of an instance that does not lead.
 *
 * **Authority** is the lease alone (`@s3sched/lock`): a campaign is one conditional write, and one of them is accepted.
 * Everything in this file is courtesy. It saves requests and gives a predictable leader, and may be wrong in any way, by
 * a late listing or a dead candidate, without two leaders.
 *
 * **Phases.** An instance that starts where nobody leads (no lease, or a free one) is `observing` for a window, so that
 * those who start together see each other's member objects. In the `election` the smallest worker id campaigns at once.
 * The others wait a grace and look; as long as there's no leader, the next candidate campaigns after each grace, for the
 * ones before it may be dead. Once a lease is held the instance is in `preparation` and, having told its listeners,
 * `ready`. Who starts where somebody leads is `ready` at once. A lease that the server's clock shows to be long dead
 * is a start after a crash of all: there is nobody to observe, and the election begins at once. A lease whose holder's process is gone from this
 * very host is followed, and so taken without an election: whoever else saw the process end is refused by the lease.
 *
 * **Following.** Every heartbeat one conditional read. A lease seen free is campaigned for at once. One that a whole
 * ttl left unchanged is looked at once more, because somebody may have been quicker and a look is cheap, and then stolen. The
 * process of a leader on this host is looked at each second, which takes no request.
 *
 * **A turn** is the instance's place in the line for one of several leases (`placement.ts`). Who is first behaves as
 * described. The others look less often, and leave an open lease to each one before them for a while.
 */
import type { Liveness, Reading } from '@s3sched/lock'

export type Phase = 'observing' | 'election' | 'preparation' | 'ready'

export interface ElectionTerms {
  readonly workerId: string
  readonly heartbeatMs: number
  readonly windowMs: number
  readonly skipColdStart: boolean
  /** In which order the candidates of an election campaign. @default by their ids */
  readonly order?: (workerIds: readonly string[]) => readonly string[]
}

/** Where an instance stands in the line for a lease. */
export interface Turn {
  /** How many are before it. */
  readonly rank: number
  /** How often it looks. */
  readonly pollMs: number
}

export interface ElectionState {
  /** `undefined` before the first look. */
  readonly phase: Phase | undefined
  readonly phaseSince: Reading
  /** The worker ids seen at the beginning of the election, sorted. */
  readonly candidates: readonly string[] | undefined
  readonly round: number
  readonly roundSince: Reading
  readonly lookedAt: Reading
  /** Until when, by the monotonic clock, this instance leaves the lease to others after it stepped down. */
  readonly restUntil: number
  /** Since when the lease was seen to be anybody's; `undefined` while it isn't. */
  readonly openSince: Reading | undefined
}

/** The lease as this instance sees it now. */
export interface LeaseView {
  readonly kind: 'missing' | 'free' | 'held' | 'unreadable'
  readonly claimableInMs: number
  /** Of its holder's process, as far as this host knows. */
  readonly liveness: Liveness
}

export type Move =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'look' }
  | { readonly do: 'list' }
  | { readonly do: 'campaign' }

/** Close enough to now to act on, ms. */
const FRESH_MS = 1000
/** How often the process of a leader on this host is looked at, ms. */
const NEAR_MS = 1000
/** How many heartbeats an open lease is left to each one who is before in the line. */
const HEARTBEATS_PER_RANK = 2
/** Those further back wait no longer: who is before them may be dead, and one refused write costs less than a wait. */
const MOST_RANKS = 2

export function initialElection(now: Reading): ElectionState {
  return {
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

/** How long the others get before the next candidate campaigns, ms. */
export function graceMs({ windowMs, heartbeatMs }: ElectionTerms): number {
  return Math.min(heartbeatMs, Math.max(1000, windowMs / 3))
}

/** What the instance learns from a look at the lease. */
export function looked(state: ElectionState, lease: LeaseView, terms: ElectionTerms, now: Reading): ElectionState {
  const isLed = lease.kind === 'unreadable' || (lease.kind === 'held' && lease.claimableInMs > 0)
  const seen = { ...state, lookedAt: now, openSince: isLed ? undefined : (state.openSince ?? now) }
  switch (state.phase) {
    case undefined:
      if (isLed || lease.liveness === 'gone') return enter(seen, 'ready', now)
      return enter(seen, terms.skipColdStart || lease.kind === 'held' ? 'election' : 'observing', now)
    case 'observing':
      return isLed ? enter(seen, 'preparation', now) : seen
    case 'election':
      if (isLed) return enter(seen, 'preparation', now)
      return { ...seen, round: state.round + 1, roundSince: now }
    default:
      return seen
  }
}

/** What the instance learns from a list of those who started with it. */
export function listed(
  state: ElectionState,
  workerIds: readonly string[],
  { order = (ids) => ids.toSorted() }: Pick<ElectionTerms, 'order'>,
  now: Reading,
): ElectionState {
  return { ...state, candidates: order(workerIds), round: 0, roundSince: now }
}

/** A campaign was answered: somebody leads now, this instance or another. */
export function decided(state: ElectionState, now: Reading): ElectionState {
  const seen = { ...state, lookedAt: now, openSince: undefined }
  return state.phase === 'observing' || state.phase === 'election' ? enter(seen, 'preparation', now) : seen
}

/** What was seen of the lease counts as old. */
export function hurried(state: ElectionState): ElectionState {
  return { ...state, lookedAt: { monotonic: -Infinity, wall: -Infinity } }
}

export function enter(state: ElectionState, phase: Phase, now: Reading): ElectionState {
  return { ...state, phase, phaseSince: now }
}

/** What to do next, while this instance does not lead. */
export function nextMove(state: ElectionState, lease: LeaseView, terms: ElectionTerms, turn: Turn, now: Reading): Move {
  switch (state.phase) {
    case undefined:
      return { do: 'look' }
    case 'observing': {
      const left = terms.windowMs - passed(state.phaseSince, now)
      return left > 0 ? { do: 'wait', ms: left } : { do: 'list' }
    }
    case 'election': {
      if (terms.skipColdStart) return { do: 'campaign' }
      if (state.candidates === undefined) return { do: 'list' }
      const rank = state.candidates.indexOf(terms.workerId)
      if (rank <= state.round) return { do: 'campaign' }
      const left = graceMs(terms) - passed(state.roundSince, now)
      return left > 0 ? { do: 'wait', ms: left } : { do: 'look' }
    }
    default:
      return follow(state, lease, terms, turn, now)
  }
}

function follow(
  { lookedAt, openSince, restUntil }: ElectionState,
  lease: LeaseView,
  terms: ElectionTerms,
  { pollMs, rank }: Turn,
  now: Reading,
): Move {
  const restMs = restUntil - now.monotonic
  const sinceLook = passed(lookedAt, now)
  const openForMs = openSince === undefined ? 0 : passed(openSince, now)
  const patienceMs = rank === 0 ? 0 : patienceOf(rank) * HEARTBEATS_PER_RANK * terms.heartbeatMs - openForMs
  const claimableInMs = Math.max(lease.claimableInMs, restMs, patienceMs)
  if (claimableInMs <= 0) {
    const mayBeTaken = lease.kind === 'held' || rank > 0
    return mayBeTaken && sinceLook > FRESH_MS ? { do: 'look' } : { do: 'campaign' }
  }
  const ms = Math.min(pollMs - sinceLook, claimableInMs)
  if (ms <= 0) return { do: 'look' }
  return { do: 'wait', ms: lease.liveness === 'here' ? Math.min(ms, NEAR_MS) : ms }
}

/** Who does not know its place leaves every lease to others. */
function patienceOf(rank: number): number {
  return rank === Infinity ? Infinity : Math.min(rank, MOST_RANKS)
}

function passed(since: Reading, now: Reading): number {
  return now.monotonic - since.monotonic
}
