import type { Clock, LazyAbort } from '@s3sched/kernel'
import type { GroupPlaces } from './group-places.ts'
import type { ResolvedPolicy } from './run-policy.ts'
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
  readonly ending: LazyAbort
  /** Called around each wait. */
  readonly queued: (turn: Promise<void>) => Promise<void>
  /** Called after a wait for a slot. Must not throw. */
  readonly onSlotWait: (wait: SlotWait) => void
}

/** The turns of one run: an attempt needs a place in the group of the run, if any, and then a slot. */
export class RunTurns {
  readonly #deps: RunTurnsDeps
  readonly #key: string
  readonly #policy: Pick<ResolvedPolicy, 'enterGroup' | 'group' | 'groupLimit' | 'priority'>
  /** The current wait; `since` by the monotonic clock. */
  #wait: { readonly asked: 'place' | 'slot'; readonly since: number } | undefined

  constructor(
    deps: RunTurnsDeps,
    key: string,
    policy: Pick<ResolvedPolicy, 'enterGroup' | 'group' | 'groupLimit' | 'priority'>,
  ) {
    this.#deps = deps
    this.#key = key
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

  /** Makes an attempt with a place and a slot, which are given back afterwards. @throws the reason of `ending` */
  async within<T>(attempt: () => Promise<T>): Promise<T> {
    const { group, groupLimit, priority } = this.#policy
    if (group === undefined) return this.#withinSlot(attempt)
    const { ending, groups } = this.#deps
    const turn = groups.enter(group, groupLimit).take(this.#key, priority, ending)
    if (turn !== undefined) await this.#waitFor(turn, 'place')
    let leave: (() => void) | undefined
    try {
      leave = await this.#enterOutside(group)
      return await this.#withinSlot(attempt)
    } finally {
      leave?.()
      groups.leave(group)
    }
  }

  /** Takes a place of the group outside of this process, if the policy has such places. */
  async #enterOutside(group: string): Promise<(() => void) | undefined> {
    const { ending, groups } = this.#deps
    const entered = this.#policy.enterGroup?.(ending)
    if (entered === undefined) return undefined
    groups.waitOutside(group, 1)
    let leave: (() => void) | undefined
    try {
      await this.#waitFor(
        entered.then((given) => void (leave = given)),
        'place',
      )
    } finally {
      groups.waitOutside(group, -1)
    }
    return leave
  }

  async #withinSlot<T>(attempt: () => Promise<T>): Promise<T> {
    const { ending, onSlotWait, slots } = this.#deps
    const turn = slots.take(this.#key, this.#policy.priority, ending)
    if (turn !== undefined) {
      const waitedMs = await this.#waitFor(turn, 'slot')
      if (waitedMs > 0) onSlotWait({ key: this.#key, waitedMs, waiting: slots.waiting })
    }
    try {
      return await attempt()
    } finally {
      slots.release()
    }
  }

  /** @returns the duration of the wait, in ms */
  async #waitFor(turn: Promise<void>, asked: 'place' | 'slot'): Promise<number> {
    const { clock, queued } = this.#deps
    const since = clock.monotonic()
    this.#wait = { asked, since }
    try {
      await queued(turn)
    } finally {
      this.#wait = undefined
    }
    return clock.monotonic() - since
  }
}
