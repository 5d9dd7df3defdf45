import { custom, func, having, isDate, optional, resolveOptions, string, type Clock } from '@s3sched/kernel'
import type { HistoryProblem } from '@s3sched/history'
import { inScheduler } from '@s3sched/jobs'
import type { AuditBounds, AuditedJob } from './audit-job.ts'

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

/** Checked {@link AuditOptions}: the bounds, and the place of the jobs. */
export interface ResolvedAuditOptions extends AuditBounds {
  readonly prefix: string
  readonly job: string | undefined
}

const instant = custom('epoch ms or a valid Date', isInstant)

const SPEC = {
  since: optional(instant),
  until: optional(instant),
  prefix: string({ min: 0, default: 's3sched/' }),
  job: optional(custom<string>('the name of a job', (value): value is string => typeof value === 'string')),
  signal: optional(
    custom<AbortSignal>('an AbortSignal', (value): value is AbortSignal => value instanceof AbortSignal),
  ),
  onJob: optional(func<NonNullable<AuditOptions['onJob']>>()),
  onProblem: optional(func<NonNullable<AuditOptions['onProblem']>>()),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
}

/**
 * A misspelt bound would audit another time in silence.
 * @throws SchedulerError `INVALID_ARGUMENT`, naming every mistake
 */
export function resolveAuditOptions(options: AuditOptions): ResolvedAuditOptions {
  const { job, onProblem, prefix, signal, since, until } = inScheduler('INVALID_ARGUMENT', () =>
    resolveOptions('audit', SPEC, options, [problemOfPeriod]),
  )
  return { job, onProblem, prefix, signal, since: toMs(since), until: toMs(until) }
}

interface Period {
  readonly since: Date | number | undefined
  readonly until: Date | number | undefined
}

function problemOfPeriod({ since, until }: Period): string | undefined {
  if (since === undefined || until === undefined || toMs(since) <= toMs(until)) return undefined
  return `expected until not to be before since, got ${toMs(until)} and ${toMs(since)}`
}

function toMs(value: Date | number): number
function toMs(value: Date | number | undefined): number | undefined
function toMs(value: Date | number | undefined): number | undefined {
  return isDate(value) ? value.getTime() : value
}

function isInstant(value: unknown): value is Date | number {
  const ms = isDate(value) ? value.getTime() : value
  return typeof ms === 'number' && !Number.isNaN(ms)
}
