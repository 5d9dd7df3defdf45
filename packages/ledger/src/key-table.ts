/** A list of keys, in which a {@link KeyTable} finds a key. */
export interface KeyList {
  isKeyAt(place: number, key: string): boolean
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** A hash of a key in memory, nowhere written. */
export function hashKey(key: string): number {
  let hash = FNV_OFFSET
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME)
  return hash >>> 0
}

/** {@link hashKey} of a key of ASCII characters. */
export function hashAscii(bytes: Uint8Array, from: number, until: number): number {
  let hash = FNV_OFFSET
  for (let at = from; at < until; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME)
  return hash >>> 0
}

const NONE = -1

/**
 * The places of keys in a list, as numbers alone: a map would hold each key as a string, and take four times the memory.
 * Never changed.
 */
export class KeyTable {
  /** By place. */
  readonly #hashes: Uint32Array
  /** Places plus 1, by hash; 0 is free. A place that is taken is passed over for the next one. */
  readonly #slots: Int32Array
  /** Two keys with the same hash may be the same key. */
  readonly hasEqualHashes: boolean

  /** @param hashes - of the keys, by place */
  constructor(hashes: Uint32Array) {
    this.#hashes = hashes
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * hashes.length + 1)))
    let hasEqualHashes = false
    const last = this.#slots.length - 1
    for (let place = 0; place < hashes.length; place++) {
      const hash = hashes[place] ?? 0
      let slot = hash & last
      for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
        hasEqualHashes ||= hashes[taken - 1] === hash
        slot = (slot + 1) & last
      }
      this.#slots[slot] = place + 1
    }
    this.hasEqualHashes = hasEqualHashes
  }

  get size(): number {
    return this.#hashes.length
  }

  /** The place of a key; negative for a key outside of the list. */
  find(key: string, list: KeyList): number {
    const hash = hashKey(key)
    const last = this.#slots.length - 1
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const place = (this.#slots[slot] ?? 0) - 1
      if (place === NONE || (this.#hashes[place] === hash && list.isKeyAt(place, key))) return place
    }
  }

  /** The table of a longer list. @param keys - the new keys, in their order */
  with(keys: readonly string[]): KeyTable {
    const hashes = new Uint32Array(this.size + keys.length)
    hashes.set(this.#hashes)
    keys.forEach((key, index) => (hashes[this.size + index] = hashKey(key)))
    return new KeyTable(hashes)
  }
}
