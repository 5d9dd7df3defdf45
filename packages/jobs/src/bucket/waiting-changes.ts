import type { PageOutcome } from '@s3sched/history/segments'
import type { JobRecord } from '../record/job-record.ts'
import type { ChangeOfRecord, SignOf } from './record-change.ts'

/** A record as it will be once the waiting changes are written, with the outcomes of these changes. */
export interface ExpectedRecord {
  readonly record: JobRecord | undefined
  readonly outcomes: readonly PageOutcome[]
}

/** The changes of this process that wait for company, or are being written, by job. */
export class WaitingChanges {
  readonly #changes = new Map<string, Set<ChangeOfRecord<unknown>>>()

  add(name: string, change: ChangeOfRecord<unknown>): void {
    const waiting = this.#changes.get(name)
    if (waiting === undefined) this.#changes.set(name, new Set([change]))
    else waiting.add(change)
  }

  delete(name: string, change: ChangeOfRecord<unknown>): void {
    const waiting = this.#changes.get(name)
    waiting?.delete(change)
    if (waiting?.size === 0) this.#changes.delete(name)
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
      const changed = change(record, signOf)
      if (!('write' in changed)) continue
      record = changed.write
      outcomes.push(...(changed.outcomes ?? []))
    }
    return { record, outcomes }
  }
}
