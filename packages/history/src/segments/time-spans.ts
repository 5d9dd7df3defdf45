interface Span {
  readonly from: number
  to: number
}

/** A set of spans of time, both ends included; epoch ms. */
export class TimeSpans {
  #spans: Span[] = []
  #isMerged = true

  add(from: number, to: number): void {
    this.#spans.push({ from, to })
    this.#isMerged = false
  }

  /** True when the span from `from` to `to` shares an instant with the set. */
  touch(from: number, to: number): boolean {
    this.#merge()
    let low = 0
    let high = this.#spans.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#spans[middle]?.to ?? 0) < from) low = middle + 1
      else high = middle
    }
    const next = this.#spans[low]
    return next !== undefined && next.from <= to
  }

  #merge(): void {
    if (this.#isMerged) return
    this.#isMerged = true
    const merged: Span[] = []
    for (const span of this.#spans.toSorted((a, b) => a.from - b.from)) {
      const last = merged.at(-1)
      if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to)
      else merged.push({ ...span })
    }
    this.#spans = merged
  }
}
