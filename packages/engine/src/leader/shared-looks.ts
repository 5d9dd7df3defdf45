/** One look, with its repetitions. */
interface Look {
  done: Promise<void>
  /** True when something has ended since the look began to read. */
  isStale: boolean
}

/**
 * Looks of a term at chains or backfills, one at a time for each job. An end during a look makes one further look,
 * however many ends there are: while a store is in trouble, each end would otherwise leave a look behind that asks every
 * second.
 */
export class SharedLooks {
  readonly #look: (jobName: string | undefined, begin: () => void) => Promise<void>
  readonly #looks = new Map<string | undefined, Look>()

  /** @param look - repeats its work until it succeeds, and calls `begin` before each try. Must not reject */
  constructor(look: (jobName: string | undefined, begin: () => void) => Promise<void>) {
    this.#look = look
  }

  /** Resolves when a look that began after this call is over. Never rejects. */
  at(jobName: string | undefined): Promise<void> {
    const underWay = this.#looks.get(jobName)
    if (underWay !== undefined) {
      underWay.isStale = true
      return underWay.done
    }
    const look: Look = { done: Promise.resolve(), isStale: false }
    this.#looks.set(jobName, look)
    look.done = this.#repeat(jobName, look)
    return look.done
  }

  async #repeat(jobName: string | undefined, look: Look): Promise<void> {
    const begin = (): void => void (look.isStale = false)
    do {
      begin()
      await this.#look(jobName, begin)
    } while (look.isStale)
    this.#looks.delete(jobName)
  }
}
