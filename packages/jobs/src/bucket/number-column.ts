const FIRST_CAPACITY = 64

/**
 * Numbers by a small index, 0 where none was set. The numbers lie outside of V8's heap: an array leaves a copy of itself
 * behind each time that it grows, and V8 takes these copies for survivors, for which it enlarges the young generation.
 */
export class NumberColumn {
  #values = new Float64Array(FIRST_CAPACITY)

  get(index: number): number {
    return this.#values[index] ?? 0
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = new Float64Array(2 ** Math.ceil(Math.log2(index + 1)))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[index] = value
  }
}
