import { boolean, custom, integer, number, oneOf, resolveOptions } from '@s3sched/kernel'
import type { EverySchedule } from '../job/job-definition.ts'
import { inScheduler } from '../wrap-error.ts'
import { STANDBYS } from '../leader/standby-roll.ts'
import { runsPerMonth } from './runs-per-month.ts'

/** A fleet, as far as its bill depends on it. Times are ms. */
export interface CostOptions {
  /** The schedule of each job: a cron expression or `{ every }`. @default none: an idle fleet */
  readonly schedules?: readonly (string | EverySchedule)[]
  /** IANA name of the schedules' zone. @default 'UTC' */
  readonly timezone?: string
  /** How many instances run all the time. @default 1 */
  readonly instances?: number
  /** As the scheduler's option. @default 30000 */
  readonly heartbeatInterval?: number
  /** As the scheduler's option. @default true */
  readonly enableCoordinator?: boolean
  /** As the scheduler's option. @default 1 */
  readonly shards?: number
  /** As the scheduler's option. @default 'hot' */
  readonly standby?: 'hot' | 'cold'
  /** As the scheduler's option. @default true */
  readonly persistJobs?: boolean
  /** Which part of the runs does not succeed, 0 to 1. @default 0 */
  readonly failureRate?: number
  /** Failed attempts that are tried again, per run. @default 0 */
  readonly retriesPerRun?: number
  /** US$ for a million PUT or LIST requests. @default 5, S3's list price */
  readonly putPrice?: number
  /** US$ for a million GET requests, also those that answer "not modified". @default 0.4, S3's list price */
  readonly getPrice?: number
}

/** How often in a month. */
function times(everyMs: number): number {
  return MONTH_MS / everyMs
}

/** Requests and US$ for 30 days. */
export interface CostEstimate {
  readonly runs: number
  readonly put: number
  readonly get: number
  readonly list: number
  readonly dollars: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const MONTH_MS = 30 * 24 * HOUR_MS
const MILLION = 1_000_000

/** What a fleet does by itself: see the leader's term and the coordinator. */
const MARKER_MS = 15 * SECOND_MS
const BACKSTOP_MS = 10 * MINUTE_MS
const REQUESTS_MS = HOUR_MS
const MEMBER_MS = 15 * MINUTE_MS
const MEMBERS_LISTED_MS = HOUR_MS
const MEMBERS_CALLED_MS = HOUR_MS
/** Those that are named as standbys show that they live, and the leader looks at each: often where a tick is near. */
const NEAR_MS = 1_000_000
const SHOWN_HEARTBEATS = 6
const CHECKED_HEARTBEATS = 2
const CHECKED_MS = 15 * MINUTE_MS
/** Who leads a shard, of several, looks at the members so seldom. */
const MEMBERS_HEARTBEATS = 5
/** The record, the winner's member object and its run, and every other time the record once more. */
const GETS_OF_LATE_ONES = 3.5
const LISTS_OF_LATE_ONES = 1.5
const JOBS_PER_LIST = 1000
/** The jobs with runs, old marks of failures, and the members. */
const LISTS_OF_CLEAN_UP = 4

const spec = {
  schedules: custom<readonly (string | EverySchedule)[]>(
    'a list of schedules',
    (value): value is readonly (string | EverySchedule)[] => Array.isArray(value),
    [],
  ),
  timezone: custom<string>("an IANA zone's name", (value): value is string => typeof value === 'string', 'UTC'),
  instances: integer({ min: 1, max: 10_000, default: 1 }),
  heartbeatInterval: integer({ min: 500, default: 30_000 }),
  enableCoordinator: boolean(true),
  shards: integer({ min: 1, max: 64, default: 1 }),
  standby: oneOf(['hot', 'cold'], 'hot'),
  persistJobs: boolean(true),
  failureRate: number({ min: 0, max: 1, default: 0 }),
  retriesPerRun: number({ min: 0, max: 100, default: 0 }),
  putPrice: number({ min: 0, default: 5 }),
  getPrice: number({ min: 0, default: 0.4 }),
}

/** How many of those who don't lead a shard look at its lease, on average: with several shards only the next in line does each time. */
function looksPerHeartbeat(shards: number, instances: number): number {
  if (shards === 1) return instances - 1
  let looks = 0
  for (let place = 1; place < instances; place++) looks += 1 / Math.min(8, 2 ** (place - 1))
  return looks
}

/** Of jobs with one schedule, which are due together, once. */
function ticksPerMonth(schedules: readonly (string | EverySchedule)[], timezone: string): number {
  const different = new Map(schedules.map((schedule) => [JSON.stringify(schedule), schedule]))
  return [...different.values()].reduce((sum, schedule) => sum + runsPerMonth(schedule, timezone), 0)
}

/**
 * Estimates what a fleet costs in requests: of its heartbeats and of its runs, without starts, failovers and views.
 * Storage is not in it: a run's record takes about 1 KB.
 * @throws SchedulerError `INVALID_OPTIONS` or `INVALID_SCHEDULE`
 */
export function estimateCost(options: CostOptions = {}): CostEstimate {
  const { enableCoordinator, failureRate, getPrice, heartbeatInterval, instances, persistJobs, putPrice, ...rest } =
    inScheduler('INVALID_OPTIONS', () => resolveOptions('estimateCost', spec, options))
  const runs = rest.schedules.reduce((sum: number, schedule) => sum + runsPerMonth(schedule, rest.timezone), 0)
  // A claim, each failed attempt that is tried again, the record, and its mark among the failures. Without a history the end of
  // the run is written into the job's record at once.
  const putsPerRun = 2 + rest.retriesPerRun + (persistJobs ? failureRate : 0)
  let put = runs * putsPerRun
  let get = 0
  let list = LISTS_OF_CLEAN_UP * times(24 * HOUR_MS)
  const lists = Math.max(1, Math.ceil(rest.schedules.length / JOBS_PER_LIST))
  if (enableCoordinator) {
    const { shards } = rest
    const leaders = Math.min(shards, instances)
    const memberMs = Math.max(MEMBER_MS, heartbeatInterval)
    put += shards * times(heartbeatInterval) + instances * times(memberMs)
    get += leaders * times(MARKER_MS) + shards * looksPerHeartbeat(shards, instances) * times(heartbeatInterval)
    if (shards > 1) {
      const oftenMs = MEMBERS_HEARTBEATS * heartbeatInterval
      list += leaders * times(oftenMs) + (instances - leaders) * times(Math.max(oftenMs, MEMBER_MS))
      get += leaders * (instances - 1) * times(Math.max(oftenMs, MEMBER_MS))
    }
    if (rest.standby === 'hot') {
      const standbys = Math.min(STANDBYS, instances - 1)
      // Each standby reads what is due, or lists it where that is cheaper; the leader looks who is there.
      get += runs * standbys + (shards === 1 ? times(MEMBERS_CALLED_MS) * instances : 0)
      list += shards * times(MEMBERS_CALLED_MS)
      const nearPart = Math.min(MONTH_MS, ticksPerMonth(rest.schedules, rest.timezone) * NEAR_MS) / MONTH_MS
      const shown = shards === 1 ? standbys : Math.min(instances, shards * standbys)
      const shownMs = Math.min(memberMs, SHOWN_HEARTBEATS * heartbeatInterval)
      put += nearPart * shown * (times(shownMs) - times(memberMs))
      const checkedMs = Math.ceil((CHECKED_HEARTBEATS * heartbeatInterval) / MARKER_MS) * MARKER_MS
      get += shards * standbys * (nearPart * times(checkedMs) + (1 - nearPart) * times(CHECKED_MS))
    }
    list += leaders * (times(BACKSTOP_MS) * lists + times(REQUESTS_MS)) + times(MEMBERS_LISTED_MS)
  } else {
    // Each instance looks what changed, as a leader does. It shows that it is alive and tries the claim. Who comes too late reads the record, and looks whether the
    // winner is still there and what became of its run.
    put += runs * (2 * instances - 1)
    get += runs * (instances - 1) * GETS_OF_LATE_ONES + instances * times(MARKER_MS)
    list += runs * (instances - 1) * LISTS_OF_LATE_ONES + instances * (times(BACKSTOP_MS) * lists + times(REQUESTS_MS))
  }
  const dollars = ((put + list) * putPrice + get * getPrice) / MILLION
  const round = Math.round
  return { runs: round(runs), put: round(put), get: round(get), list: round(list), dollars: round(dollars * 1e4) / 1e4 }
}
