const FIRST_CAPACITY = 64

/**
 * The next due instant of every job, earliest first: a binary heap that also finds a job by its name, so that a changed
 * schedule moves its entry in O(log n). The instants lie in one array of numbers: with 100,000 jobs, an object for each
 * would be most of what a plan takes.
 */
export class TickHeap {
  /** By place in the heap. */
  readonly #names: string[] = []
  /** By place in the heap; longer than `#names`. */
  #dueAt = new Float64Array(FIRST_CAPACITY)
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#names.length
  }

  /** When the earliest is due, or `undefined` when there is none. */
  get earliest(): number | undefined {
    return this.#names.length === 0 ? undefined : this.#due(0)
  }

  /** When this job is due, or `undefined`. */
  dueAt(name: string): number | undefined {
    const place = this.#places.get(name)
    return place === undefined ? undefined : this.#due(place)
  }

  /** Adds the job, or moves it. */
  set(name: string, dueAt: number): void {
    const existing = this.#places.get(name)
    if (existing === undefined) {
      const last = this.#names.length
      if (last === this.#dueAt.length) this.#grow()
      this.#names.push(name)
      this.#siftUp(name, dueAt, last)
    } else this.#sift(name, dueAt, existing)
  }

  delete(name: string): void {
    const place = this.#places.get(name)
    if (place === undefined) return
    this.#places.delete(name)
    const last = this.#names.pop()
    if (last === undefined || last === name) return
    this.#sift(last, this.#due(this.#names.length), place)
  }

  /** Takes out the jobs that are due at `at` or before, earliest first, `limit` of them at most. */
  takeDue(at: number, limit: number = Infinity): string[] {
    const names: string[] = []
    for (let first = this.#names[0]; first !== undefined && this.#due(0) <= at; first = this.#names[0]) {
      if (names.length >= limit) break
      names.push(first)
      this.delete(first)
    }
    return names
  }

  clear(): void {
    this.#names.length = 0
    this.#places.clear()
  }

  #due(place: number): number {
    return this.#dueAt[place] ?? Infinity
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#dueAt.length)
    grown.set(this.#dueAt)
    this.#dueAt = grown
  }

  #put(name: string, dueAt: number, place: number): void {
    this.#names[place] = name
    this.#dueAt[place] = dueAt
    this.#places.set(name, place)
  }

  /** Finds the place of a job whose place is free. */
  #sift(name: string, dueAt: number, free: number): void {
    if (free > 0 && this.#due((free - 1) >> 1) > dueAt) this.#siftUp(name, dueAt, free)
    else this.#siftDown(name, dueAt, free)
  }

  #siftUp(name: string, dueAt: number, free: number): void {
    let place = free
    while (place > 0) {
      const above = (place - 1) >> 1
      if (this.#due(above) <= dueAt) break
      this.#put(this.#names[above] ?? name, this.#due(above), place)
      place = above
    }
    this.#put(name, dueAt, place)
  }

  #siftDown(name: string, dueAt: number, free: number): void {
    const size = this.#names.length
    let place = free
    for (;;) {
      const left = 2 * place + 1
      if (left >= size) break
      const least = left + 1 < size && this.#due(left + 1) < this.#due(left) ? left + 1 : left
      if (this.#due(least) >= dueAt) break
      this.#put(this.#names[least] ?? name, this.#due(least), place)
      place = least
    }
    this.#put(name, dueAt, place)
  }
}
