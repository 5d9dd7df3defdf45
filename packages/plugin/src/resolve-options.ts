import { type AlertRule, resolveRules } from '@s3sched/alerts'
import { type Calendar, parseSchedule } from '@s3sched/cron'
import {
  alsoCalled,
  boolean,
  custom,
  func,
  having,
  integer,
  KEY_NAME,
  oneOf,
  optional,
  resolveOptions,
  withheld,
  string,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import type { SchedulerIsolation } from '@s3sched/engine'
import type { HostProbe } from '@s3sched/lock'
import type { StoreInput } from '@s3sched/store'
import { type AnyJobDefinition, checkCalendars, inScheduler, Mistakes } from '@s3sched/jobs'
import { OTHER_NAMES } from './other-names.ts'
import type { SchedulerOptions, StartedRun } from './options.ts'
import type { FieldsFirstLogger } from './pick-logger.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const CLAIM_AHEAD_MS = 1000
export const DEFAULT_PREFIX = 's3sched/'

/** The options that may be absent. */
type Optional =
  | 'store'
  | 'isolation'
  | 'workerId'
  | 'logger'
  | 'onJobStart'
  | 'onJobComplete'
  | 'onJobError'
  | 'clock'
  | 'random'
  | 'host'

/**
 * The options with every default filled in; `undefined` for options without a default. The jobs are left out: very many
 * jobs would stay in memory without a use.
 */
export type ResolvedSchedulerOptions = Required<Omit<SchedulerOptions, Optional | 'jobs'>> & {
  readonly [K in Optional]: SchedulerOptions[K] | undefined
}

const fields = {
  jobs: custom<Readonly<Record<string, unknown>>>(
    'an object of jobs by name',
    (value): value is Readonly<Record<string, unknown>> =>
      typeof value === 'object' && value !== null && !Array.isArray(value),
    {},
  ),
  enabled: boolean(true),
  timezone: string({ default: 'UTC', max: 64 }),
  calendars: custom<Readonly<Record<string, Calendar>>>(
    'an object of calendars by name',
    (value): value is Readonly<Record<string, Calendar>> =>
      typeof value === 'object' && value !== null && !Array.isArray(value),
    {},
  ),
  maxConcurrentJobs: integer({ min: 1, max: 100_000, default: 100 }),
  defaultTimeout: integer({ min: 0, default: 5 * MINUTE_MS }),
  defaultRetries: integer({ min: 0, max: 100, default: 0 }),
  persistJobs: boolean(true),
  historyRetention: integer({ min: MINUTE_MS, default: 30 * DAY_MS }),
  cleanupInterval: integer({ min: MINUTE_MS, default: DAY_MS }),
  enableCoordinator: boolean(true),
  heartbeatInterval: integer({ min: 500, max: DAY_MS, default: 30_000 }),
  coldStartObservationWindow: integer({ min: 0, max: DAY_MS, default: 750 }),
  skipColdStart: boolean(false),
  recordWithin: integer({ min: 0, max: 300_000, default: 2000 }),
  shards: custom('a power of two from 1 to 64', isShardCount, 1),
  standby: oneOf(['hot', 'cold'], 'hot'),
  store: optional(
    custom<StoreInput>(
      'a connection string, { client, bucket } or an ObjectStore',
      (value): value is StoreInput => typeof value === 'string' || (typeof value === 'object' && value !== null),
    ),
  ),
  prefix: string({ min: 0, max: 512, default: DEFAULT_PREFIX }),
  isolation: optional(
    custom<SchedulerIsolation>(
      'an object',
      (value): value is SchedulerIsolation => typeof value === 'object' && value !== null,
    ),
  ),
  workerId: optional(
    string({
      pattern: KEY_NAME,
      expected: "1 to 128 characters out of A-Z a-z 0-9 _ . -, not '.' or '..'",
    }),
  ),
  claimAhead: optional(integer({ min: 0, max: MINUTE_MS })),
  maxClockSkew: integer({ min: 1000, default: 10 * MINUTE_MS }),
  handleSignals: boolean(true),
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
  host: optional(having<HostProbe>('a host with self and look', 'self', 'look')),
}

const spec = alsoCalled(fields, OTHER_NAMES)

/**
 * Checks the options of the scheduler and fills in the defaults.
 * @param name - the name of the constructor, for messages
 * @throws SchedulerError `INVALID_OPTIONS`, naming every mistake
 */
export function resolveSchedulerOptions(input: unknown, name: string): ResolvedSchedulerOptions {
  const mistakes = new Mistakes()
  const resolved = mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolve(input, name)))
  // A wrong zone is refused even if no job uses the zone yet.
  const timezone: unknown = (input as SchedulerOptions | null | undefined)?.timezone
  if (spec.timezone.accepts(timezone)) {
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => parseSchedule('@daily', { timezone })))
  }
  if (resolved !== undefined)
    mistakes.collect(() => inScheduler('INVALID_OPTIONS', () => resolveRules(resolved.alerts)))
  if (resolved !== undefined) mistakes.collect(() => checkCalendars(resolved.calendars))
  mistakes.throwIfAny()
  if (resolved === undefined) throw new TypeError('the options were refused without a reason')
  return resolved
}

function resolve(input: unknown, name: string): ResolvedSchedulerOptions {
  const resolved = resolveOptions(name, spec, input, [
    ({ claimAhead = 0, heartbeatInterval }) =>
      claimAhead > heartbeatInterval
        ? `expected claimAhead to be at most heartbeatInterval (${heartbeatInterval}), got ${claimAhead}`
        : undefined,
    ({ enableCoordinator, shards }) =>
      shards > 1 && !enableCoordinator
        ? `expected shards to be 1 without enableCoordinator, got ${shards}: nobody leads a shard then`
        : undefined,
    ({ prefix }) =>
      prefix === '' || prefix.endsWith('/') ? undefined : `expected prefix to end with a slash, got '${prefix}'`,
  ])
  const { claimAhead = Math.min(CLAIM_AHEAD_MS, resolved.heartbeatInterval) } = resolved
  const { jobs: _, ...others } = resolved
  return Object.freeze({ ...others, claimAhead })
}

/** Pages of job records are divided by the bits of a hash, and no page has two leaders. */
function isShardCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 64 && Number.isInteger(Math.log2(value))
}

/** The jobs of possibly wrong options; no jobs where `jobs` is not an object of jobs. */
export function jobsOf(options: unknown): Readonly<Record<string, AnyJobDefinition>> {
  const jobs: unknown = (options as { readonly jobs?: unknown } | null)?.jobs
  return spec.jobs.accepts(jobs) ? (jobs as Readonly<Record<string, AnyJobDefinition>>) : {}
}
