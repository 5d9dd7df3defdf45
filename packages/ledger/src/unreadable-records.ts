import type { UnreadableRecord } from './ledger-events.ts'

/** Tells of an unreadable record once for every state of the record. */
export class UnreadableRecords {
  readonly #tell: (record: UnreadableRecord) => void
  /** The text of the record at the last time. */
  readonly #told = new Map<string, string>()

  constructor(tell: (record: UnreadableRecord) => void) {
    this.#tell = tell
  }

  found(record: UnreadableRecord, text: string): void {
    if (this.#told.get(record.key) === text) return
    this.#told.set(record.key, text)
    this.#tell(record)
  }
}
