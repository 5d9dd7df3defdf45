import type { Clock } from '@s3sched/kernel'
import type { Candidacy } from './candidacy.ts'
import type { Turn } from './election.ts'
import { shardsToHandOver, wantedShards, type Holders } from './hand-over.ts'
import type { SeenPeer } from './member-list.ts'
import type { Membership } from './membership.ts'
import { lineUp, rankIn, type Lines } from './placement.ts'

export interface ShardPlacesDeps {
  readonly clock: Clock
  readonly membership: Membership
  readonly candidacies: () => readonly Candidacy[]
  /** Ends the sleeps of all loops: an instance that waits for a shard writes its member object and looks sooner. */
  readonly wake: () => void
}

export interface ShardPlacesOptions {
  readonly workerId: string
  readonly shards: number
  readonly heartbeatMs: number
  readonly refreshMs: number
  readonly ttlMs: number
  /** Longest drain of a shard before its release, ms. */
  readonly handOverMs: number
}

/** Interval between looks at the members, for instances with shards or requests. */
const LOOK_HEARTBEATS = 5
/** The same interval during a hand-over. */
const BUSY_HEARTBEATS = 1
/** A new instance asks for no shard for this long: the elections of a cold start are not over. */
const SETTLE_HEARTBEATS = 2
/** Looks per heartbeat while the instance waits for the hand-over of a shard. */
const WANTED_LOOKS = 15
/** A member counts as alive for this long after a write: members on which others rely write every 6 heartbeats. */
const FRESH_HEARTBEATS = 8
/** Longest interval between looks, at the end of a line. */
const MOST_HEARTBEATS = 8
/** Time after the first step down in which the instance asks for no shard, ms. Doubles with every further step down. */
const QUIET_MS = 900_000
const MOST_QUIET_MS = 86_400_000
/** Time for which elections that begin together share a LIST, ms. */
const SAME_LIST_MS = 1000

/** The instance's places in the lines, requests for shards, and hand-overs. */
export class ShardPlaces {
  readonly #deps: ShardPlacesDeps
  readonly #options: ShardPlacesOptions
  #lines: Lines | undefined
  #peers: readonly SeenPeer[] = []
  #wants: readonly number[] = []
  #startedAt = -Infinity
  #isSettled = false
  #stepsDown = 0
  #quietUntil = -Infinity
  #isBusy = false
  #lookedAt = -Infinity
  #listed: { readonly at: number; readonly ids: Promise<string[]> } | undefined
  #ordered: { readonly ids: string; readonly lines: Lines } | undefined

  constructor(deps: ShardPlacesDeps, options: ShardPlacesOptions) {
    this.#deps = deps
    this.#options = options
  }

  /** Back to the state before the first look, for a new start. */
  reset(): void {
    this.#lines = undefined
    this.#peers = []
    this.#setWants([], 0)
    this.#startedAt = this.#deps.clock.monotonic()
    this.#isSettled = false
    this.#isBusy = false
    this.#lookedAt = -Infinity
  }

  /** The candidates of an election, in the order in which they campaign for a shard. */
  order(ids: readonly string[], shard: number): readonly string[] {
    const key = ids.toSorted().join(' ')
    if (this.#ordered?.ids !== key) this.#ordered = { ids: key, lines: lineUp(ids, this.#options.shards) }
    return this.#ordered.lines[shard] ?? []
  }

  /** As `MemberList.recentIds`, with one LIST for all elections that begin together. */
  recentIds(withinMs: number): Promise<string[]> {
    const now = this.#deps.clock.monotonic()
    if (this.#listed === undefined || now - this.#listed.at > SAME_LIST_MS) {
      const ids = this.#deps.membership.members.recentIds(withinMs)
      this.#listed = { at: now, ids }
      ids.catch(() => (this.#listed = undefined)) // every election gets the error, and lists again
    }
    return this.#listed.ids
  }

  /** @param gone - the last holder of the shard, when nobody holds the shard */
  turn(shard: number, gone: string | undefined): Turn {
    const { heartbeatMs, workerId } = this.#options
    const line = this.#lines?.[shard]
    if (line === undefined) return { rank: Infinity, pollMs: heartbeatMs }
    // The holder releases the shard for this instance, and then takes a rest.
    if (this.#wants.includes(shard)) return { rank: 0, pollMs: Math.max(500, heartbeatMs / WANTED_LOOKS) }
    const alive = this.#aliveFirst(line, gone)
    const rank = rankIn(alive, workerId, gone)
    const heartbeats = Math.min(MOST_HEARTBEATS, 2 ** Math.max(0, line.indexOf(workerId) - 1))
    return { rank, pollMs: heartbeats * heartbeatMs }
  }

  /**
   * A line with the live members first: holders of a shard, whose leases are renewed, and members that wrote their
   * object lately. Takes no request.
   */
  #aliveFirst(line: readonly string[], gone: string | undefined): readonly string[] {
    const { heartbeatMs, workerId } = this.#options
    const since = this.#deps.clock.monotonic() - FRESH_HEARTBEATS * heartbeatMs
    const seen = new Set([
      workerId,
      ...this.#holders(),
      ...this.#peers.flatMap((peer) => (peer.seenAt >= since ? [peer.workerId] : [])),
    ])
    const isAlive = (id: string): boolean => id === workerId || (id !== gone && seen.has(id))
    return [...line.filter(isAlive), ...line.filter((id) => !isAlive(id))]
  }

  /**
   * Called when the instance releases its shards because it should not lead. The instance then asks for nothing for a
   * long time: otherwise it would receive shards again and again.
   */
  steppedDown(): void {
    const quietMs = Math.min(MOST_QUIET_MS, QUIET_MS * 2 ** this.#stepsDown++)
    this.#quietUntil = this.#deps.clock.monotonic() + quietMs
  }

  /** Called when the holders of the shards have changed. @returns true when there is something to do now */
  notice(): boolean {
    return this.#wants.length > 0
  }

  /**
   * Looks at the members when due, asks for the shards that belong here, and starts the hand-over of the shards that do
   * not.
   * @returns the time until the next move is due, ms
   */
  async move(stop: AbortSignal): Promise<number> {
    const { clock, membership } = this.#deps
    const { handOverMs, heartbeatMs, shards, ttlMs, workerId } = this.#options
    const now = clock.monotonic()
    const unsettledMs = this.#startedAt + SETTLE_HEARTBEATS * heartbeatMs - now
    if (!this.#isSettled && unsettledMs <= 0) {
      // Instances of the same cold start have joined since the first look.
      this.#isSettled = true
      this.#lookedAt = -Infinity
    }
    let holders = this.#holders()
    const isConcerned = this.#wants.length > 0 || holders.includes(workerId)
    const everyMs = this.#everyMs(isConcerned)
    const isDue = this.#lookedAt + everyMs <= now
    if (isDue) {
      const isFirst = this.#lines === undefined
      const peers = await membership.members.peers(ttlMs, { isThorough: isConcerned })
      this.#peers = peers.filter((peer) => peer.shards === shards)
      this.#lines = lineUp([workerId, ...this.#peers.map((peer) => peer.workerId)], shards)
      this.#lookedAt = now
      holders = this.#holders()
      // Without a place in the lines the instance left every shard to the other instances.
      if (isFirst) this.#deps.wake()
    }
    const dueMs = this.#lookedAt + everyMs - now
    if (unsettledMs > 0) return Math.min(unsettledMs, dueMs)
    await this.#ask(holders)
    if (!isDue) return this.#wants.length > 0 ? Math.min(dueMs, heartbeatMs) : dueMs
    const given = shardsToHandOver(workerId, holders, this.#peers)
    for (const shard of given) void this.#deps.candidacies()[shard]?.handOver(handOverMs, stop)
    this.#isBusy = given.length > 0
    return Math.min(this.#everyMs(true), this.#wants.length > 0 ? heartbeatMs : Infinity)
  }

  /** Publishes the shards the instance waits for: 1 PUT after a change. */
  async #ask(holders: Holders): Promise<void> {
    const { shards, workerId } = this.#options
    const lines = this.#lines ?? []
    const share = Math.ceil(shards / Math.max(1, lines[0]?.length ?? 1))
    const isQuiet = this.#deps.clock.monotonic() < this.#quietUntil
    const wants = isQuiet ? [] : wantedShards(lines, workerId, holders, share)
    const isNew = wants.join() !== this.#wants.join()
    this.#setWants(wants, holders.filter((holder) => holder === workerId).length)
    if (!isNew) return
    await this.#deps.membership.refresh()
    this.#deps.wake()
  }

  #everyMs(isConcerned: boolean): number {
    const { heartbeatMs, refreshMs } = this.#options
    if (isConcerned) return (this.#isBusy ? BUSY_HEARTBEATS : LOOK_HEARTBEATS) * heartbeatMs
    return Math.max(LOOK_HEARTBEATS * heartbeatMs, refreshMs)
  }

  #setWants(wants: readonly number[], holds: number): void {
    this.#wants = wants
    this.#deps.membership.want(wants, holds)
  }

  #holders(): Holders {
    const { workerId } = this.#options
    return this.#deps.candidacies().map((candidacy) => {
      if (candidacy.isLeader()) return workerId
      const holder = candidacy.leader()?.workerId
      return holder === workerId ? undefined : holder
    })
  }
}
