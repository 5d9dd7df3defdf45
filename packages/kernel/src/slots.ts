/** Lets a number of works run at once; further works start in the order of their arrival. */
export class Slots {
  #free: number
  readonly #queue: (() => void)[] = []

  constructor(size: number) {
    this.#free = size
  }

  /** Does the work once a slot is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
