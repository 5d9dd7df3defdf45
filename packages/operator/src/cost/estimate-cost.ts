import { boolean, custom, integer, number, oneOf, resolveOptions } from '@s3sched/kernel'
import { type EverySchedule, inScheduler } from '@s3sched/jobs'
import { costedFleet, runsOf, type CostedFleet } from './costed-fleet.ts'
import { leaderRequests, peerRequests, runRequests, standbyRequests } from './fleet-requests.ts'
import { groupJobs, type CostedJob, type JobGroup } from './job-groups.ts'
import { HOUR_MS, multiply, sum, times, type Requests } from './requests.ts'
import { dashboardRequests, statusRequests } from './view-requests.ts'

/** The properties of a fleet that decide about its bill. Times are ms. */
export interface CostOptions {
  /**
   * The schedule of each job, as a cron expression or `{ every }`, alone or with further properties. @default none: an
   * idle fleet
   */
  readonly schedules?: readonly (string | EverySchedule | CostedJob)[]
  /** IANA name of the schedules' zone. @default 'UTC' */
  readonly timezone?: string
  /** Number of instances that run all the time. @default 1 */
  readonly instances?: number
  /** Same as the scheduler's option. @default 30000 */
  readonly heartbeatInterval?: number
  /** Same as the scheduler's option. @default true */
  readonly enableCoordinator?: boolean
  /** Same as the scheduler's option: a power of two. @default 1 */
  readonly shards?: number
  /** Same as the scheduler's option. @default 'hot' */
  readonly standby?: 'hot' | 'cold'
  /** Same as the scheduler's option. @default true */
  readonly persistJobs?: boolean
  /** Same as the scheduler's option. @default 2000 */
  readonly recordWithin?: number
  /**
   * The ends of jobs that start together are spread over this time, in ms: ends that come within `recordWithin` of each
   * other are written together. @default 0: they end at the same moment
   */
  readonly durationSpread?: number
  /** Share of runs without success, 0 to 1. @default 0 */
  readonly failureRate?: number
  /** Failed attempts that are tried again, per run. @default 0 */
  readonly retriesPerRun?: number
  /**
   * Number of dashboards with the overview open in a browser all the time; all pages of a dashboard count once.
   * @default 0
   */
  readonly dashboards?: number
  /** Calls of `s3sched status` per hour, such as by monitoring. @default 0 */
  readonly statusesPerHour?: number
  /** US$ for a million PUT or LIST requests. @default 5, S3's list price */
  readonly putPrice?: number
  /** US$ for a million GET requests, "not modified" answers included. @default 0.4, S3's list price */
  readonly getPrice?: number
}

/** Requests and US$ for 30 days. */
export interface CostEstimate {
  readonly runs: number
  readonly put: number
  readonly get: number
  readonly list: number
  readonly dollars: number
}

const MILLION = 1_000_000

const spec = {
  schedules: custom<NonNullable<CostOptions['schedules']>>(
    'a list of schedules',
    (value): value is NonNullable<CostOptions['schedules']> => Array.isArray(value),
    [],
  ),
  timezone: custom<string>("an IANA zone's name", (value): value is string => typeof value === 'string', 'UTC'),
  instances: integer({ min: 1, max: 10_000, default: 1 }),
  heartbeatInterval: integer({ min: 500, default: 30_000 }),
  enableCoordinator: boolean(true),
  shards: custom<number>(
    'a power of two from 1 to 64',
    (value): value is number =>
      typeof value === 'number' && value >= 1 && value <= 64 && Number.isInteger(Math.log2(value)),
    1,
  ),
  standby: oneOf(['hot', 'cold'], 'hot'),
  persistJobs: boolean(true),
  recordWithin: integer({ min: 0, max: 300_000, default: 2000 }),
  durationSpread: integer({ min: 0, max: 86_400_000, default: 0 }),
  failureRate: number({ min: 0, max: 1, default: 0 }),
  retriesPerRun: number({ min: 0, max: 100, default: 0 }),
  dashboards: integer({ min: 0, max: 10_000, default: 0 }),
  statusesPerHour: number({ min: 0, max: 3_600_000, default: 0 }),
  putPrice: number({ min: 0, default: 5 }),
  getPrice: number({ min: 0, default: 0.4 }),
}

/**
 * Estimates a fleet's cost in requests: of its heartbeats, of its runs and of its viewers, without starts, failovers,
 * runs by hand, looks for a place by runs that wait, and the objects of large results, logs and errors. Storage is left
 * out: a run takes about 100 bytes in a segment.
 * @throws SchedulerError `INVALID_OPTIONS` or `INVALID_SCHEDULE`
 */
export function estimateCost(options: CostOptions = {}): CostEstimate {
  const { fleet, resolved } = resolveCost(options)
  return priced(runsOf(fleet), fleetRequests(fleet, resolved), resolved)
}

/** The requests of a resolved fleet, with fractions. */
export function fleetRequests(
  fleet: CostedFleet,
  { dashboards, statusesPerHour }: Pick<ResolvedCost, 'dashboards' | 'statusesPerHour'>,
): Requests {
  return sum([
    runRequests(fleet),
    ...(fleet.enableCoordinator ? [...leaderRequests(fleet), ...standbyRequests(fleet)] : [peerRequests(fleet)]),
    dashboards === 0 ? {} : multiply(dashboardRequests(fleet), dashboards),
    multiply(statusRequests(fleet), statusesPerHour * times(HOUR_MS)),
  ])
}

/** What an estimate needs beside the fleet. */
export type ResolvedCost = Pick<Required<CostOptions>, 'dashboards' | 'statusesPerHour' | 'putPrice' | 'getPrice'>

/** The checked options, and the fleet that they describe. @throws as {@link estimateCost} */
export function resolveCost(options: CostOptions): {
  readonly fleet: CostedFleet
  /** The group of each schedule. */
  readonly groupOf: readonly JobGroup[]
  readonly resolved: ResolvedCost
} {
  const resolved = inScheduler('INVALID_OPTIONS', () => resolveOptions('estimateCost', spec, options))
  const { dashboards, failureRate, getPrice, putPrice, schedules, statusesPerHour, timezone, ...terms } = resolved
  const { groupOf, groups } = inScheduler('INVALID_OPTIONS', () => groupJobs(schedules, { timezone, failureRate }))
  return { fleet: costedFleet(terms, groups), groupOf, resolved: { dashboards, getPrice, putPrice, statusesPerHour } }
}

/** A trifle below zero is rounded to zero, and not to -0, which would be shown. */
const round = (value: number): number => Math.round(value) + 0

/** The estimate of these requests. */
export function priced(
  runs: number,
  { get, list, put }: Requests,
  { getPrice, putPrice }: Pick<Required<CostOptions>, 'putPrice' | 'getPrice'>,
): CostEstimate {
  const dollars = ((put + list) * putPrice + get * getPrice) / MILLION
  return {
    runs: round(runs),
    put: round(put),
    get: round(get),
    list: round(list),
    dollars: round(dollars * 1e4) / 1e4,
  }
}
