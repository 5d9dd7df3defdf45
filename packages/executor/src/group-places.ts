import { SlotQueue } from './slot-queue.ts'

/** The use of a group at a moment. */
export interface GroupUse {
  /** The most actions of the group at a time. */
  readonly limit: number
  /** The number of executing actions of the group. */
  readonly taken: number
  /** The number of runs waiting for a place. */
  readonly waiting: number
}

/**
 * The places of concurrency groups. A run asks for a place in its group before a slot, so that waiting for a group
 * keeps no slot from others. Groups without runs are forgotten.
 */
export class GroupPlaces {
  readonly #groups = new Map<string, SlotQueue>()
  /** By group, the runs with a place here that wait for a place outside of this process. */
  readonly #outside = new Map<string, number>()

  /** @param limit - the last given limit of a group holds */
  enter(group: string, limit: number): SlotQueue {
    let places = this.#groups.get(group)
    if (places === undefined) this.#groups.set(group, (places = new SlotQueue(limit)))
    else if (places.size !== limit) places.resize(limit)
    return places
  }

  /** Gives a place back. */
  leave(group: string): void {
    const places = this.#groups.get(group)
    places?.release()
    if (places?.taken === 0 && places.waiting === 0) this.#groups.delete(group)
  }

  /** Notes runs with a place here that wait for a place outside of this process, or, with -1, wait no more. */
  waitOutside(group: string, runs: 1 | -1): void {
    this.#outside.set(group, this.#waitingOutside(group) + runs)
    if (this.#waitingOutside(group) === 0) this.#outside.delete(group)
  }

  get waiting(): number {
    let waiting = 0
    for (const [group, places] of this.#groups) waiting += places.waiting + this.#waitingOutside(group)
    return waiting
  }

  /** The groups with runs, by name; `undefined` for none. */
  use(): Readonly<Record<string, GroupUse>> | undefined {
    if (this.#groups.size === 0) return undefined
    const used = [...this.#groups].map(([group, { size: limit, taken, waiting }]) => {
      const outside = this.#waitingOutside(group)
      return [group, { limit, taken: taken - outside, waiting: waiting + outside }]
    })
    return Object.fromEntries(used) as Record<string, GroupUse>
  }

  #waitingOutside(group: string): number {
    return this.#outside.get(group) ?? 0
  }
}
