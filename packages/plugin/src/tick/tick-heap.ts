interface Entry {
  readonly name: string
  dueAt: number
  index: number
}

/**
 * The next due instant of every job, earliest first: a binary heap that also finds a job by its name, so that a changed
 * schedule moves its entry in O(log n).
 */
export class TickHeap {
  readonly #entries: Entry[] = []
  readonly #byName = new Map<string, Entry>()

  get size(): number {
    return this.#entries.length
  }

  /** When the earliest is due, or `undefined` when there is none. */
  get earliest(): number | undefined {
    return this.#entries[0]?.dueAt
  }

  /** When this job is due, or `undefined`. */
  dueAt(name: string): number | undefined {
    return this.#byName.get(name)?.dueAt
  }

  /** Adds the job, or moves it. */
  set(name: string, dueAt: number): void {
    const existing = this.#byName.get(name)
    if (existing === undefined) {
      const entry = { name, dueAt, index: this.#entries.length }
      this.#byName.set(name, entry)
      this.#entries.push(entry)
      this.#siftUp(entry)
    } else {
      existing.dueAt = dueAt
      this.#siftUp(existing)
      this.#siftDown(existing)
    }
  }

  delete(name: string): void {
    const entry = this.#byName.get(name)
    if (entry === undefined) return
    this.#byName.delete(name)
    const last = this.#entries.pop()
    if (last === undefined || last === entry) return
    this.#place(last, entry.index)
    this.#siftUp(last)
    this.#siftDown(last)
  }

  /** Takes out the jobs that are due at `at` or before, earliest first, `limit` of them at most. */
  takeDue(at: number, limit: number = Infinity): string[] {
    const names: string[] = []
    for (let first = this.#entries[0]; first !== undefined && first.dueAt <= at; first = this.#entries[0]) {
      if (names.length >= limit) break
      names.push(first.name)
      this.delete(first.name)
    }
    return names
  }

  clear(): void {
    this.#entries.length = 0
    this.#byName.clear()
  }

  #place(entry: Entry, index: number): void {
    this.#entries[index] = entry
    entry.index = index
  }

  #siftUp(entry: Entry): void {
    while (entry.index > 0) {
      const parentIndex = (entry.index - 1) >> 1
      const parent = this.#entries[parentIndex]
      if (parent === undefined || parent.dueAt <= entry.dueAt) return
      this.#place(parent, entry.index)
      this.#place(entry, parentIndex)
    }
  }

  #siftDown(entry: Entry): void {
    for (;;) {
      const left = this.#entries[2 * entry.index + 1]
      const right = this.#entries[2 * entry.index + 2]
      const least = right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left
      if (least === undefined || least.dueAt >= entry.dueAt) return
      const { index } = least
      this.#place(least, entry.index)
      this.#place(entry, index)
    }
  }
}
