import { describe, isDate, systemClock, type Clock } from '@s3sched/kernel'
import { openStore, scopeStore, type ObjectStore, type StoreInput } from '@s3sched/store'
import type { HistoryProblem } from '@s3sched/history'
import { readPrunedTo } from '@s3sched/history/segments'
import { checkJobName, refuseOldLayout, SchedulerError } from '@s3sched/jobs'
import { problemRow, type AuditBounds, type AuditedJob } from './audit-job.ts'
import { auditPages } from './audit-pages.ts'
import { readRecords } from './read-records.ts'

/** The period and the jobs of an audit. */
export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the definitions and the run records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default now, by the store's clock */
  readonly until?: Date | number
  /** Same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** The name of a single job to audit. @default all */
  readonly job?: string
  /** Gives up at once, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called after each job. Must not throw. */
  readonly onJob?: (progress: AuditProgress) => void
  /**
   * Called for each object of the history that is not ours, or can't be read whole. Its runs are not counted, so that
   * their ticks may be unaccounted for. Must not throw.
   */
  readonly onProblem?: (problem: HistoryProblem) => void
  /** Measures the time since an answer of the store told the store's time. @default the system's */
  readonly clock?: Clock
}

/** The progress of an audit, told after each job. */
export interface AuditProgress {
  /** The row of the job; `undefined` for a job without a row. */
  readonly audited: AuditedJob | undefined
  /** The number of jobs audited so far, and the number of all jobs; an unreadable page counts as one job. */
  readonly done: number
  readonly total: number
}

/**
 * Recomputes each job's due ticks, and compares the ticks with the bucket. An audit reads the bucket alone and trusts
 * no process: 1 LIST, 1 GET, and 2 GET for each page of job records; then 1 LIST of all
 * segments, 1 LIST of the archive, and 1 GET for each segment and file with wanted runs. Some 20 bytes stay in memory for each run.
 *
 * A due tick that nobody has settled yet is `open`, up to the moment of the audit.
 *
 * The job's record tells which ticks counted, across changes of schedule and zone, pauses, removals and returns: the
 * last 32 changes. Earlier ticks, and ticks whose outcomes may have been pruned, are unknowable and left out; the
 * audited time of each row begins at `from`.
 *
 * A job with an unreadable record has its own row, with a {@link AuditedJob.problem}, and so has an unreadable page of
 * jobs.
 *
 * @throws SchedulerError `INVALID_ARGUMENT`, `INVALID_JOB`, `OLD_LAYOUT`; and the store's errors
 */
export async function audit(connection: StoreInput, options: AuditOptions = {}): Promise<AuditedJob[]> {
  const bounds = {
    since: instantOf('since', options.since),
    until: instantOf('until', options.until),
    signal: options.signal,
    onProblem: options.onProblem,
  }
  if (options.job !== undefined) checkJobName(options.job)
  const opened = openStore(connection)
  try {
    return await auditStore(scopeStore(opened, options.prefix ?? 's3sched/'), bounds, options)
  } finally {
    if (opened !== connection) await opened.close()
  }
}

async function auditStore(store: ObjectStore, bounds: AuditBounds, options: AuditOptions): Promise<AuditedJob[]> {
  const { clock = systemClock, job: only, onJob } = options
  const { signal } = bounds
  await refuseOldLayout(store, signal)
  const { history, now, pages, unreadable } = await readRecords(store, { clock, only, signal })
  const prunedTo = await readPrunedTo(store, { signal })
  const isWanted = (name: string): boolean => only === undefined || name === only
  const named = pages.map((page) => ({ page, names: [...page.keys()].filter(isWanted).toSorted() }))
  const total = unreadable.length + named.reduce((sum, { names }) => sum + names.length, 0)
  const audited: AuditedJob[] = []
  let done = 0
  const tell = (row: AuditedJob | undefined): void => {
    if (row !== undefined) audited.push(row)
    onJob?.({ audited: row, done: ++done, total })
  }
  for (const { key, problem } of unreadable) {
    tell(problemRow(key, `the records of its jobs can't be read: ${problem}`))
  }
  for await (const [, row] of auditPages({ pages: named, history, only, prunedTo, now }, bounds)) tell(row)
  return audited.toSorted((a, b) => (a.job < b.job ? -1 : 1))
}

/** @throws SchedulerError `INVALID_ARGUMENT` */
function instantOf(name: string, instant: unknown): number | undefined {
  const ms = isDate(instant) ? instant.getTime() : instant
  if (ms === undefined || (typeof ms === 'number' && !Number.isNaN(ms))) return ms
  throw new SchedulerError(`audit: expected ${name} to be epoch ms or a valid Date, got ${describe(instant)}`, {
    code: 'INVALID_ARGUMENT',
  })
}
