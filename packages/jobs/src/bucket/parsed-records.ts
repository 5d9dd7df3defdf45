import { compactRecord } from '../record/compact-record.ts'
import type { JobRecord } from '../record/job-record.ts'
import type { LocalJob } from '../definition/local-job.ts'

interface Parsed {
  text: string
  readonly record: JobRecord
}

/** The number of records of a generation; two generations are kept parsed. Pages hold all records as text. */
const GENERATION = 5000

/**
 * Lately parsed records, so that an unchanged record is not parsed again. A full generation takes the place of the
 * generation before, which is forgotten as a whole: to take single records out of the front of a large map is slow.
 */
export class ParsedRecords {
  #young = new Map<string, Parsed>()
  #old = new Map<string, Parsed>()
  readonly #localJob: (name: string) => LocalJob | undefined

  /** @param localJob - the code's definition, whose specification is shared with equal records */
  constructor(localJob: (name: string) => LocalJob | undefined) {
    this.#localJob = localJob
  }

  /** The record of this text; `undefined` if the text was not parsed lately. */
  find(name: string, text: string): JobRecord | undefined {
    const parsed = this.#young.get(name) ?? this.#old.get(name)
    if (parsed?.text !== text) return undefined
    // An equal text may be a part of an older page, which would stay in memory as a whole.
    parsed.text = text
    return parsed.record
  }

  /** The record that was parsed last, whether or not the page has changed since. */
  last(name: string): JobRecord | undefined {
    return (this.#young.get(name) ?? this.#old.get(name))?.record
  }

  keep(name: string, text: string, record: JobRecord): JobRecord {
    const compact = compactRecord(record, this.#localJob(name))
    if (this.#young.size >= GENERATION && !this.#young.has(name)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#old.delete(name)
    this.#young.set(name, { text, record: compact })
    return compact
  }

  delete(name: string): void {
    this.#young.delete(name)
    this.#old.delete(name)
  }
}
