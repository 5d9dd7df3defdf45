import type { RecordCache } from '@s3sched/jobs'
import type { SignSightings } from '../runs/sign-sightings.ts'

export interface DueReaderDeps {
  readonly records: Pick<RecordCache, 'look' | 'peek'>
  readonly sightings: SignSightings
  /** The ms until no other instance works on a run of the job any more; `undefined` when unknown. */
  readonly othersOverInMs: (name: string) => number | undefined
}

/** Reads the records of due jobs, as `decide-look.ts` decides. */
export class DueReader {
  readonly #deps: DueReaderDeps
  /** Overdue jobs that wait only for the end of a run elsewhere, at a known instant. */
  readonly #held = new Set<string>()

  constructor(deps: DueReaderDeps) {
    this.#deps = deps
  }

  /** The job waits for the end of a run elsewhere. */
  hold(name: string): void {
    this.#held.add(name)
  }

  forget(): void {
    this.#held.clear()
  }

  /**
   * Brings the records of the due jobs up to date: 1 conditional GET for each page. A held job whose run elsewhere is
   * over for sure needs no read: its claim fails if the record has changed.
   * @throws StoreError
   */
  async refresh(due: readonly string[], signal: AbortSignal): Promise<void> {
    const { records, othersOverInMs, sightings } = this.#deps
    const unsure = due.filter((name) => !(this.#held.delete(name) && othersOverInMs(name) === 0))
    await records.look(unsure, signal)
    for (const name of unsure) sightings.see(name, records.peek(name)?.running ?? [])
  }
}
