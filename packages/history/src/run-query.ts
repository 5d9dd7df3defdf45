import { S3SchedError } from '@s3sched/kernel'
import { checkJobName, invalidArgument, isTime, LATEST_TIME } from './run-key.ts'
import { isRunStatus, RUN_STATUSES, type RunStatus } from './run-status.ts'

/** Epoch ms, or a Date. */
export type Instant = number | { getTime(): number }

/** Which runs. */
export interface RunFilter {
  /** One job, or several. @default all */
  readonly job?: string | readonly string[]
  /** One status, or several. @default all */
  readonly status?: RunStatus | readonly RunStatus[]
  /** Runs whose tick is at this instant or later. */
  readonly since?: Instant
  /** Runs whose tick is before this instant. */
  readonly until?: Instant
}

/** A {@link RunFilter} that was checked. */
export interface ResolvedFilter {
  /** Sorted, no name twice. `undefined`: all. */
  readonly jobs: readonly string[] | undefined
  readonly statuses: ReadonlySet<RunStatus> | undefined
  readonly since: number
  readonly until: number
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` naming what is wrong */
export function resolveFilter(filter: RunFilter, known: readonly string[] = []): ResolvedFilter {
  if (typeof filter !== 'object' || filter === null) throw invalidArgument('the query to be an object', filter)
  for (const name of Object.keys(filter)) {
    if (!['job', 'status', 'since', 'until', ...known].includes(name)) {
      throw invalidArgument(`only job, status, since, until, ${known.join(', ')} in the query`, name)
    }
  }
  const since = resolveInstant('since', filter.since) ?? 0
  const until = resolveInstant('until', filter.until) ?? LATEST_TIME
  if (until < since) {
    throw new S3SchedError(`expected until not to be before since, got ${until} and ${since}`, {
      code: 'INVALID_ARGUMENT',
    })
  }
  return { jobs: resolveJobs(filter.job), statuses: resolveStatuses(filter.status), since, until }
}

export function resolveInstant(name: string, value: Instant | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = typeof value === 'object' && value !== null ? value.getTime() : value
  if (!isTime(ms)) throw invalidArgument(`${name} to be epoch ms or a valid Date`, value)
  return ms
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` */
export function resolveLimit(value: number | undefined, fallback: number, most: number): number {
  if (value === undefined) return fallback
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw invalidArgument(`limit to be an integer from 1 to ${most}`, value)
  }
  return value
}

function resolveJobs(job: RunFilter['job']): readonly string[] | undefined {
  if (job === undefined) return undefined
  const jobs = typeof job === 'string' ? [job] : job
  if (!Array.isArray(jobs) || jobs.length === 0) throw invalidArgument('job to be a name or a list of names', job)
  for (const name of jobs) checkJobName(name)
  return [...new Set(jobs as readonly string[])].toSorted()
}

function resolveStatuses(status: RunFilter['status']): ReadonlySet<RunStatus> | undefined {
  if (status === undefined) return undefined
  const statuses: readonly unknown[] = Array.isArray(status) ? status : [status]
  if (statuses.length === 0 || !statuses.every(isRunStatus)) {
    throw invalidArgument(`status to be one or several of ${RUN_STATUSES.join(', ')}`, status)
  }
  return new Set(statuses)
}
