import { shardLines, type Coordinator, type Shard } from '@s3sched/coordinator'
import type { Clock } from '@s3sched/kernel'
import { shardOf } from '@s3sched/jobs'
import type { ChangeMarker } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { Members } from '../fleet/members.ts'
import { decidePlace, isReliedOn } from './decide-look.ts'
import { hasRoom, isNamed } from './named-standbys.ts'
import { StandbyList } from './standby-list.ts'
import type { Duty, Standby } from './standby.ts'

export interface StandbyDutyDeps {
  readonly coordinator: Coordinator
  readonly members: Members
  readonly marker: ChangeMarker
  readonly createStandby: (shard: Shard, duty: Duty) => Standby
}

interface Place {
  readonly shard: Shard
  /** The standbys in the shard's lease under this instance's lead. */
  readonly list: StandbyList
  readonly standby: Standby
}

/**
 * One instance's part in the hot standby: a leader names other instances, and an instance named by a leader stands by;
 * both for each shard, where there are several.
 */
export class StandbyDuty {
  readonly #env: Pick<EngineEnv, 'logger' | 'serverClock'>
  readonly #deps: StandbyDutyDeps
  readonly #heartbeatMs: number
  readonly #clock: Clock
  readonly #places: readonly Place[]
  /** Set when a leader counts on the instance, and must hear of the free place. */
  #wasAwaited = false
  #isShownOften = false
  /** When this instance began, or saw another leader, by the monotonic clock. */
  #movedAt = -Infinity

  constructor(
    env: Pick<EngineEnv, 'logger' | 'serverClock'>,
    deps: StandbyDutyDeps,
    { heartbeatInterval }: Pick<ResolvedEngineOptions, 'heartbeatInterval'>,
  ) {
    this.#env = env
    this.#deps = deps
    this.#heartbeatMs = heartbeatInterval
    this.#clock = env.serverClock.ticking()
    this.#places = deps.coordinator.shards.map((shard) => this.#place(shard))
  }

  /** The standbys in the lease of the shard under this instance's lead. */
  list(shard: number): StandbyList | undefined {
    return this.#places[shard]?.list
  }

  /**
   * Bumps the change marker where a leader has too few standbys, so that the leader sees this instance at once, and not
   * at the next hourly look.
   * @returns whether the marker was bumped: a leader may name this instance soon
   */
  async start(): Promise<boolean> {
    this.#movedAt = this.#clock.monotonic()
    this.#deps.coordinator.on('elected', () => {
      this.#movedAt = this.#clock.monotonic()
      for (const { standby } of this.#places) standby.look()
    })
    this.#deps.coordinator.on('seen', ({ shard }) => this.#places[shard]?.standby.look())
    for (const { standby } of this.#places) standby.start()
    const isNeeded = this.#places.some(({ shard }) => this.#isLedByAnother(shard) && hasRoom(shard.leaderPayload()))
    if (isNeeded) await this.#sayThatMembersChanged()
    return isNeeded
  }

  /** Makes no claim from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#wasAwaited = this.#places.some(({ shard }) => this.#isLedByAnother(shard) && this.#isOrMayBeNamed(shard))
    await Promise.all(this.#places.map(({ standby }) => standby.stop()))
  }

  /** Called when the member object is gone: the leader names another instance. */
  async left(): Promise<void> {
    if (this.#wasAwaited) await this.#sayThatMembersChanged()
  }

  #isLedByAnother(shard: Shard): boolean {
    return !shard.isLeader() && shard.leader() !== undefined
  }

  /** Where there was room, the leader may have named this instance since the last look at the lease. */
  #isOrMayBeNamed(shard: Shard): boolean {
    const payload = shard.leaderPayload()
    return hasRoom(payload) || isNamed(payload, this.#deps.coordinator.workerId)
  }

  /** While a tick is near, the leader relies on the named standbys, which must write their member objects often. */
  #showItself(): void {
    const { coordinator } = this.#deps
    const isRelied = ({ shard, standby }: Place): boolean =>
      this.#isLedByAnother(shard) &&
      isReliedOn(shard.leaderPayload(), coordinator.workerId, standby.nextStart, this.#clock.now())
    const isOften = this.#places.some(isRelied)
    if (isOften === this.#isShownOften) return
    this.#isShownOften = isOften
    coordinator.showMemberOften(isOften)
  }

  /** Called when a job is new here, or changed. */
  touch(name: string): void {
    this.#places[shardOf(name, this.#places.length)]?.standby.touch(name)
  }

  #place(shard: Shard): Place {
    const { coordinator, createStandby, members } = this.#deps
    const { shards, workerId } = coordinator
    const list = new StandbyList({
      workerId,
      members: async () => {
        const there = (await members.list()).filter((member) => (member.shards ?? 1) === shards.length)
        // The members that wrote last are the likeliest to live.
        if (shards.length === 1) return there.toSorted((a, b) => b.lastSeen - a.lastSeen)
        // With several shards, the next in the line looks at the lease most often, and each shard has another line.
        const ids = there.map((member) => member.workerId)
        const line = shardLines(ids, shards.length)[shard.index] ?? []
        return there.toSorted((a, b) => line.indexOf(a.workerId) - line.indexOf(b.workerId))
      },
      lastSeen: (id) => coordinator.memberLastSeen(id),
      renew: () => shard.renewNow(),
      clock: this.#clock,
      heartbeatMs: this.#heartbeatMs,
    })
    const standby = createStandby(shard, { place: () => this.#placeIn(shard), onTurn: () => this.#showItself() })
    return { shard, list, standby }
  }

  #placeIn(shard: Shard): number | undefined {
    return decidePlace({
      workerId: this.#deps.coordinator.workerId,
      isLeader: shard.isLeader(),
      payload: shard.leaderPayload(),
      sinceMovedMs: this.#clock.monotonic() - this.#movedAt,
      heartbeatMs: this.#heartbeatMs,
    })
  }

  /** Best effort: the leader looks at its members every hour in any case. */
  async #sayThatMembersChanged(): Promise<void> {
    try {
      await this.#deps.marker.bump()
    } catch (error) {
      this.#env.logger.warn('could not tell the leader that a member came or went', { error })
    }
  }
}
