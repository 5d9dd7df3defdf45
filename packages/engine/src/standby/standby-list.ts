/**
 * The leader's side of the hot standby: the lease names, at no extra request, the followers that look after due ticks.
 * Each follower sees the names at the next look at the lease.
 *
 * **Signs of life.** A named follower writes its member object every six heartbeats while a tick is near
 * ({@link isNear}), and the leader reads the object (1 GET every two heartbeats). A place passes to another follower
 * when the object is older than its writer promised, was deleted, or was not written since the follower was named. Far
 * from any tick no standby is needed: the object is then written and read every quarter of an hour, as for any member.
 *
 * **Where there is room**, and while a fleet is in motion, unnamed followers stand by, too: see `decide-look.ts`.
 */
import type { Clock } from '@s3sched/kernel'
import { STANDBYS } from '@s3sched/jobs'
import { isNear } from './decide-look.ts'
import { namedIn } from './named-standbys.ts'

/** A member that may stand by. */
interface Candidate {
  readonly workerId: string
  /** The last write of the member object, epoch ms by the server's clock. */
  readonly lastSeen: number
}

interface Named extends Candidate {
  /** When the leader named the follower, by the monotonic clock. */
  readonly since: number
}

export interface StandbyListDeps {
  readonly workerId: string
  /** The possible standbys among the members, in order of preference: 1 LIST, and 1 GET for each changed object. */
  readonly members: () => Promise<readonly Candidate[]>
  /** The last write of a member's object; `undefined` when the object is gone: 1 GET. */
  readonly lastSeen: (workerId: string) => Promise<number | undefined>
  /** Renews the lease now, with the payload: 1 PUT. */
  readonly renew: () => Promise<void>
  readonly clock: Clock
  readonly heartbeatMs: number
}

/** Interval at which all members are read without an announced change, in ms. */
const CALL_MS = 3_600_000
/** Interval of checks of the named followers far from any tick, in ms. */
const CHECK_MS = 900_000
const CHECK_HEARTBEATS = 2
/** Heartbeats within which a follower must see its name and write its member object. */
const ANSWER_HEARTBEATS = 9

export class StandbyList {
  readonly #deps: StandbyListDeps
  #named: readonly Named[] = []
  /** Named members without an answer, with their last write at the time of the naming. */
  readonly #mute = new Map<string, number>()
  #calledAt = -Infinity
  #checkedAt = -Infinity
  /** The instant when a tick became near, by the monotonic clock. */
  #nearSince: number | undefined

  constructor(deps: StandbyListDeps) {
    this.#deps = deps
  }

  get named(): readonly string[] {
    return this.#named.map(({ workerId }) => workerId)
  }

  /** A term begins: the last leader's standbys stay, without this instance, until the members are read. */
  inherit(payload: Readonly<Record<string, unknown>> | undefined): void {
    const since = this.#deps.clock.monotonic()
    const ids = namedIn(payload).filter((id) => typeof id === 'string' && id !== this.#deps.workerId)
    this.#named = ids.map((workerId) => ({ workerId: String(workerId), lastSeen: -Infinity, since }))
  }

  /** Reads the members, and writes the lease at once when the names change. @throws StoreError, CoordinatorError */
  async call(): Promise<void> {
    const { clock, members, renew, workerId: me } = this.#deps
    const since = clock.monotonic()
    const there = (await members()).filter(({ lastSeen, workerId }) => this.#mute.get(workerId) !== lastSeen)
    const candidates = new Map(there.filter(({ workerId }) => workerId !== me).map((each) => [each.workerId, each]))
    const before = this.named
    const kept = this.#named.flatMap((named) => {
      const seen = candidates.get(named.workerId)
      candidates.delete(named.workerId)
      // An inherited name says nothing of when its member wrote last: the next observation is compared with the present
      // observation.
      return seen === undefined ? [] : [named.lastSeen === -Infinity ? { ...seen, since: named.since } : named]
    })
    this.#named = [...kept, ...[...candidates.values()].map((each) => ({ ...each, since }))].slice(0, STANDBYS)
    this.#calledAt = since
    this.#checkedAt = since
    if (before.join() !== this.named.join()) await renew()
  }

  /**
   * Calls when members have come or gone, and when a named follower shows no sign of life any more.
   * @param nextTick - the next tick of this leader's jobs, epoch ms
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
