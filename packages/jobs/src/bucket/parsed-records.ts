import { compactRecord } from '../record/compact-record.ts'
import type { JobRecord } from '../record/job-record.ts'
import type { LocalJob } from '../definition/local-job.ts'

interface Parsed {
  text: string
  readonly record: JobRecord
}

/** The largest number of records kept parsed: pages hold all records as text. */
const MOST = 20_000

/** Records that were parsed lately, so that a record that did not change is not parsed again. */
export class ParsedRecords {
  readonly #records = new Map<string, Parsed>()
  readonly #localJob: (name: string) => LocalJob | undefined

  /** @param localJob - the code's definition, whose specification is shared with equal records */
  constructor(localJob: (name: string) => LocalJob | undefined) {
    this.#localJob = localJob
  }

  /** The record of this text; `undefined` if the text was not parsed lately. */
  find(name: string, text: string): JobRecord | undefined {
    const parsed = this.#records.get(name)
    if (parsed?.text !== text) return undefined
    // An equal text may be a part of an older page, which would stay in memory as a whole.
    parsed.text = text
    return parsed.record
  }

  /** The record that was parsed last, whether or not the page has changed since. */
  last(name: string): JobRecord | undefined {
    return this.#records.get(name)?.record
  }

  keep(name: string, text: string, record: JobRecord): JobRecord {
    const compact = compactRecord(record, this.#localJob(name))
    this.#records.delete(name)
    this.#records.set(name, { text, record: compact })
    if (this.#records.size > MOST) {
      for (const oldest of this.#records.keys()) {
        this.#records.delete(oldest)
        break
      }
    }
    return compact
  }

  delete(name: string): void {
    this.#records.delete(name)
  }
}
