import type { Coordinator } from '@s3sched/coordinator'
import type { Logger } from '@s3sched/kernel'
import type { ChangeMarker } from './change-marker.ts'
import type { Members } from './members.ts'
import { hasRoom, StandbyRoll, standbyRank } from './standby-roll.ts'
import { Standby, type StandbyDeps } from './standby.ts'

export interface StandbyPostDeps extends Omit<StandbyDeps, 'rank' | 'onOverdue'> {
  readonly coordinator: Coordinator
  readonly members: Members
  readonly marker: ChangeMarker
  readonly logger: Logger
}

/** One instance's part in the hot standby: it names others while it leads, and stands by while a leader names it. */
export class StandbyPost {
  /** What this instance's lease says while it leads. */
  readonly roll: StandbyRoll
  readonly #deps: StandbyPostDeps
  readonly #standby: Standby
  #wasNamed = false

  constructor(deps: StandbyPostDeps) {
    const { coordinator, members } = deps
    this.#deps = deps
    this.roll = new StandbyRoll({
      workerId: coordinator.workerId,
      members: async () => (await members.list()).map((member) => member.workerId),
      renew: () => coordinator.renewNow(),
    })
    this.#standby = new Standby({
      ...deps,
      rank: () => (coordinator.isLeader() ? undefined : this.#rank()),
      onOverdue: () => coordinator.lookNow(),
    })
  }

  /** A leader that has not enough standbys learns of this instance at once, and not at its next hourly look. */
  async start(): Promise<void> {
    const { coordinator } = this.#deps
    this.#standby.start()
    if (!coordinator.isLeader() && hasRoom(coordinator.leaderPayload())) await this.#sayThatMembersChanged()
  }

  /** Claims nothing from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#wasNamed = this.#rank() !== undefined
    await this.#standby.stop()
  }

  /** To be called when the member object is gone: the leader names another. */
  async left(): Promise<void> {
    if (this.#wasNamed) await this.#sayThatMembersChanged()
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    this.#standby.touch(name)
  }

  #rank(): number | undefined {
    const { coordinator } = this.#deps
    return standbyRank(coordinator.leaderPayload(), coordinator.workerId)
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
