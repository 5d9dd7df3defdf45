/**
 * Limits the number of concurrent calls; waiting calls start in the order of arrival. A write holds two descriptors:
 * without a limit, a thousand concurrent writes would exceed the descriptor limit of most systems, and be no faster on
 * one disk.
 */
export class CallSlots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
