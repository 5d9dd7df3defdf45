import type { Clock } from '@s3sched/kernel'
import type { Progress } from './run-context.ts'
import { RunLog, type LogEntry } from './run-log.ts'

const NO_ENTRIES: readonly LogEntry[] = []

/** The reports of one run's attempts: the stored log, and the progress. */
export class RunNotes {
  progress: Progress | undefined

  readonly #clock: Clock
  /** Most runs log nothing. */
  #log: RunLog | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  log(attempt: number, message: unknown, fields?: unknown): void {
    this.#log ??= new RunLog(this.#clock)
    this.#log.add(attempt, message, fields)
  }

  entries(): readonly LogEntry[] {
    return this.#log?.entries() ?? NO_ENTRIES
  }

  /** @param note - kept if it is a text */
  progressed(attempt: number, value: number, note: unknown): void {
    if (!Number.isFinite(value)) return this.log(attempt, `progress was not a finite number: ${String(value)}`)
    const noted = typeof note === 'string' ? { note: note.slice(0, 500).toWellFormed() } : {}
    this.progress = { value, at: this.#clock.now(), ...noted }
  }
}
