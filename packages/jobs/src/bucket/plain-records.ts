import type { JobSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { isTicking, lowerBound, type JobRecord } from '../record/job-record.ts'
import { NameTable } from './name-table.ts'

/**
 * The jobs that are as the code defines them, are active, and have no run under way: nearly all of very many jobs. A pass
 * over all jobs, such as a promotion, asks only from when on the ticks of such a job count. The answer takes some 30
 * bytes for each job, and needs no record to be parsed again.
 */
export class PlainRecords {
  readonly #names: NameTable
  /** By the number of the name: the JSON of the record, for a plain one. */
  readonly #texts: (string | undefined)[] = []
  /** The code's specification that the record has. */
  readonly #specs: (JobSpec | undefined)[] = []
  readonly #after: number[] = []

  /** @param names - numbers the jobs, and may be shared with other tables */
  constructor(names: NameTable = new NameTable()) {
    this.#names = names
  }

  /** @param record - the record of the text, with the code's specification where both are equal */
  note(name: string, text: string, record: JobRecord, local: LocalJob | undefined): void {
    const number = this.#names.numberOf(name)
    // Other tables may have numbered names in between: an array with holes would be slow.
    while (this.#texts.length <= number) {
      this.#texts.push(undefined)
      this.#specs.push(undefined)
      this.#after.push(Number.NaN)
    }
    const isPlain = local !== undefined && isPlainRecord(record, local)
    this.#texts[number] = isPlain ? text : undefined
    this.#specs[number] = isPlain ? local.spec : undefined
    this.#after[number] = isPlain ? lowerBound(record) : Number.NaN
  }

  /**
   * The instant after which ticks count, epoch ms; `undefined` for a record that is not plain.
   * @param text - the record as it is now
   */
  after(name: string, text: string, local: LocalJob): number | undefined {
    const number = this.#names.find(name)
    if (number === undefined || this.#specs[number] !== local.spec || this.#texts[number] !== text) return undefined
    // An equal text may be a part of an older page, which would stay in memory as a whole.
    this.#texts[number] = text
    return this.#after[number]
  }
}

function isPlainRecord(record: JobRecord, local: LocalJob): boolean {
  const isDefined = record.spec === local.spec && record.override === null && record.orphanedAt === null
  return isDefined && isTicking(record) && record.running.length === 0
}
