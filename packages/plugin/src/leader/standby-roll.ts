/**
 * The leader's side of the hot standby: names in its lease, at no extra request, the followers that look after due ticks. Each
 * sees it at its next look at the lease.
 *
 * **Signs of life.** A named follower writes its member object each six heartbeats while a tick is near ({@link isNear}), and the
 * leader reads that (1 GET each two heartbeats). A place passes on when the object is older than its writer promised, was deleted,
 * or was not written since its follower was named. Far from any tick nobody needs a standby: the object is then written and read
 * each quarter of an hour, as that of any member.
 *
 * **Where there is room**, and while a fleet is in motion, followers stand by that are not named: see {@link standbyRank}.
 */
import type { Clock } from '@s3sched/kernel'

/** How many followers look after due ticks: the second covers for a first that died unnoticed. */
export const STANDBYS = 2

/** A member that may stand by. */
interface Candidate {
  readonly workerId: string
  /** When it wrote its member object last, epoch ms by the server's clock. */
  readonly lastSeen: number
}

interface Named extends Candidate {
  /** When it was named, by the monotonic clock. */
  readonly since: number
}

export interface StandbyRollDeps {
  readonly workerId: string
  /** The members that may stand by, the first first: 1 LIST, and 1 GET for each that changed. */
  readonly members: () => Promise<readonly Candidate[]>
  /** When a member wrote its object last; `undefined` for one that is gone: 1 GET. */
  readonly lastSeen: (workerId: string) => Promise<number | undefined>
  /** Renews the lease, and writes the payload with it, now: 1 PUT. */
  readonly renew: () => Promise<void>
  readonly clock: Clock
  readonly heartbeatMs: number
}

/** How long before a tick the standbys are looked at often, in ms: longer than an idle member may be silent. */
const NEAR_MS = 1_000_000
/** How often all members are looked at although none said that it came or left, in ms. */
const CALL_MS = 3_600_000
/** How often those that are named are looked at far from any tick, in ms. */
const CHECK_MS = 900_000
const CHECK_HEARTBEATS = 2
/** How long a follower has to see its name and to write its member object. */
const ANSWER_HEARTBEATS = 9

export class StandbyRoll {
  readonly #deps: StandbyRollDeps
  #named: readonly Named[] = []
  /** Members that were named and did not answer, with what was seen of them last. */
  readonly #mute = new Map<string, number>()
  #calledAt = -Infinity
  #checkedAt = -Infinity
  /** Since when a tick is near, by the monotonic clock. */
  #nearSince: number | undefined

  constructor(deps: StandbyRollDeps) {
    this.#deps = deps
  }

  get named(): readonly string[] {
    return this.#named.map(({ workerId }) => workerId)
  }

  /** A term begins: those whom the last leader named stay, but for this instance, until the members are looked at. */
  inherit(payload: Readonly<Record<string, unknown>> | undefined): void {
    const since = this.#deps.clock.monotonic()
    const ids = namedIn(payload).filter((id) => typeof id === 'string' && id !== this.#deps.workerId)
    this.#named = ids.map((workerId) => ({ workerId: String(workerId), lastSeen: -Infinity, since }))
  }

  /** Looks who is there, and writes the lease at once when others are to be named. @throws StoreError, CoordinatorError */
  async call(): Promise<void> {
    const { clock, members, renew, workerId: me } = this.#deps
    const since = clock.monotonic()
    const there = (await members()).filter(({ lastSeen, workerId }) => this.#mute.get(workerId) !== lastSeen)
    const candidates = new Map(there.filter(({ workerId }) => workerId !== me).map((each) => [each.workerId, each]))
    const before = this.named
    const kept = this.#named.flatMap((named) => {
      const seen = candidates.get(named.workerId)
      candidates.delete(named.workerId)
      // An inherited name says nothing of when its member wrote last: what is seen now is what the next sight is held against.
      return seen === undefined ? [] : [named.lastSeen === -Infinity ? { ...seen, since: named.since } : named]
    })
    this.#named = [...kept, ...[...candidates.values()].map((each) => ({ ...each, since }))].slice(0, STANDBYS)
    this.#calledAt = since
    this.#checkedAt = since
    if (before.join() !== this.named.join()) await renew()
  }

  /**
   * Calls where members have come or gone, and where one that is named is not seen alive any more.
   * @param nextTick - the next one of this leader's jobs, epoch ms
   * @throws StoreError, CoordinatorError
   */
  async look(haveChanged: boolean, nextTick: number | undefined): Promise<void> {
    const { clock, heartbeatMs } = this.#deps
    const now = clock.monotonic()
    this.#nearSince = isNear(nextTick, clock.now()) ? (this.#nearSince ?? now) : undefined
    if (haveChanged || now - this.#calledAt >= CALL_MS) return this.call()
    const everyMs = this.#nearSince === undefined ? CHECK_MS : CHECK_HEARTBEATS * heartbeatMs
    if (now - this.#checkedAt < everyMs) return
    const alive = await Promise.all(this.#named.map((each) => this.#isAlive(each)))
    this.#checkedAt = now
    if (alive.includes(false)) await this.call()
  }

  async #isAlive({ lastSeen, since, workerId }: Named): Promise<boolean> {
    const { clock, heartbeatMs } = this.#deps
    const seen = await this.#deps.lastSeen(workerId)
    if (seen === undefined) return false
    const askedAt = Math.max(since, this.#nearSince ?? Infinity)
    if (seen !== lastSeen || clock.monotonic() - askedAt <= ANSWER_HEARTBEATS * heartbeatMs) return true
    this.#mute.set(workerId, seen)
    return false
  }
}

/** Whether a tick is so near that a standby must be known to live. @param tick - epoch ms */
export function isNear(tick: number | undefined, now: number): boolean {
  return tick !== undefined && tick - now <= NEAR_MS
}

/** Whether the leader names this instance. */
export function isNamed(payload: Readonly<Record<string, unknown>> | undefined, workerId: string): boolean {
  return namedIn(payload).includes(workerId)
}

/**
 * Where an instance stands among those that look after due ticks: those that the leader's lease names, and behind these the
 * others where the lease names fewer than it may. In motion all stand first: who is named may have gone, and who is there may not
 * have seen its name.
 * @param isInMotion - the instance has just started, or the leader has just changed
 * @returns its place from 0, or `undefined`
 */
export function standbyRank(
  payload: Readonly<Record<string, unknown>> | undefined,
  workerId: string,
  isInMotion: boolean,
): number | undefined {
  if (payload === undefined) return undefined
  if (isInMotion) return 0
  const named = namedIn(payload)
  const place = named.indexOf(workerId)
  if (place >= 0) return place
  return hasRoom(payload) ? named.length : undefined
}

/** Whether the leader names fewer than it would if it knew of one more. */
export function hasRoom(payload: Readonly<Record<string, unknown>> | undefined): boolean {
  return payload !== undefined && namedIn(payload).length < STANDBYS
}

function namedIn(payload: Readonly<Record<string, unknown>> | undefined): readonly unknown[] {
  const named = payload?.['standbys']
  return Array.isArray(named) ? named : []
}
