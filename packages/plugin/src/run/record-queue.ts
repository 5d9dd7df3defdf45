/** How many records are on their way at a time: more would only wait for a socket, and their time would run out there. */
const AT_ONCE = 64
/** How many while claims wait. */
const FEW_AT_ONCE = 8
/**
 * How many may wait before claims are no longer preferred. Until its record is written, a run is in this process's memory
 * alone, some 4 KB of it: it counts as lost when the process dies, and a stop waits for it, ten seconds at least.
 */
const MOST_WAITING = 10_000

/**
 * Who may write the record of a run that ended here, in the order in which they came.
 *
 * Claims and records share the store's connections, and with more on one tick than the store can take, each record would
 * delay the start of a run by as much as a claim does. What is due comes first: **while claims wait, few records are on
 * their way**, so that all has been started in about half the time. They never stand still, so that none waits for ever, and
 * when too many wait they take their full share again: where more is due than can be recorded, claims have to wait.
 */
export class RecordQueue {
  /** Those who have more claims that are due than they can begin. */
  readonly #claimants = new Set<object>()
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  /** Says whether claims of `claimant` are due that it can't begin yet. */
  noteClaims(claimant: object, wait: boolean): void {
    if (wait) this.#claimants.add(claimant)
    else if (this.#claimants.delete(claimant)) this.#admit()
  }

  /** Resolves when the caller may write; it must {@link leave} then, whatever came of it. */
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
