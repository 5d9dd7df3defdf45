/**
 * A cache that drops the entry that was set longest ago when full, so that hostile or generated keys can't fill the
 * memory.
 */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #capacity: number

  /** @param capacity - the largest number of entries */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The number of entries. */
  get size(): number {
    return this.#entries.size
  }

  /** The value of `key`; `undefined` for none. A read does not make the entry younger. */
  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** Stores `value` and returns the same value. */
  set(key: Key, value: Value): Value {
    // A Map keeps the order of insertion.
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
    return value
  }
}
