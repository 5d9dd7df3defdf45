import { type AlertRule, resolveRules } from '@s3sched/alerts'
import {
  alsoCalled,
  boolean,
  custom,
  func,
  having,
  isObject,
  optional,
  resolveOptions,
  withheld,
  string,
  type Clock,
  type Logger,
  type OptionField,
  type Random,
} from '@s3sched/kernel'
import {
  checkEngineOptions,
  claimAheadOf,
  engineFields,
  type EngineOptions,
  engineRelations,
  type ResolvedEngineOptions,
  type SchedulerIsolation,
} from '@s3sched/engine'
import type { StoreInput } from '@s3sched/store'
import { type AnyJobDefinition, inScheduler, Mistakes } from '@s3sched/jobs'
import type { SchedulerOptions, StartedRun } from './options.ts'
import type { FieldsFirstLogger } from './pick-logger.ts'

export const DEFAULT_PREFIX = 's3sched/'

/** The options that may be absent. */
type Optional = 'store' | 'isolation' | 'logger' | 'onJobStart' | 'onJobComplete' | 'onJobError' | 'clock' | 'random'

/**
 * The options with every default filled in; `undefined` for options without a default. The jobs are left out: very many
 * jobs would stay in memory without a use.
 */
export type ResolvedSchedulerOptions = ResolvedEngineOptions &
  Required<Omit<SchedulerOptions, keyof EngineOptions | Optional | 'jobs'>> & {
    readonly [K in Optional]: SchedulerOptions[K] | undefined
  }

/** The time for open runs in a stop. */
export const timeToStop = (fallback?: number): OptionField<number> =>
  custom('a number of ms >= 0', (value): value is number => typeof value === 'number' && value >= 0, fallback)

const ownFields = {
  jobs: custom('an object of jobs by name', isObject, {}),
  enabled: boolean(true),
  store: optional(
    custom<StoreInput>(
      'a connection string, { client, bucket } or an ObjectStore',
      (value): value is StoreInput => typeof value === 'string' || (typeof value === 'object' && value !== null),
    ),
  ),
  prefix: string({ min: 0, max: 512, default: DEFAULT_PREFIX }),
  isolation: optional(custom('an object', (value): value is SchedulerIsolation => isObject(value))),
  handleSignals: boolean(true),
  stopTimeout: timeToStop(20_000),
  alerts: withheld(
    custom<readonly AlertRule[]>('a list', (value): value is readonly AlertRule[] => Array.isArray(value), []),
  ),
  logger: optional(
    having<Logger | FieldsFirstLogger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error'),
  ),
  onJobStart: optional(func<(jobName: string, context: StartedRun) => unknown>()),
  onJobComplete: optional(func<(jobName: string, result: unknown, duration: number) => unknown>()),
  onJobError: optional(func<(jobName: string, error: Error, attempts: number) => unknown>()),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
}

/** The names of other schedulers (Agenda, Bree, BullMQ, node-cron), for the advice of errors. */
const OTHER_NAMES = {
  store: ['db', 'database', 'connection', 'connectionString', 'bucket', 'client'],
  prefix: ['keyPrefix'],
  isolation: ['worker', 'workers'],
  handleSignals: ['signals', 'gracefulShutdown'],
  stopTimeout: ['shutdownTimeout', 'drainTimeout'],
  alerts: ['notifications'],
  logger: ['log'],
  onJobStart: ['onStart'],
  onJobComplete: ['onComplete', 'onSuccess'],
  onJobError: ['onError', 'onFailure', 'onJobFailed', 'errorHandler'],
}

const spec = { ...engineFields, ...alsoCalled(ownFields, OTHER_NAMES) }

/**
 * Checks the options of the scheduler and fills in the defaults.
 * @param name - the name of the constructor, for messages
 * @throws SchedulerError `INVALID_OPTIONS`, naming every mistake
 */
export function resolveSchedulerOptions(input: unknown, name: string): ResolvedSchedulerOptions {
  const mistakes = new Mistakes()
  const resolved = mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolve(input, name)))
  checkEngineOptions(input, name, mistakes)
  if (resolved !== undefined)
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolveRules(resolved.alerts)))
  mistakes.throwIfAny()
  if (resolved === undefined) throw new TypeError('the options were refused without a reason')
  return resolved
}

function resolve(input: unknown, name: string): ResolvedSchedulerOptions {
  const resolved = resolveOptions(name, spec, input, [
    ...engineRelations,
    ({ prefix }) =>
      prefix === '' || prefix.endsWith('/') ? undefined : `expected prefix to end with a slash, got '${prefix}'`,
  ])
  const { jobs: _, ...others } = resolved
  return Object.freeze({ ...others, claimAhead: claimAheadOf(resolved) })
}

/** The jobs of possibly wrong options; no jobs where `jobs` is not an object of jobs. */
export function jobsOf(options: unknown): Readonly<Record<string, AnyJobDefinition>> {
  const jobs: unknown = (options as { readonly jobs?: unknown } | null)?.jobs
  return spec.jobs.accepts(jobs) ? (jobs as Readonly<Record<string, AnyJobDefinition>>) : {}
}
