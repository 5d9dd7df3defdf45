import type { PageOutcome } from '@s3sched/history/segments'
import type { JobRecord } from '../record/job-record.ts'
import type { RecordChange, SignOf } from './record-change.ts'

/** A change on its way. */
export interface WaitingChange {
  readonly name: string
  /** The change, applied to a record. */
  apply(record: JobRecord | undefined, signOf: SignOf): RecordChange<unknown>
}

/** A record as it will be once the waiting changes are written, with the outcomes of these changes. */
export interface ExpectedRecord {
  readonly record: JobRecord | undefined
  readonly outcomes: readonly PageOutcome[]
}

/** The changes of this process that wait for other writes, or are being written, by job. */
export class WaitingChanges {
  readonly #changes = new Map<string, WaitingChange[]>()

  add(change: WaitingChange): void {
    const waiting = this.#changes.get(change.name)
    if (waiting === undefined) this.#changes.set(change.name, [change])
    else waiting.push(change)
  }

  delete(change: WaitingChange): void {
    const waiting = this.#changes.get(change.name)
    const place = waiting?.indexOf(change) ?? -1
    if (waiting === undefined || place === -1) return
    if (waiting.length === 1) this.#changes.delete(change.name)
    else waiting.splice(place, 1)
  }

  has(name: string): boolean {
    return this.#changes.has(name)
  }

  /** The jobs with waiting changes. */
  names(): string[] {
    return [...this.#changes.keys()]
  }

  /** @param found - the last known record */
  expect(name: string, found: JobRecord | undefined, signOf: SignOf): ExpectedRecord {
    let record = found
    const outcomes: PageOutcome[] = []
    for (const change of this.#changes.get(name) ?? []) {
      const changed = change.apply(record, signOf)
      if (!('write' in changed)) continue
      record = changed.write
      outcomes.push(...(changed.outcomes ?? []))
    }
    return { record, outcomes }
  }
}
