import { shardLines, type Shard, type ShardedCoordinator } from '@s3sched/coordinator'
import { createSharedAbort, type Logger } from '@s3sched/kernel'
import { shardOf } from '../job/job-shard.ts'
import { WATCH_MS } from './bucket-watch.ts'
import type { ChangeMarker } from './change-marker.ts'
import type { Members } from './members.ts'
import { hasRoom, isNamed, isNear, StandbyRoll, standbyRank } from './standby-roll.ts'
import { Standby, type StandbyDeps } from './standby.ts'

export interface StandbyPostDeps extends Omit<StandbyDeps, 'rank' | 'onOverdue' | 'onTurn'> {
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly marker: ChangeMarker
  readonly logger: Logger
  readonly heartbeatMs: number
}

/** What the leader takes from its look at the marker to the lease that names others, in ms. */
const NAMING_MS = 2000
/** For how long after its start, and after a change of leader, an instance stands by that is not named: its last look may be as old. */
const MOTION_HEARTBEATS = 2

interface Place {
  readonly shard: Shard
  /** What this instance's lease says while it leads. */
  readonly roll: StandbyRoll
  readonly standby: Standby
}

/**
 * One instance's part in the hot standby: it names others while it leads, and stands by while a leader names it; both for each
 * shard, where there are several.
 */
export class StandbyPost {
  readonly #deps: StandbyPostDeps
  readonly #places: readonly Place[]
  readonly #stopping = createSharedAbort()
  /** A leader that names another in this place must hear that it is free. */
  #wasAwaited = false
  #isShownOften = false
  /** When this instance began, or saw another lead, by the monotonic clock. */
  #movedAt = -Infinity

  constructor(deps: StandbyPostDeps) {
    this.#deps = deps
    this.#places = deps.coordinator.shards.map((shard) => this.#place(shard))
  }

  /** What this instance's lease says while it leads the shard. */
  roll(shard: number): StandbyRoll | undefined {
    return this.#places[shard]?.roll
  }

  /** A leader that has not enough standbys learns of this instance at once, and not at its next hourly look. */
  async start(): Promise<void> {
    const { clock, coordinator } = this.#deps
    this.#movedAt = clock.monotonic()
    coordinator.on('elected', ({ shard }) => {
      this.#movedAt = clock.monotonic()
      this.#places[shard]?.standby.look()
    })
    for (const { standby } of this.#places) standby.start()
    const isNeeded = this.#places.some(({ shard }) => this.#isLedByAnother(shard) && hasRoom(shard.leaderPayload()))
    if (!isNeeded) return
    await this.#sayThatMembersChanged()
    void this.#learnOfTheName()
  }

  /** Claims nothing from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort('the standby stops')
    this.#wasAwaited = this.#places.some(({ shard }) => this.#isLedByAnother(shard) && this.#isOrMayBeNamed(shard))
    await Promise.all(this.#places.map(({ standby }) => standby.stop()))
  }

  /** Looks when the leader has seen the change, and not only at the next heartbeat: 1 GET for each shard. */
  async #learnOfTheName(): Promise<void> {
    const { signal } = this.#stopping
    await this.#deps.clock.sleep(WATCH_MS + NAMING_MS, signal).catch(() => undefined) // stopped, which is asked for below
    if (signal.aborted) return
    for (const { shard } of this.#places) if (!shard.isLeader()) shard.lookNow()
  }

  /** To be called when the member object is gone: the leader names another. */
  async left(): Promise<void> {
    if (this.#wasAwaited) await this.#sayThatMembersChanged()
  }

  #isLedByAnother(shard: Shard): boolean {
    return !shard.isLeader() && shard.leader() !== undefined
  }

  /** The leader may have named it since this instance looked at the lease, wherever there was room. */
  #isOrMayBeNamed(shard: Shard): boolean {
    const payload = shard.leaderPayload()
    return hasRoom(payload) || isNamed(payload, this.#deps.coordinator.workerId)
  }

  /** The leader relies on those that it names, while a tick is near. */
  #showItself(): void {
    const { clock, coordinator } = this.#deps
    const isRelied = ({ shard, standby }: Place): boolean =>
      this.#isLedByAnother(shard) &&
      isNamed(shard.leaderPayload(), coordinator.workerId) &&
      isNear(standby.nextStart, clock.now())
    const isOften = this.#places.some(isRelied)
    if (isOften === this.#isShownOften) return
    this.#isShownOften = isOften
    coordinator.showMemberOften(isOften)
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    this.#places[shardOf(name, this.#places.length)]?.standby.touch(name)
  }

  #place(shard: Shard): Place {
    const { clock, coordinator, heartbeatMs, localJobs, members } = this.#deps
    const { shards, workerId } = coordinator
    const owns = (name: string): boolean => shardOf(name, shards.length) === shard.index
    const roll = new StandbyRoll({
      workerId,
      members: async () => {
        const there = (await members.list()).filter((member) => (member.shards ?? 1) === shards.length)
        // Those that wrote last are the likeliest to live.
        if (shards.length === 1) return there.toSorted((a, b) => b.lastSeen - a.lastSeen)
        // Of several shards, the next in the line looks at the lease most often, and each shard has others.
        const ids = there.map((member) => member.workerId)
        const line = shardLines(ids, shards.length)[shard.index] ?? []
        return there.toSorted((a, b) => line.indexOf(a.workerId) - line.indexOf(b.workerId))
      },
      lastSeen: (id) => coordinator.memberLastSeen(id),
      renew: () => shard.renewNow(),
      clock,
      heartbeatMs,
    })
    const standby = new Standby({
      ...this.#deps,
      rank: () => (shard.isLeader() ? undefined : this.#rank(shard)),
      onOverdue: () => shard.lookNow(),
      onTurn: () => this.#showItself(),
      localJobs: {
        get: (name) => (owns(name) ? localJobs.get(name) : undefined),
        keys: () => [...localJobs.keys()].filter(owns).values(),
      },
    })
    return { shard, roll, standby }
  }

  #rank(shard: Shard): number | undefined {
    const { clock, coordinator, heartbeatMs } = this.#deps
    const isInMotion = clock.monotonic() - this.#movedAt <= MOTION_HEARTBEATS * heartbeatMs
    return standbyRank(shard.leaderPayload(), coordinator.workerId, isInMotion)
  }

  /** Best effort: the leader looks at its members every hour in any case. */
  async #sayThatMembersChanged(): Promise<void> {
    try {
      await this.#deps.marker.bump()
    } catch (error) {
      this.#deps.logger.warn('could not tell the leader that a member came or went', { error })
    }
  }
}
