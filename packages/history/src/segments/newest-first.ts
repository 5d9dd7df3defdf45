/** A binary heap: gives the item with the latest time first. The time of an item must not grow while it is inside. */
export class NewestFirst<T> {
  readonly #items: T[] = []
  readonly #timeOf: (item: T) => number

  constructor(timeOf: (item: T) => number) {
    this.#timeOf = timeOf
  }

  /** An item with the latest time. */
  get first(): T | undefined {
    return this.#items[0]
  }

  add(item: T): void {
    let at = this.#items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (this.#timeAt(parent) >= this.#timeAt(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  removeFirst(): void {
    this.#swap(0, this.#items.length - 1)
    this.#items.pop()
    this.sinkFirst()
  }

  /** To be called after the time of the first item has fallen. */
  sinkFirst(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = this.#timeAt(right) > this.#timeAt(left) ? right : left
      if (this.#timeAt(at) >= this.#timeAt(child)) return
      this.#swap(at, child)
      at = child
    }
  }

  #timeAt(index: number): number {
    const item = this.#items[index]
    return item === undefined ? -Infinity : this.#timeOf(item)
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#items[a], this.#items[b]]
    if (first === undefined || second === undefined) return
    this.#items[a] = second
    this.#items[b] = first
  }
}
