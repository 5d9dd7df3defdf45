import type { JobSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { isTicking, lowerBound, type JobRecord } from '../record/job-record.ts'
import { countingBy, type Counting } from '../record/past-periods.ts'
import { NameTable } from './name-table.ts'
import { NumberColumn } from './number-column.ts'

/**
 * The jobs that are as the code defines them, are active, and have no run under way: nearly all of very many jobs. A pass
 * over all jobs, such as a promotion, asks only from when on the ticks of such a job count. The answer takes some 40
 * bytes for each job, and needs no record to be parsed again.
 */
export class PlainRecords {
  readonly #names: NameTable
  /** By the number of the name: the mark of a plain record in its page, 0 for any other one. */
  readonly #marks: NumberColumn
  /** The code's specification that the record has. */
  #specs: (JobSpec | undefined)[] = []
  readonly #since: NumberColumn
  readonly #after: NumberColumn

  /** @param names - numbers the jobs, and may be shared with other tables */
  constructor(names: NameTable = new NameTable()) {
    this.#names = names
    this.#marks = new NumberColumn(names)
    this.#since = new NumberColumn(names)
    this.#after = new NumberColumn(names)
  }

  /**
   * @param mark - tells this state of the record from all others
   * @param record - with the code's specification where both are equal
   * @returns whether the record is plain
   */
  note(name: string, mark: number, record: JobRecord, local: LocalJob | undefined): boolean {
    const number = this.#names.numberOf(name)
    const isPlain = local !== undefined && isPlainRecord(record, local)
    this.#marks.set(number, isPlain ? mark : 0)
    this.#setSpec(number, isPlain ? local.spec : undefined)
    if (isPlain) {
      this.#since.set(number, record.since)
      this.#after.set(number, lowerBound(record))
    }
    return isPlain
  }

  /**
   * The instant after which ticks count, epoch ms; `undefined` for a record that is not plain.
   * @param mark - of the record as it is now
   */
  after(name: string, mark: number, local: LocalJob): number | undefined {
    const number = this.#numberOf(name, local)
    return number === undefined || this.#marks.get(number) !== mark ? undefined : this.#after.get(number)
  }

  /** The ticks that counted by the record last noted; `undefined` if that record was not plain. */
  lastCounting(name: string, local: LocalJob): Counting | undefined {
    const number = this.#numberOf(name, local)
    return number === undefined ? undefined : countingBy(local.spec, this.#since.get(number))
  }

  /** The number of a plain record with this specification. */
  #numberOf(name: string, { spec }: LocalJob): number | undefined {
    const number = this.#names.find(name)
    return number === undefined || this.#specs[number] !== spec ? undefined : number
  }

  #setSpec(number: number, spec: JobSpec | undefined): void {
    if (number >= this.#specs.length) {
      if (spec === undefined) return
      // An array with holes would be slow.
      const length = this.#names.capacityFor(number)
      this.#specs = Array.from({ length }, (_, index) => this.#specs[index])
    }
    this.#specs[number] = spec
  }
}

function isPlainRecord(record: JobRecord, local: LocalJob): boolean {
  const isDefined = record.spec === local.spec && record.override === null && record.orphanedAt === null
  return isDefined && isTicking(record) && record.running.length === 0
}
