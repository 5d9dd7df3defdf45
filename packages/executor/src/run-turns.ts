import type { Clock, LazyAbort } from '@s3sched/kernel'
import type { GroupPlaces } from './group-places.ts'
import type { OwnPolicy, ResolvedPolicy } from './run-policy.ts'
import type { SlotQueue } from './slot-queue.ts'

/** A run that had to wait for a slot, and now has the slot. */
export interface SlotWait {
  readonly key: string
  readonly waitedMs: number
  /** The number of runs still waiting. */
  readonly waiting: number
}

export interface RunTurnsDeps {
  readonly clock: Clock
  readonly slots: SlotQueue
  readonly groups: GroupPlaces
}

/** The run that asks for turns. */
export interface TurnTaker {
  readonly key: string
  readonly ending: LazyAbort
  readonly own: Pick<OwnPolicy, 'enterGroup'>
  /** Called around each wait. */
  queued(turn: Promise<void>): Promise<void>
  /** Called after a wait for a slot. Must not throw. */
  waited(wait: SlotWait): void
}

/** The turns of one run: an attempt needs a place in the group of the run, if any, and then a slot. */
export class RunTurns {
  readonly #deps: RunTurnsDeps
  readonly #taker: TurnTaker
  readonly #policy: Pick<ResolvedPolicy, 'group' | 'groupLimit' | 'priority'>
  /** Gives the place outside of this process back. */
  #leaveOutside: (() => void) | undefined
  /** The current wait; `since` by the monotonic clock. */
  #wait: { readonly asked: 'place' | 'slot'; readonly since: number } | undefined

  constructor(deps: RunTurnsDeps, taker: TurnTaker, policy: Pick<ResolvedPolicy, 'group' | 'groupLimit' | 'priority'>) {
    this.#deps = deps
    this.#taker = taker
    this.#policy = policy
  }

  /** True while the run waits for a slot, or for a place in its group. */
  get isWaiting(): boolean {
    return this.#wait !== undefined
  }

  /** The current wait for a slot, in ms; `undefined` outside of such a wait. */
  get slotWaitMs(): number | undefined {
    return this.#wait?.asked === 'slot' ? this.#deps.clock.monotonic() - this.#wait.since : undefined
  }

  /**
   * Takes a place and a slot, which the caller must {@link giveBack}.
   * @returns `undefined` where both are free; otherwise a promise that resolves with both, and rejects with the reason of
   * the run's end: then there is nothing to give back
   */
  take(): Promise<void> | undefined {
    const { group } = this.#policy
    if (group !== undefined) return this.#takeBoth(group)
    const turn = this.#slot()
    return turn === undefined ? undefined : this.#waitForSlot(turn)
  }

  giveBack(): void {
    const { group } = this.#policy
    this.#deps.slots.release()
    this.#leaveGroupOutside()
    if (group !== undefined) this.#deps.groups.leave(group)
  }

  async #takeBoth(group: string): Promise<void> {
    const { groups } = this.#deps
    const { ending, key } = this.#taker
    const place = groups.enter(group, this.#policy.groupLimit).take(key, this.#policy.priority, ending)
    if (place !== undefined) await this.#waitFor(place, 'place')
    try {
      await this.#enterOutside(group)
      const turn = this.#slot()
      if (turn !== undefined) await this.#waitForSlot(turn)
    } catch (ended) {
      this.#leaveGroupOutside()
      groups.leave(group)
      throw ended
    }
  }

  /** Takes a place of the group outside of this process, if the policy has such places. */
  async #enterOutside(group: string): Promise<void> {
    const { groups } = this.#deps
    const entered = this.#taker.own.enterGroup?.(this.#taker.ending)
    if (entered === undefined) return
    groups.waitOutside(group, 1)
    try {
      const taken = entered.then((leave) => void (this.#leaveOutside = leave))
      await this.#waitFor(taken, 'place')
    } finally {
      groups.waitOutside(group, -1)
    }
  }

  #leaveGroupOutside(): void {
    const leave = this.#leaveOutside
    this.#leaveOutside = undefined
    leave?.()
  }

  /** @throws the reason of the run's end */
  #slot(): Promise<void> | undefined {
    const { ending, key } = this.#taker
    return this.#deps.slots.take(key, this.#policy.priority, ending)
  }

  async #waitForSlot(turn: Promise<void>): Promise<void> {
    const { slots } = this.#deps
    const waitedMs = await this.#waitFor(turn, 'slot')
    if (waitedMs > 0) this.#taker.waited({ key: this.#taker.key, waitedMs, waiting: slots.waiting })
  }

  /** @returns the duration of the wait, in ms */
  async #waitFor(turn: Promise<void>, asked: 'place' | 'slot'): Promise<number> {
    const { clock } = this.#deps
    const since = clock.monotonic()
    this.#wait = { asked, since }
    try {
      await this.#taker.queued(turn)
    } finally {
      this.#wait = undefined
    }
    return clock.monotonic() - since
  }
}
