import { describe, isDate } from '@s3sched/kernel'
import { listAll, openStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { checkJobName, isJobName } from '../job/job-name.ts'
import type { StoreInput } from '../options.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { auditJob, type AuditBounds, type AuditedJob } from './audit-job.ts'

export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the definitions and the run records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default now, by the store's clock */
  readonly until?: Date | number
  /** As the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** As the scheduler's option, in ms: a run that was declared lost later than that may have ended. @default 30 days */
  readonly historyRetention?: number
  /** The name of the one job that is looked at: no LIST of the jobs. @default all */
  readonly job?: string
  /** Gives up at once, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called after each job. Must not throw. */
  readonly onJob?: (progress: AuditProgress) => void
}

export interface AuditProgress {
  /** The row of the job; `undefined` for a job without a row. */
  readonly audited: AuditedJob | undefined
  /** How many jobs were looked at so far, and how many there are. */
  readonly done: number
  readonly total: number
}

const PREFIX = 'jobs/'
const SUFFIX = '.json'
const RETENTION_MS = 30 * 86_400_000

/**
 * Recomputes which ticks of each job were due and holds them against what the bucket says became of them. It reads the
 * bucket alone and believes no process: 1 LIST of the jobs, and for each that has or had a schedule 1 GET, 2 LIST per 1,000
 * runs and 1 GET per run.
 *
 * A tick that is due and that nobody has settled yet is `open`, up to the moment of the audit.
 *
 * The job's record tells what counted when, across changes of schedule and zone, pauses, removals and returns: the last 32
 * of them. What lies before those, and before what is left of pruned run records, can't be told and is not looked at; each
 * row says `from` when on it speaks.
 *
 * A job whose record can't be read has a row of its own, with a {@link AuditedJob.problem}.
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
  const jobs = only === undefined ? await jobNames(store, bounds.signal) : [only]
  const audited: AuditedJob[] = []
  for (const [index, job] of jobs.entries()) {
    const row = await auditJob(store, job, bounds)
    if (row !== undefined) audited.push(row)
    onJob?.({ audited: row, done: index + 1, total: jobs.length })
  }
  return audited
}

/** An object that is not named as a job is none of a scheduler's. */
async function jobNames(store: ObjectStore, signal: AbortSignal | undefined): Promise<string[]> {
  const keys = (await listAll(store, PREFIX, { signal })).map(({ key }) => key)
  const names = keys.filter((key) => key.endsWith(SUFFIX)).map((key) => key.slice(PREFIX.length, -SUFFIX.length))
  return names.filter((name) => isJobName(name))
}

/** @throws SchedulerError `INVALID_ARGUMENT` */
function instantOf(name: string, instant: unknown): number | undefined {
  const ms = isDate(instant) ? instant.getTime() : instant
  if (ms === undefined || (typeof ms === 'number' && !Number.isNaN(ms))) return ms
  throw new SchedulerError(`audit: expected ${name} to be epoch ms or a valid Date, got ${describe(instant)}`, {
    code: 'INVALID_ARGUMENT',
  })
}
