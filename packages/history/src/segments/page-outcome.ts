import type { RunName } from '../run-name.ts'
import { problemsOf, type RunRecord } from '../run-record.ts'

/** The outcome of a run as it lies in a page. The record is short: large parts lie in an object of their own. */
export interface PageOutcome {
  /** Unique among the outcomes of a page: a verdict and the real end of one run have different ids. */
  readonly id: string
  readonly run: RunRecord
}

/** A page with outcomes, as last known to the page's owner. */
export interface PageOutcomes {
  readonly page: string
  readonly outcomes: readonly PageOutcome[]
}

export function pageOutcome(run: RunRecord): PageOutcome {
  return { id: `${runNameOf(run)}.${run.status}`, run }
}

/** An outcome from a page that any writer may have written; `undefined` for an entry that is no outcome. */
export function parseOutcome(id: string, run: unknown): PageOutcome | undefined {
  return problemsOf(run).length === 0 ? { id, run: run as RunRecord } : undefined
}

const sizes = new WeakMap<RunRecord, number>()

/** The size of a record as JSON, in bytes; measured once for each object. */
export function sizeOf(run: RunRecord): number {
  let size = sizes.get(run)
  if (size === undefined) sizes.set(run, (size = Buffer.byteLength(JSON.stringify(run))))
  return size
}

/** The same run: a verdict and the late truth, or two copies of a record. */
export function runNameOf({ job, runId }: Omit<RunName, 'scheduledTime'>): string {
  return `${job}/${runId}`
}
