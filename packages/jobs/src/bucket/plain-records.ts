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
  /** By the number of the name: the mark of a plain record in its page, 0 for any other one. */
  readonly #marks: number[] = []
  /** The code's specification that the record has. */
  readonly #specs: (JobSpec | undefined)[] = []
  readonly #after: number[] = []

  /** @param names - numbers the jobs, and may be shared with other tables */
  constructor(names: NameTable = new NameTable()) {
    this.#names = names
  }

  /**
   * @param mark - tells this state of the record from all others
   * @param record - with the code's specification where both are equal
   */
  note(name: string, mark: number, record: JobRecord, local: LocalJob | undefined): void {
    const number = this.#names.numberOf(name)
    // Other tables may have numbered names in between: an array with holes would be slow.
    while (this.#marks.length <= number) {
      this.#marks.push(0)
      this.#specs.push(undefined)
      this.#after.push(Number.NaN)
    }
    const isPlain = local !== undefined && isPlainRecord(record, local)
    this.#marks[number] = isPlain ? mark : 0
    this.#specs[number] = isPlain ? local.spec : undefined
    this.#after[number] = isPlain ? lowerBound(record) : Number.NaN
  }

  /**
   * The instant after which ticks count, epoch ms; `undefined` for a record that is not plain.
   * @param mark - of the record as it is now
   */
  after(name: string, mark: number, local: LocalJob): number | undefined {
    const number = this.#names.find(name)
    if (number === undefined || this.#specs[number] !== local.spec || this.#marks[number] !== mark) return undefined
    return this.#after[number]
  }
}

function isPlainRecord(record: JobRecord, local: LocalJob): boolean {
  const isDefined = record.spec === local.spec && record.override === null && record.orphanedAt === null
  return isDefined && isTicking(record) && record.running.length === 0
}
