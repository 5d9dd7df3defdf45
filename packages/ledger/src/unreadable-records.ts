import type { UnreadableRecord } from './ledger-events.ts'

interface Found {
  text: string
  readonly problem: string
}

/**
 * The records that can't be read, by their keys. Each is told of once for every state of the record, and its text is
 * parsed once: a damaged record may be large, and is asked for at every look.
 */
export class UnreadableRecords {
  readonly #tell: (record: UnreadableRecord) => void
  readonly #found = new Map<string, Found>()

  constructor(tell: (record: UnreadableRecord) => void) {
    this.#tell = tell
  }

  /** The problem of this text, if the text was the record's when it was read last. */
  problemOf(key: string, text: string): string | undefined {
    const found = this.#found.get(key)
    if (found?.text !== text) return undefined
    // An equal text may be a part of an older page, which would stay in memory as a whole.
    found.text = text
    return found.problem
  }

  /** Notes a text that the codec has refused. */
  found(record: UnreadableRecord, text: string): void {
    this.#found.set(record.key, { text, problem: record.problem })
    this.#tell(record)
  }
}
