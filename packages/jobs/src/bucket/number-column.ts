import type { NameTable } from './name-table.ts'

/**
 * A number for each numbered name, 0 where none was set. The numbers lie outside of V8's heap: an array leaves a copy of itself
 * behind each time that it grows, and V8 takes these copies for survivors, for which it enlarges the young generation.
 */
export class NumberColumn {
  readonly #names: Pick<NameTable, 'capacityFor'>
  #values = new Float64Array()

  constructor(names: Pick<NameTable, 'capacityFor'>) {
    this.#names = names
  }

  get(index: number): number {
    return this.#values[index] ?? 0
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = new Float64Array(this.#names.capacityFor(index))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[index] = value
  }
}
