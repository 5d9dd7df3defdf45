import type { RunRecord } from '@s3sched/history'
import { pageOutcome, type PageOutcome } from '@s3sched/history/segments'
import { endRun, type JobRecord, type OpenRun, pauseBetween, type PausedFor } from '@s3sched/jobs'
import type { RecordChange, RecordUpdate } from '@s3sched/jobs/bucket'
import type { RunOutcomes } from '../run-outcomes.ts'
import type { RunStart } from './run-start.ts'

/** Hears the answer to the write of an end. Must not throw. */
export interface RunEndHost {
  /** The record holds the end, or has no place for the end any more. */
  written(end: RunEnd): void
  failed(end: RunEnd, error: unknown): void
}

/** The facts of an end. */
interface RunEndFacts {
  readonly start: RunStart
  readonly ended: RunRecord
  /** True if the run was kept when its action ended. */
  readonly isKept: boolean
  /** The longest wait for other writes, in ms. */
  readonly withinMs: number
  /** Called once, when the end is written or given up. Must not throw. */
  readonly over: () => void
}

/** The end of a run on its way into the bucket, answered by a call: thousands of runs may end at an instant. */
export class RunEnd implements RecordUpdate<'gone' | 'taken over'> {
  readonly facts: RunEndFacts
  /** The history's share of the change. */
  outcome: RunOutcomes
  /** True if others have declared the run lost, by the last decision about the change, which is the one that counts. */
  isFound = false
  /** Why the end pauses the job, by the same decision. */
  paused: PausedFor | undefined
  /** True if the end takes back a pause of the job, by the same decision. */
  isResumed = false
  readonly #host: RunEndHost

  constructor(host: RunEndHost, facts: RunEndFacts) {
    this.#host = host
    this.facts = facts
  }

  change(record: JobRecord | undefined): RecordChange<'gone' | 'taken over'> {
    const { ended, start } = this.facts
    const { run } = start
    this.isFound = isJudged(record, run.runId)
    const decided = endOf(record, { ended, outcome: this.outcome, run })
    const written = record !== undefined && 'write' in decided ? decided.write : undefined
    this.paused = record === undefined || written === undefined ? undefined : pauseBetween(record, written)
    this.isResumed = record?.paused === true && written?.paused === false
    return decided
  }

  answered(): void {
    this.#host.written(this)
  }

  failed(error: unknown): void {
    this.#host.failed(this, error)
  }
}

/** True for a run that others have declared lost, and that was not opened again. */
function isJudged(record: JobRecord | undefined, runId: string): boolean {
  return record?.lost.includes(runId) === true && !record.running.some((open) => open.runId === runId)
}

function endOf(
  record: JobRecord | undefined,
  { ended, outcome, run }: { readonly ended: RunRecord; readonly outcome: RunOutcomes; readonly run: OpenRun },
): RecordChange<'gone' | 'taken over'> {
  if (record === undefined) return { stop: 'gone' }
  const next = endRun(record, ended, run.fence)
  if (next === undefined) return { stop: 'taken over' }
  // The verdict may be in a segment by now, and readers of the end alone must know of the verdict.
  const open = record.running.find(({ runId }) => runId === ended.runId)
  const wasLost = open?.wasLost === true || record.lost.includes(ended.runId)
  return { write: next, outcomes: wasLost ? outcome?.map(markLost) : outcome }
}

function markLost({ run }: PageOutcome): PageOutcome {
  return pageOutcome({ ...run, wasLost: true })
}
