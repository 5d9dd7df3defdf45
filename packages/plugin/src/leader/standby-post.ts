import { shardLines, type Shard, type ShardedCoordinator } from '@s3sched/coordinator'
import type { Logger } from '@s3sched/kernel'
import { shardOf } from '../job/job-shard.ts'
import { WATCH_MS } from './bucket-watch.ts'
import type { ChangeMarker } from './change-marker.ts'
import type { Members } from './members.ts'
import { hasRoom, StandbyRoll, standbyRank } from './standby-roll.ts'
import { Standby, type StandbyDeps } from './standby.ts'

export interface StandbyPostDeps extends Omit<StandbyDeps, 'rank' | 'onOverdue'> {
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly marker: ChangeMarker
  readonly logger: Logger
}

/** What the leader takes from its look at the marker to the lease that names others, in ms. */
const NAMING_MS = 2000

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
  readonly #stopping = new AbortController()
  #wasNamed = false

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
    for (const { standby } of this.#places) standby.start()
    const isNeeded = this.#places.some(({ shard }) => !shard.isLeader() && hasRoom(shard.leaderPayload()))
    if (!isNeeded) return
    await this.#sayThatMembersChanged()
    void this.#learnOfTheName()
  }

  /** Claims nothing from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort('the standby stops')
    this.#wasNamed = this.#places.some(({ shard }) => this.#rank(shard) !== undefined)
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
    if (this.#wasNamed) await this.#sayThatMembersChanged()
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    this.#places[shardOf(name, this.#places.length)]?.standby.touch(name)
  }

  #place(shard: Shard): Place {
    const { coordinator, localJobs, members } = this.#deps
    const { shards, workerId } = coordinator
    const owns = (name: string): boolean => shardOf(name, shards.length) === shard.index
    const roll = new StandbyRoll({
      workerId,
      members: async () => {
        const there = (await members.list()).filter((member) => (member.shards ?? 1) === shards.length)
        const ids = there.map((member) => member.workerId)
        // Of several shards, who is next in the line looks at the lease most often, and each shard has others.
        return shards.length === 1 ? ids.toSorted() : (shardLines(ids, shards.length)[shard.index] ?? [])
      },
      renew: () => shard.renewNow(),
    })
    const standby = new Standby({
      ...this.#deps,
      rank: () => (shard.isLeader() ? undefined : this.#rank(shard)),
      onOverdue: () => shard.lookNow(),
      localJobs: {
        get: (name) => (owns(name) ? localJobs.get(name) : undefined),
        keys: () => [...localJobs.keys()].filter(owns).values(),
      },
    })
    return { shard, roll, standby }
  }

  #rank(shard: Shard): number | undefined {
    return standbyRank(shard.leaderPayload(), this.#deps.coordinator.workerId)
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
