import type { RunName } from './run-name.ts'
import type { RunRecord } from './run-record.ts'
import type { RunStatus } from './run-status.ts'

/** A run without its details. */
export interface TimelineEntry extends RunName {
  readonly status: RunStatus
  readonly durationMs: number
  /** Number of attempts. */
  readonly attempts: number
}

/** A run without success. */
export type FailureEntry = RunName & Pick<TimelineEntry, 'status'>

export function entryOf({ attempts, durationMs, job, runId, scheduledTime, status }: RunRecord): TimelineEntry {
  return {
    job,
    runId,
    scheduledTime,
    status,
    durationMs: Math.max(0, Math.round(durationMs)),
    attempts: attempts.at(-1)?.attempt ?? 0,
  }
}
