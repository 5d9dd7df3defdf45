/**
 * The choice of the run for the next free slot. Three rules, in this order:
 *
 * 1. the longest waiting run goes first after being passed over {@link PATIENCE} times, so that no run starves;
 * 2. the highest priority;
 * 3. the keys of the same priority in turn, and first come, first served within a key: a job with a thousand queued
 *    runs delays the run of another job by one run, not by a thousand.
 */
import { addAbortListener, removeAbortListener, type LazyAbort } from '@s3sched/kernel'

/** The number of times that other runs may pass over the longest waiting run. */
export const PATIENCE = 16

interface Waiter {
  readonly key: string
  readonly priority: number
  readonly grant: () => void
}

export class SlotQueue {
  #free: number
  #slots: number
  /** By priority, then by key in the order of their turns. */
  readonly #lanes = new Map<number, Map<string, Set<Waiter>>>()
  /** In the order of arrival. */
  readonly #waiting = new Set<Waiter>()
  #eldest: Waiter | undefined
  #passedOver = 0

  constructor(slots: number) {
    this.#slots = slots
    this.#free = slots
  }

  get isFull(): boolean {
    return this.#free <= 0
  }

  get taken(): number {
    return this.#slots - this.#free
  }

  get waiting(): number {
    return this.#waiting.size
  }

  get size(): number {
    return this.#slots
  }

  /** Runs over a smaller number go on; the next runs wait for their ends. */
  resize(slots: number): void {
    this.#free += slots - this.#slots
    this.#slots = slots
    while (this.#free > 0 && this.#waiting.size > 0) {
      this.#free -= 1
      this.release()
    }
  }

  /**
   * Takes a slot; the caller must {@link release} the slot.
   * @returns `undefined` for a free slot; otherwise a promise that resolves with the slot, and rejects with the reason of
   * `ending` when that aborts before: then there is no slot to release
   */
  take(key: string, priority: number, ending: AbortSignal | LazyAbort): Promise<void> | undefined {
    ending.throwIfAborted()
    if (this.#free > 0) {
      this.#free -= 1
      return undefined
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#remove(waiter)
        reject(ending.reason as Error)
      }
      const waiter: Waiter = {
        key,
        priority,
        grant: () => {
          removeAbortListener(ending, onAbort)
          resolve()
        },
      }
      addAbortListener(ending, onAbort)
      this.#add(waiter)
    })
  }

  release(): void {
    const next = this.#free < 0 ? undefined : this.#choose()
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#remove(next)
    this.#moveKeyToTheEnd(next)
    next.grant()
  }

  #choose(): Waiter | undefined {
    const eldest = firstOf(this.#waiting)
    if (eldest === undefined) return undefined
    if (eldest !== this.#eldest) {
      this.#eldest = eldest
      this.#passedOver = 0
    }
    if (this.#passedOver >= PATIENCE) return eldest
    const lane = this.#lanes.get(Math.max(...this.#lanes.keys()))
    const line = lane === undefined ? undefined : firstOf(lane.values())
    const chosen = line === undefined ? eldest : (firstOf(line) ?? eldest)
    if (chosen !== eldest) this.#passedOver += 1
    return chosen
  }

  #add(waiter: Waiter): void {
    this.#waiting.add(waiter)
    let lane = this.#lanes.get(waiter.priority)
    if (lane === undefined) this.#lanes.set(waiter.priority, (lane = new Map()))
    let line = lane.get(waiter.key)
    if (line === undefined) lane.set(waiter.key, (line = new Set()))
    line.add(waiter)
  }

  #remove(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    const lane = this.#lanes.get(waiter.priority)
    const line = lane?.get(waiter.key)
    line?.delete(waiter)
    if (line?.size === 0) lane?.delete(waiter.key)
    if (lane?.size === 0) this.#lanes.delete(waiter.priority)
  }

  #moveKeyToTheEnd({ priority, key }: Waiter): void {
    const lane = this.#lanes.get(priority)
    const line = lane?.get(key)
    if (lane === undefined || line === undefined) return
    lane.delete(key)
    lane.set(key, line)
  }
}

function firstOf<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item
  return undefined
}
