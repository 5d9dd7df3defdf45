import type { RunName } from '../run-name.ts'
import { problemsOf, type RunRecord } from '../run-record.ts'

/** The outcome of a run as it lies in a page. The record is short: large parts lie in an object of their own. */
export interface PageOutcome {
  /** Unique among the outcomes of a page: a verdict and the real end of one run have different ids. */
  readonly id: string
  readonly run: RunRecord
  /** The record as JSON, made once: the page and the segment take the text as it is. */
  readonly text: string
}

/** A page with outcomes, as last known to the page's owner. */
export interface PageOutcomes {
  readonly page: string
  readonly outcomes: readonly PageOutcome[]
}

/** The entry of a page for a run. */
export function pageOutcome(run: RunRecord): PageOutcome {
  return encodedOutcome({ run, text: JSON.stringify(run) })
}

export function encodedOutcome({ run, text }: Pick<PageOutcome, 'run' | 'text'>): PageOutcome {
  return { id: `${runNameOf(run)}.${run.status}`, run, text }
}

/** An outcome from a page that any writer may have written; `undefined` for an entry that is no outcome. */
export function parseOutcome(id: string, text: string): PageOutcome | undefined {
  const run = parsed(text)
  return problemsOf(run).length === 0 ? { id, run: run as RunRecord, text } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The size of an outcome's record, in bytes of JSON. */
export function sizeOf({ text }: Pick<PageOutcome, 'text'>): number {
  return Buffer.byteLength(text)
}

/** The same run: a verdict and the late truth, or two copies of a record. */
export function runNameOf({ job, runId }: Omit<RunName, 'scheduledTime'>): string {
  return `${job}/${runId}`
}
