import type { RecordCache } from '@s3sched/jobs/bucket'
import type { SignSightings } from '../runs/sign-sightings.ts'

export interface DueReaderDeps {
  readonly records: Pick<RecordCache, 'look' | 'peek'>
  readonly sightings: SignSightings
}

/** Reads the records of due jobs. */
export class DueReader {
  readonly #deps: DueReaderDeps

  constructor(deps: DueReaderDeps) {
    this.#deps = deps
  }

  /** Brings the records of the due jobs up to date: 1 conditional GET for each page. @throws StoreError */
  async refresh(due: readonly string[], signal: AbortSignal): Promise<void> {
    const { records, sightings } = this.#deps
    await records.look(due, signal)
    for (const name of due) sightings.see(name, records.peek(name)?.running ?? [])
  }
}
