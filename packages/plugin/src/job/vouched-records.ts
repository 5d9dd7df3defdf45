import type { NameTable } from './name-table.ts'
import { hash53 } from './roll-text.ts'

const FIRST_CAPACITY = 64

/**
 * The jobs whose records were not read because the roll vouches for them: after a start nearly all of very many. Two numbers each,
 * in two arrays; an object with its ETag as a string would be most of what a job takes here.
 */
export class VouchedRecords {
  readonly #names: NameTable
  /** By the job's number: `hash53` of the record's ETag; not a number once the record may be another. */
  #etags = new Float64Array(FIRST_CAPACITY).fill(NaN)
  /** By the job's number: from when on its ticks count, epoch ms; not a number for a job that is not vouched for. */
  #froms = new Float64Array(FIRST_CAPACITY).fill(NaN)

  constructor(names: NameTable) {
    this.#names = names
  }

  set(name: string, etag: string, from: number): void {
    const number = this.#names.numberOf(name)
    if (number >= this.#froms.length) {
      const capacity = 2 ** Math.ceil(Math.log2(number + 1))
      this.#etags = grown(this.#etags, capacity)
      this.#froms = grown(this.#froms, capacity)
    }
    this.#etags[number] = hash53(etag)
    this.#froms[number] = from
  }

  /** From when on its ticks count, as of when the record was vouched for; `undefined` when it was not. */
  from(name: string): number | undefined {
    return this.#at(this.#froms, name)
  }

  /** The hash of its ETag, while the record is still that one as far as known. */
  etagHash(name: string): number | undefined {
    return this.#at(this.#etags, name)
  }

  /** The record may be another by now. */
  doubt(name: string): void {
    const number = this.#names.find(name)
    if (number !== undefined && number < this.#etags.length) this.#etags[number] = NaN
  }

  delete(name: string): void {
    const number = this.#names.find(name)
    if (number === undefined || number >= this.#etags.length) return
    this.#etags[number] = NaN
    this.#froms[number] = NaN
  }

  #at(values: Float64Array, name: string): number | undefined {
    const number = this.#names.find(name)
    const value = number === undefined ? undefined : values[number]
    return value === undefined || Number.isNaN(value) ? undefined : value
  }
}

function grown(values: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity).fill(NaN)
  larger.set(values)
  return larger
}
