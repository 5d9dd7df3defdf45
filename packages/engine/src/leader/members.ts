import { Membership, type ShardedCoordinator, type Worker } from '@s3sched/coordinator'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { HostProbe } from '@s3sched/lock'
import type { ObjectStore } from '@s3sched/store'
import { MemberPresence } from './member-presence.ts'

export interface MembersDeps {
  readonly store: ObjectStore
  readonly coordinator: ShardedCoordinator
  /** The id of this process; the coordinator has the same. */
  readonly instance: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly host: HostProbe
  readonly heartbeatInterval: number
  /** Called at each heartbeat while this instance runs something outside of a leader's term. */
  readonly onBeat: () => Promise<void>
}

/** The member objects of this and other instances: kept by the coordinator once started, else here. */
export class Members {
  readonly presence: MemberPresence
  readonly #coordinator: ShardedCoordinator
  readonly #membership: Membership
  readonly #logger: Logger
  #isCoordinated = false

  constructor({ clock, coordinator, heartbeatInterval, host, instance, logger, onBeat, random, store }: MembersDeps) {
    this.#coordinator = coordinator
    this.#logger = logger
    this.#membership = new Membership(
      { store, clock, random, host, problem: (error) => logger.warn(error.message, { error }) },
      {
        workerId: coordinator.workerId,
        instance,
        version: undefined,
        heartbeatMs: heartbeatInterval,
        refreshMs: heartbeatInterval,
        ttlMs: 3 * heartbeatInterval,
      },
    )
    this.presence = new MemberPresence({
      show: () => this.#show(),
      beat: onBeat,
      // Without a coordinator, no instance reads the object of an idle instance, and the next run shows the object
      // again.
      hide: async () => (this.#isCoordinated ? coordinator.refreshMember() : undefined),
      clock,
      logger,
      heartbeatInterval,
    })
  }

  /** Starts the coordinator, which keeps the member object from then on. */
  async coordinate(): Promise<void> {
    // An object under this id is not deleted first: the object may belong to another process, whose run would then look
    // dead.
    await this.#coordinator.start()
    this.#isCoordinated = true
  }

  async leave(): Promise<void> {
    this.presence.stop()
    await this.#coordinator.stop()
    if (!this.#isCoordinated) {
      try {
        await this.#membership.leave()
      } catch (error) {
        this.#logger.warn('the member object could not be deleted; it will grow stale', { error })
      }
    }
    this.#isCoordinated = false
  }

  /** The living instances: 1 LIST, and 1 GET for each changed object. */
  list(): Promise<Worker[]> {
    return this.#isCoordinated ? this.#coordinator.workers() : this.#membership.workers()
  }

  /** Deletes the objects of members that are gone for a day: 1 LIST, and 1 GET for each member silent for a day. */
  forget(): Promise<void> {
    return this.#membership.forget()
  }

  /** True when another living instance was already alive at the given instant. Requests as for {@link list}. */
  async wereOthersThere(at: number): Promise<boolean> {
    const others = (await this.list()).filter(({ workerId }) => workerId !== this.#coordinator.workerId)
    return others.some(({ lastSeen, startedAt }) => startedAt <= at || lastSeen <= at)
  }

  async #show(): Promise<void> {
    const extra = { runs: true }
    if (this.#isCoordinated) return this.#coordinator.refreshMember(extra)
    this.#membership.say(extra)
    await this.#membership.refresh()
  }
}
