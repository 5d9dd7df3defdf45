import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'

/**
 * The end of a run in this process; `undefined` when the run was handed over before its first or between two attempts.
 */
export type EndedRun = { readonly outcome: RunOutcome; readonly record: RunRecord } | undefined
