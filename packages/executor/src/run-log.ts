import { toBoundedJson, type Clock, type JsonValue } from '@s3sched/kernel'

/** A log entry of an action. */
export interface LogEntry {
  /** Wall clock, epoch ms. */
  readonly at: number
  readonly attempt: number
  readonly message: string
  readonly fields?: JsonValue
}

/**
 * The bounds of a run's log. The oldest entries go first, and the first remaining entry gives the number of dropped
 * entries.
 */
export const MAX_LOG_ENTRIES = 200
export const MAX_LOG_BYTES = 32_768
const MAX_FIELDS_BYTES = 2048
const MAX_MESSAGE_BYTES = 2048

interface KeptEntry {
  readonly entry: LogEntry
  readonly bytes: number
}

/** The log of one run, bounded in number and in bytes. */
export class RunLog {
  readonly #clock: Clock
  #kept: KeptEntry[] = []
  #bytes = 0
  #dropped = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(attempt: number, message: unknown, fields?: unknown): void {
    const text = toBoundedJson(message, MAX_MESSAGE_BYTES)
    const entry: LogEntry = {
      at: this.#clock.now(),
      attempt,
      message: typeof text === 'string' ? text : JSON.stringify(text),
      ...(fields === undefined ? {} : { fields: toBoundedJson(fields, MAX_FIELDS_BYTES) }),
    }
    const bytes = Buffer.byteLength(JSON.stringify(entry))
    this.#kept.push({ entry, bytes })
    this.#bytes += bytes
    while (this.#kept.length > MAX_LOG_ENTRIES || this.#bytes > MAX_LOG_BYTES) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0
      this.#dropped += 1
    }
  }

  entries(): readonly LogEntry[] {
    const entries = this.#kept.map(({ entry }) => entry)
    const first = entries[0]
    if (this.#dropped === 0 || first === undefined) return entries
    return [
      { at: first.at, attempt: first.attempt, message: `… ${this.#dropped} earlier entries were dropped` },
      ...entries,
    ]
  }
}
