import { custom, describe, integer, number, optional, resolveOptions, string } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import {
  checkIntervalFields,
  compileSchedule,
  type EverySchedule,
  type GroupLimit,
  SchedulerError,
  startOfTick,
  type StoredSchedule,
  storeSchedule,
} from '@s3sched/jobs'
import { runsPerMonth } from './runs-per-month.ts'

/** The properties of a job that decide about its requests. */
export interface CostedJob {
  readonly schedule: string | EverySchedule | StoredSchedule | readonly (string | EverySchedule)[]
  /** IANA name. @default the estimate's */
  readonly timezone?: string
  /** The name decides about the value of an `H` and the jitter. @default another name for each job */
  readonly name?: string
  /** Same as the job's option, ms. @default 0 */
  readonly jitterMs?: number
  /** Share of the job's runs without success, 0 to 1. @default the estimate's */
  readonly failureRate?: number
  /** The duration of a run, ms: during a long run, writes say that the run goes on. @default 0 */
  readonly durationMs?: number
  /** Same as the job's option. @default none */
  readonly group?: string
  /** Same as the job's option: a limit of the fleet is kept by writes. @default 1, in each process */
  readonly groupLimit?: number | GroupLimit
}

/** Jobs that start at the same instants. */
export interface JobGroup {
  readonly jobs: number
  /** The sum of the jobs' failure rates. */
  readonly failureRates: number
  /** The runs of each single job. */
  readonly runsPerMonth: number
  /** The first tick after an instant, epoch ms. */
  readonly next: Schedule['next']
  /** The start of a tick, epoch ms. */
  readonly startOf: (tick: number) => number
  readonly durationMs: number
  /** The concurrency group with its limit for the fleet; `undefined` without such a limit. */
  readonly bounded: { readonly name: string; readonly limit: number } | undefined
}

/** The zone and the failure rate for jobs without their own. */
export type GroupOptions = Required<Pick<CostedJob, 'timezone' | 'failureRate'>>

const JOB = {
  schedule: custom<unknown>('a schedule', (_value): _value is unknown => true, null),
  timezone: optional(string()),
  name: optional(string()),
  jitterMs: integer({ min: 0, max: 86_400_000, default: 0 }),
  failureRate: optional(number({ min: 0, max: 1 })),
  durationMs: number({ min: 0, default: 0 }),
  group: optional(string({ max: 128 })),
  groupLimit: optional(
    custom<number | GroupLimit>(
      'an integer from 1 to 100000 for each process, or { process, fleet }',
      (value): value is number | GroupLimit =>
        typeof value === 'number' || (typeof value === 'object' && value !== null),
    ),
  ),
}

/** @throws SchedulerError `INVALID_SCHEDULE`; S3SchedError `INVALID_OPTIONS` */
export function groupJobs(
  jobs: readonly (string | EverySchedule | CostedJob)[],
  options: GroupOptions,
): {
  readonly groups: readonly JobGroup[]
  /** The group of each job. */
  readonly groupOf: readonly JobGroup[]
} {
  const keys: string[] = []
  const groups = new Map<string, JobGroup>()
  const runs = new Map<string, number>()
  for (const [index, job] of jobs.entries()) {
    const isWhole = typeof job === 'object' && job !== null && 'schedule' in job
    const resolved = resolveOptions('estimateCost: a job', JOB, isWhole ? job : { schedule: job })
    const {
      durationMs,
      failureRate = options.failureRate,
      jitterMs,
      name = `job-${index + 1}`,
      timezone = options.timezone,
    } = resolved
    const schedule = compile(name, resolved.schedule, timezone)
    const { meaning } = schedule
    const perMonth = runs.get(meaning) ?? runsPerMonth(schedule)
    runs.set(meaning, perMonth)
    const bounded = boundedOf(resolved.group, resolved.groupLimit)
    const ofJob = jitterMs === 0 ? [meaning] : [meaning, name, jitterMs]
    const key = JSON.stringify([ofJob, durationMs, bounded])
    keys.push(key)
    const { failureRates = 0, jobs: others = 0 } = groups.get(key) ?? {}
    groups.set(key, {
      jobs: others + 1,
      failureRates: failureRates + failureRate,
      runsPerMonth: perMonth,
      next: (after) => schedule.next(after),
      startOf: (tick) => startOfTick(name, schedule, tick, jitterMs),
      durationMs,
      bounded,
    })
  }
  return { groups: [...groups.values()], groupOf: keys.flatMap((key) => groups.get(key) ?? []) }
}

function boundedOf(group: string | undefined, groupLimit: CostedJob['groupLimit'] | undefined): JobGroup['bounded'] {
  const limit = typeof groupLimit === 'object' ? groupLimit.fleet : undefined
  return group === undefined || limit === undefined ? undefined : { name: group, limit }
}

function compile(name: string, schedule: unknown, timezone: string): Schedule {
  checkIntervalFields(name, schedule)
  const stored = storeSchedule(schedule)
  const compiled = stored == null ? null : compileSchedule(name, { schedule: stored, timezone })
  if (compiled !== null) return compiled
  throw new SchedulerError(`expected a cron expression or { every }, got ${describe(schedule)}`, {
    code: 'INVALID_SCHEDULE',
  })
}
