/** Records trusted leases and the order of fences, and the violations found. */
export class LeaseChecker {
  readonly violations: string[] = []
  #highest = 0
  /** Number of claims. */
  taken = 0

  /** The trusted holders at one real instant: at most one is allowed. */
  instant(now: number, trusted: readonly string[]): void {
    if (trusted.length > 1) this.violations.push(`at ${now} ms ${trusted.join(' and ')} trust`)
  }

  /** Fences are given out in the order of time, every fence once. */
  took(now: number, who: string, fence: number): void {
    this.taken++
    if (fence <= this.#highest) this.violations.push(`at ${now} ms ${who} got fence ${fence} after ${this.#highest}`)
    this.#highest = Math.max(this.#highest, fence)
  }
}
