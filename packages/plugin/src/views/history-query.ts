import { describe } from '@s3sched/kernel'
import type { ListQuery, RunStatus } from '@s3sched/history'
import { SchedulerError } from '@s3sched/jobs'

/**
 * A status in a question about the history: one of ours, or a word of s3db.js. `completed` is in its documents, and
 * `error` in its code.
 */
export type AskedStatus = RunStatus | 'completed' | 'error'

/** The runs of a job to read. */
export interface HistoryQuery {
  /** 1 to 1000. @default 50 */
  readonly limit?: number
  /** One status, or several; `completed` is understood as `success`, `error` as `failed`. @default all */
  readonly status?: AskedStatus | readonly AskedStatus[] | null
  /** Only runs scheduled at or after this instant: a Date or epoch ms. */
  readonly since?: Date | number
  /** Only runs scheduled before this instant. */
  readonly until?: Date | number
}

/**
 * The question by our words. A word of neither is left for the history to refuse.
 * @throws SchedulerError `INVALID_ARGUMENT` for a question that is no object
 */
export function inOurWords(asked: HistoryQuery): Omit<ListQuery, 'job'> {
  if (typeof (asked as unknown) !== 'object' || asked === null || Array.isArray(asked)) {
    const problem = `query: expected the options to be an object, got ${describe(asked)}`
    throw new SchedulerError(problem, { code: 'INVALID_ARGUMENT' })
  }
  const { status, ...query } = asked
  if (status === undefined || status === null) return query
  return { ...query, status: isList(status) ? status.map(ourWord) : ourWord(status) }
}

function isList(asked: AskedStatus | readonly AskedStatus[]): asked is readonly AskedStatus[] {
  return Array.isArray(asked)
}

function ourWord(asked: AskedStatus): RunStatus {
  if (asked === 'completed') return 'success'
  return asked === 'error' ? 'failed' : asked
}
