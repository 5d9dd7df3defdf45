/** What was trusted, and in which order fences were given out, with what was wrong about it. */
export class LeaseChecker {
  readonly violations: string[] = []
  #highest = 0
  /** How many times a lease was taken. */
  taken = 0

  /** At one real instant: at most one of these may be trusted. */
  instant(now: number, trusted: readonly string[]): void {
    if (trusted.length > 1) this.violations.push(`at ${now} ms ${trusted.join(' and ')} trust`)
  }

  /** Fences are given out in the order of time, each once. */
  took(now: number, who: string, fence: number): void {
    this.taken++
    if (fence <= this.#highest) this.violations.push(`at ${now} ms ${who} got fence ${fence} after ${this.#highest}`)
    this.#highest = Math.max(this.#highest, fence)
  }
}
