import { Membership, type Coordinator, type EarlierPresence, type Worker } from '@s3sched/coordinator'
import type { HostProbe } from '@s3sched/lock'
import type { EngineEnv } from '../engine-env.ts'
import { MemberHeartbeat } from '../presence/member-heartbeat.ts'

export interface MembersDeps {
  readonly coordinator: Coordinator
  /** Called at every heartbeat while the instance runs something outside of a leader's term. */
  readonly onBeat: () => Promise<void>
}

/** Time for which an instance that did not leave in order counts as there, whatever its member object promised, in ms. */
const THERE_MS = 1_800_000

/** The member objects of this and other instances: kept by the coordinator once started, else here. */
export class Members {
  readonly presence: MemberHeartbeat
  readonly #env: EngineEnv
  readonly #coordinator: Coordinator
  readonly #membership: Membership
  #isCoordinated = false

  constructor(
    env: EngineEnv,
    { coordinator, onBeat }: MembersDeps,
    { heartbeatInterval, host }: { readonly heartbeatInterval: number; readonly host: HostProbe },
  ) {
    this.#env = env
    this.#coordinator = coordinator
    this.#membership = new Membership(
      { ...env, host, problem: (error) => env.logger.warn(error.message, { error }) },
      {
        ...env.self,
        version: undefined,
        heartbeatMs: heartbeatInterval,
        refreshMs: heartbeatInterval,
        ttlMs: 3 * heartbeatInterval,
      },
    )
    this.presence = new MemberHeartbeat(
      env,
      {
        show: () => this.#show(),
        beat: onBeat,
        // Without a coordinator, no instance reads the object of an idle instance, and the next run shows the object
        // again.
        hide: async () => (this.#isCoordinated ? coordinator.refreshMember() : undefined),
      },
      heartbeatInterval,
    )
  }

  /** Starts the coordinator, which keeps the member object from then on. */
  async coordinate(): Promise<void> {
    // An object under this id is not deleted first: the object may belong to another process, whose run would then look
    // dead.
    await this.#coordinator.start()
    this.#isCoordinated = true
  }

  /** @param releaseWithinMs - longest time for the release of the leases, ms */
  async leave(releaseWithinMs: number): Promise<void> {
    this.presence.stop()
    await this.#coordinator.stop({ releaseWithinMs })
    if (!this.#isCoordinated) {
      try {
        await this.#membership.leave()
      } catch (error) {
        this.#env.logger.warn('the member object could not be deleted; it will grow stale', { error })
      }
    }
    this.#isCoordinated = false
  }

  /**
   * The living instances: 1 LIST, and 1 GET for each changed object.
   * @param atLeastMs - an instance counts as living for this time after its last write, even if it promised an earlier write
   */
  list(atLeastMs?: number): Promise<Worker[]> {
    return this.#isCoordinated ? this.#coordinator.workers(atLeastMs) : this.#membership.members.workers(atLeastMs)
  }

  /** Deletes the objects of members that are gone for a day: 1 LIST, and 1 GET for each member silent for a day. */
  forget(): Promise<void> {
    return this.#membership.members.forget()
  }

  /**
   * True when another instance was there at the given instant, and did not leave in order in the half an hour before
   * now. A process that has replaced the member object of an earlier process, also this process, tells of the earlier
   * one. Requests as for {@link list}.
   */
  async wereOthersThere(at: number): Promise<boolean> {
    const there = await this.list(THERE_MS)
    const { self, serverClock } = this.#env
    const isRecent = ({ until }: EarlierPresence): boolean => serverClock.sharedNow() - until <= THERE_MS
    return there.some(({ before, lastSeen, startedAt, workerId }) => {
      if (before !== undefined && before.since <= at && isRecent(before)) return true
      return workerId !== self.workerId && (startedAt <= at || lastSeen <= at)
    })
  }

  async #show(): Promise<void> {
    const extra = { runs: true }
    if (this.#isCoordinated) return this.#coordinator.refreshMember(extra)
    this.#membership.say(extra)
    await this.#membership.refresh()
  }
}
