/** A surrogate: characters with surrogates have another order in UTF-16 than in UTF-8. */
const SURROGATE = /[\ud800-\udfff]/

/** The order of the UTF-8 bytes, as in S3 listings. The order of strings differs where there are surrogates. */
export function compareKeys(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Keys in {@link compareKeys} order, found by bisection. */
export class SortedKeys {
  readonly #keys: string[] = []

  /** Adds a new key. */
  add(key: string): void {
    this.#keys.splice(this.#firstNotBefore(key), 0, key)
  }

  delete(key: string): void {
    const index = this.#firstNotBefore(key)
    if (this.#keys[index] === key) this.#keys.splice(index, 1)
  }

  /** Up to `limit` keys that begin with `prefix` and are greater than `after`. */
  after(prefix: string, after: string, limit: number): string[] {
    const found: string[] = []
    let index = this.#firstNotBefore(compareKeys(prefix, after) > 0 ? prefix : after)
    if (this.#keys[index] === after) index++
    for (; found.length < limit; index++) {
      const key = this.#keys[index]
      if (key === undefined || !key.startsWith(prefix)) break
      found.push(key)
    }
    return found
  }

  #firstNotBefore(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.#keys[middle] ?? '', key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
