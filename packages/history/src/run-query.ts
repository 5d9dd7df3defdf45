import { custom, integer, JOB_NAME_EXPECTED, optional, resolveOptions } from '@s3sched/kernel'
import { isTime, LATEST_TIME } from './inverted-time.ts'
import { invalidArgument, isJobName } from './run-name.ts'
import { isRunStatus, RUN_STATUSES, type RunStatus } from './run-status.ts'

/** Epoch ms, or a Date. */
export type Instant = number | Pick<Date, 'getTime'>

/** The selected runs. */
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

/** A checked {@link RunFilter}. */
export interface ResolvedFilter {
  /** Sorted, without duplicates. `undefined`: all. */
  readonly jobs: readonly string[] | undefined
  readonly statuses: ReadonlySet<RunStatus> | undefined
  readonly since: number
  readonly until: number
}

const instant = custom<Instant>('epoch ms or a valid Date', (value): value is Instant => isTime(toMs(value)))

const FILTER_SPEC = {
  job: optional(
    custom<string | readonly string[]>(
      `${JOB_NAME_EXPECTED}, or a list of names`,
      (value): value is string | readonly string[] => isOneOrMany(value, isJobName),
    ),
  ),
  status: optional(
    custom<RunStatus | readonly RunStatus[]>(
      `one or several of ${RUN_STATUSES.join(', ')}`,
      (value): value is RunStatus | readonly RunStatus[] => isOneOrMany(value, isRunStatus),
    ),
  ),
  since: optional(instant),
  until: optional(instant),
}

/** @throws S3SchedError `INVALID_OPTIONS`, naming everything that is wrong. */
export function resolveFilter(filter: RunFilter): ResolvedFilter {
  const { job, status, since, until } = resolveOptions('query', FILTER_SPEC, filter, [
    (given) => {
      const [from, to] = [toMs(given.since), toMs(given.until)] as [number | undefined, number | undefined]
      if (from === undefined || to === undefined || from <= to) return undefined
      return `expected until not to be before since, got ${to} and ${from}`
    },
  ])
  return {
    jobs: job === undefined ? undefined : [...new Set(asList(job))].toSorted(),
    statuses: status === undefined ? undefined : new Set(asList(status)),
    since: since === undefined ? 0 : (toMs(since) as number),
    until: until === undefined ? LATEST_TIME : (toMs(until) as number),
  }
}

/** A checked filter for the runs without success alone. @throws S3SchedError `INVALID_OPTIONS` */
export function resolveFailures(filter: RunFilter): ResolvedFilter {
  const resolved = resolveFilter(filter)
  const statuses = new Set([...(resolved.statuses ?? RUN_STATUSES)].filter((status) => status !== 'success'))
  return { ...resolved, statuses }
}

/** @throws S3SchedError `INVALID_ARGUMENT` */
export function resolveInstant(scheduledTime: Instant): number {
  const ms = toMs(scheduledTime)
  if (!isTime(ms)) throw invalidArgument('scheduledTime to be epoch ms or a valid Date', scheduledTime)
  return ms
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveLimit(limit: number | undefined, fallback: number, most: number): number {
  return resolveOptions('query', { limit: integer({ min: 1, max: most, default: fallback }) }, { limit }).limit
}

function toMs(value: unknown): unknown {
  const isDate =
    typeof value === 'object' && value !== null && 'getTime' in value && typeof value.getTime === 'function'
  return isDate ? (value as { getTime(): unknown }).getTime() : value
}

function isOneOrMany(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isOne) : isOne(value)
}

function asList<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value
}
