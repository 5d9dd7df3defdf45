import { describe, isDate } from '@s3sched/kernel'
import { openStore, scopeStore, type ObjectStore, type StoreInput } from '@s3sched/store'
import { checkJobName, SchedulerError } from '@s3sched/jobs'
import { readRecords } from './read-records.ts'
import { auditJob, type AuditBounds, type AuditedJob } from './audit-job.ts'

export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the definitions and the run records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default now, by the store's clock */
  readonly until?: Date | number
  /** Same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** Same as the scheduler's option, in ms: a run declared lost after a longer time may have ended. @default 30 days */
  readonly historyRetention?: number
  /** The name of a single job to audit. @default all */
  readonly job?: string
  /** Gives up at once, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called after each job. Must not throw. */
  readonly onJob?: (progress: AuditProgress) => void
}

export interface AuditProgress {
  /** The row of the job; `undefined` for a job without a row. */
  readonly audited: AuditedJob | undefined
  /** The number of jobs audited so far, and the number of all jobs. */
  readonly done: number
  readonly total: number
}

const RETENTION_MS = 30 * 86_400_000

/**
 * Recomputes each job's due ticks, and compares the ticks with the bucket. An audit reads the bucket alone and trusts
 * no process: 1 LIST and 2 GET for each page of job records, and for each job with a schedule, now or before, 2 LIST per
 * 1,000 runs and 1 GET per run.
 *
 * A due tick that nobody has settled yet is `open`, up to the moment of the audit.
 *
 * The job's record tells which ticks counted, across changes of schedule and zone, pauses, removals and returns: the
 * last 32 changes. Earlier ticks, and ticks before the rest of pruned run records, are unknowable and left out; the
 * audited time of each row begins at `from`.
 *
 * A job with an unreadable record has its own row, with a {@link AuditedJob.problem}.
 *
 * @throws SchedulerError `INVALID_ARGUMENT`, `INVALID_JOB`; and the store's errors
 */
export async function audit(connection: StoreInput, options: AuditOptions = {}): Promise<AuditedJob[]> {
  const { historyRetention = RETENTION_MS } = options
  const bounds = {
    since: instantOf('since', options.since),
    until: instantOf('until', options.until),
    historyRetention,
    signal: options.signal,
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
  const { job: only, onJob } = options
  const { history, now, records } = await readRecords(store, bounds.signal)
  const jobs = only === undefined ? [...records.keys()] : [only]
  const audited: AuditedJob[] = []
  for (const [index, job] of jobs.entries()) {
    const read = records.get(job)
    const row = read === undefined ? undefined : await auditJob(history, job, { read, now }, bounds)
    if (row !== undefined) audited.push(row)
    onJob?.({ audited: row, done: index + 1, total: jobs.length })
  }
  return audited
}

/** @throws SchedulerError `INVALID_ARGUMENT` */
function instantOf(name: string, instant: unknown): number | undefined {
  const ms = isDate(instant) ? instant.getTime() : instant
  if (ms === undefined || (typeof ms === 'number' && !Number.isNaN(ms))) return ms
  throw new SchedulerError(`audit: expected ${name} to be epoch ms or a valid Date, got ${describe(instant)}`, {
    code: 'INVALID_ARGUMENT',
  })
}
