/** The most records under way at a time: more would wait for a socket, and time out there. */
const AT_ONCE = 64
/** The most records under way while claims wait. */
const FEW_AT_ONCE = 8
/**
 * The most records that may wait before claims lose their preference. A run without a written record is in the memory
 * of its process alone, some 4 KB: the run counts as lost when the process dies, and a stop waits for the record, at
 * least ten seconds.
 */
const MOST_WAITING = 10_000

/**
 * Admits the records of ended runs, first come, first served.
 *
 * Claims and records share the store's connections. With more claims on one tick than the store can take, each record
 * would delay the start of a run by as much as a claim does. So due runs come first: **while claims wait, few records
 * are under way**, and all runs have started in about half the time. Records never stop altogether, so that no record
 * waits for ever. When too many wait, records take their full share again: where more runs are due than can be
 * recorded, claims have to wait.
 */
export class RecordQueue {
  /** The claimants with more due claims than they can begin. */
  readonly #claimants = new Set<object>()
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  /** Notes whether `claimant` has due claims that must wait. */
  noteClaims(claimant: object, wait: boolean): void {
    if (wait) this.#claimants.add(claimant)
    else if (this.#claimants.delete(claimant)) this.#admit()
  }

  /**
   * Resolves when the caller may write its record. The caller must {@link leave} afterwards, also when the write
   * failed.
   */
  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#admit()
    })
  }

  leave(): void {
    this.#underWay--
    this.#admit()
  }

  #admit(): void {
    while (this.#underWay < this.#atOnce) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#underWay++
      next()
    }
  }

  get #atOnce(): number {
    return this.#claimants.size > 0 && this.#waiting.length <= MOST_WAITING ? FEW_AT_ONCE : AT_ONCE
  }
}
