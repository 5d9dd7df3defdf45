import {
  boolean,
  custom,
  func,
  integer,
  JOB_NAME_EXPECTED,
  optional,
  type OptionField,
  type OptionSpec,
  resolveOptions,
  type ResolvedOptions,
} from '@s3sched/kernel'
import { CALL_SPEC } from './call-options.ts'
import type { ProblemReports } from './history-problem.ts'
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

/** A checked query: the filter, and the options beside it. */
export type ResolvedQuery<S extends OptionSpec> = ResolvedOptions<S & typeof CALL_SPEC> & {
  readonly filter: ResolvedFilter
}

/**
 * @param own - the options of the query beside the filter and those of each call
 * @throws S3SchedError `INVALID_OPTIONS`, naming everything that is wrong
 */
export function resolveQuery<S extends OptionSpec>(own: S, query: unknown): ResolvedQuery<S> {
  const given = resolveOptions('query', { ...FILTER_SPEC, ...CALL_SPEC, ...own }, query, [
    ({ since, until }) => {
      const [from, to] = [toMs(since), toMs(until)] as [number | undefined, number | undefined]
      if (from === undefined || to === undefined || from <= to) return undefined
      return `expected until not to be before since, got ${to} and ${from}`
    },
  ])
  return { ...given, filter: filterOf(given as RunFilter) }
}

/** @throws S3SchedError `INVALID_OPTIONS`, naming everything that is wrong. */
export function resolveFilter(filter: RunFilter): ResolvedFilter {
  return resolveQuery({}, filter).filter
}

/** Options of several queries. */
export const QUERY_SPEC: {
  readonly refresh: OptionField<boolean | undefined>
  readonly onProblem: OptionField<NonNullable<ProblemReports['onProblem']> | undefined>
} = {
  refresh: optional(boolean()),
  onProblem: optional(func<NonNullable<ProblemReports['onProblem']>>()),
}

/** The most runs of a query. */
export function limitOf(fallback: number, most: number): OptionField<number> {
  return integer({ min: 1, max: most, default: fallback })
}

function filterOf({ job, status, since, until }: RunFilter): ResolvedFilter {
  return {
    jobs: job === undefined ? undefined : [...new Set(asList(job))].toSorted(),
    statuses: status === undefined ? undefined : new Set(asList(status)),
    since: since === undefined ? 0 : (toMs(since) as number),
    until: until === undefined ? LATEST_TIME : (toMs(until) as number),
  }
}

/** The filter for the runs without success alone. */
export function failuresOf(filter: ResolvedFilter): ResolvedFilter {
  const statuses = new Set([...(filter.statuses ?? RUN_STATUSES)].filter((status) => status !== 'success'))
  return { ...filter, statuses }
}

/** @throws S3SchedError `INVALID_ARGUMENT` */
export function resolveInstant(scheduledTime: Instant): number {
  const ms = toMs(scheduledTime)
  if (!isTime(ms)) throw invalidArgument('scheduledTime to be epoch ms or a valid Date', scheduledTime)
  return ms
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
