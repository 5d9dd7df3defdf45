/** The least number of slots, a power of two. */
const FIRST_SLOTS = 64
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * A number for each job's name, counted from 0 and never reused. Tables with an entry for each of very many jobs are
 * arrays indexed by these numbers: a single table of names serves all of them, and numeric entries need no object.
 *
 * The numbers are found by a table of slots outside of V8's heap. A map takes three times the memory, and leaves a copy of
 * itself behind each time that it grows.
 */
export class NameTable {
  readonly #names: string[] = []
  /** Numbers plus 1, by the hash of the name; 0 is free. A slot that is taken is passed over for the next one. */
  #slots = new Int32Array(FIRST_SLOTS)
  /** The name of the last look: a step of a job asks several tables in a row. */
  #last = ''
  #lastNumber: number | undefined

  /** The count of numbered names. */
  get size(): number {
    return this.#names.length
  }

  /** The number of a name; a new name gets the next number. */
  numberOf(name: string): number {
    const known = this.find(name)
    if (known !== undefined) return known
    const number = this.#names.length
    this.#names.push(name)
    if (2 * this.#names.length > this.#slots.length) this.#grow()
    else this.#slots[this.#slotOf(name)] = number + 1
    return (this.#lastNumber = number)
  }

  /** The number of a name; `undefined` for an unknown name, and for a value of JavaScript that is no text. */
  find(name: string): number | undefined {
    if (name === this.#last) return this.#lastNumber
    if (typeof name !== 'string') return undefined
    this.#last = name
    const taken = this.#slots[this.#slotOf(name)] ?? 0
    return (this.#lastNumber = taken === 0 ? undefined : taken - 1)
  }

  /** The reverse of {@link numberOf}. */
  nameOf(number: number): string {
    return this.#names[number] ?? ''
  }

  /** All names, ordered by their numbers. */
  names(): Iterable<string> {
    return this.#names
  }

  /**
   * The length of a table by number with a place for `number`: for all names at once, or else half as long again. Each
   * shorter table on the way would be garbage.
   */
  capacityFor(number: number): number {
    return Math.max(this.size, Math.ceil(1.5 * number) + 1)
  }

  /** The slot of a name, or the free slot for it. */
  #slotOf(name: string): number {
    const last = this.#slots.length - 1
    let slot = hashOf(name) & last
    for (;;) {
      const taken = this.#slots[slot] ?? 0
      if (taken === 0 || this.#names[taken - 1] === name) return slot
      slot = (slot + 1) & last
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length)
    this.#names.forEach((name, number) => (this.#slots[this.#slotOf(name)] = number + 1))
  }
}

/** FNV-1a. */
function hashOf(name: string): number {
  let hash = FNV_OFFSET
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), FNV_PRIME)
  return hash
}
