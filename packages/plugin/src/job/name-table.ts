/**
 * A number for each job's name, counted from 0 and never given to another. Who keeps something for each of very many jobs keeps it in an
 * array by these numbers: one map of the names serves all of them, and what is a number itself needs no object.
 */
export class NameTable {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  /** How many names have a number. */
  get size(): number {
    return this.#names.length
  }

  /** The number of a name, which gets one when it has none. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.#names.length
    this.#names.push(name)
    this.#numbers.set(name, number)
    return number
  }

  /** The number of a name, `undefined` when it has none. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** The reverse of {@link numberOf}. */
  nameOf(number: number): string {
    return this.#names[number] ?? ''
  }

  /** In the order of their numbers. */
  names(): Iterable<string> {
    return this.#names
  }
}
