/**
 * A number for each job's name, counted from 0 and never reused. Tables with an entry for each of very many jobs are
 * arrays indexed by these numbers: a single map of names serves all tables, and numeric entries need no object.
 */
export class NameTable {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
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
    this.#numbers.set(name, number)
    return (this.#lastNumber = number)
  }

  /** The number of a name; `undefined` for an unknown name. */
  find(name: string): number | undefined {
    if (name === this.#last) return this.#lastNumber
    this.#last = name
    return (this.#lastNumber = this.#numbers.get(name))
  }

  /** The reverse of {@link numberOf}. */
  nameOf(number: number): string {
    return this.#names[number] ?? ''
  }

  /** All names, ordered by their numbers. */
  names(): Iterable<string> {
    return this.#names
  }
}
