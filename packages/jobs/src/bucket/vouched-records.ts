import type { NameTable } from './name-table.ts'
import { hash53 } from './index-text.ts'

const FIRST_CAPACITY = 64

/**
 * The jobs whose records were not read, because the index of unchanged records has them: after a start, nearly all of
 * very many jobs. A job takes two numbers, in two arrays: an object with the ETag as a string would be most of the
 * job's memory here.
 */
export class VouchedRecords {
  readonly #names: NameTable
  /** By the job's number: `hash53` of the record's ETag; NaN once the record may have changed. */
  #etags = new Float64Array(FIRST_CAPACITY).fill(NaN)
  /**
   * By the job's number: the instant from which the job's ticks count, epoch ms; NaN for a job without an index entry.
   */
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

  /** The instant from which the job's ticks count, as of the index entry; `undefined` for a job without an entry. */
  from(name: string): number | undefined {
    return this.#at(this.#froms, name)
  }

  /** The hash of the record's ETag, as long as no change of the record is known. */
  etagHash(name: string): number | undefined {
    return this.#at(this.#etags, name)
  }

  /** Notes that the record may have changed. */
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
