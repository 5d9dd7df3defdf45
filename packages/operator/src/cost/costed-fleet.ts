import { dueInstants, type DueSample } from './due-instants.ts'
import type { JobGroup } from './job-groups.ts'
import { MONTH_MS } from './requests.ts'

/** The properties of a fleet that decide about its requests. Times are ms. */
export interface CostedFleet {
  readonly instances: number
  readonly heartbeatInterval: number
  readonly enableCoordinator: boolean
  readonly shards: number
  readonly standby: 'hot' | 'cold'
  readonly persistJobs: boolean
  readonly retriesPerRun: number
  readonly groups: readonly JobGroup[]
  readonly due: DueSample
}

/** The due instants are computed only on use, since this computation takes the longest. */
export function costedFleet(terms: Omit<CostedFleet, 'groups' | 'due'>, groups: readonly JobGroup[]): CostedFleet {
  let due: DueSample | undefined
  return {
    ...terms,
    groups,
    get due() {
      return (due ??= dueInstants(groups))
    },
  }
}

const JOBS_PER_LIST = 1000

export function jobsOf({ groups }: CostedFleet): number {
  return groups.reduce((total, { jobs }) => total + jobs, 0)
}

/** The runs of a month. */
export function runsOf({ groups }: CostedFleet): number {
  return groups.reduce((total, { jobs, runsPerMonth }) => total + jobs * runsPerMonth, 0)
}

/** The number of LISTs for a list of all jobs. */
export function pagesOf(fleet: CostedFleet): number {
  return Math.max(1, Math.ceil(jobsOf(fleet) / JOBS_PER_LIST))
}

/** Pages of job records; a page splits when it has more. */
const JOBS_PER_PAGE = 150

/** The number of pages of job records: a page with few jobs is never split. */
export function recordPagesOf(fleet: CostedFleet): number {
  return Math.max(fleet.shards, Math.ceil(jobsOf(fleet) / JOBS_PER_PAGE))
}

/** Converts a count of the sample into a count of a month. */
export function perMonth({ due }: CostedFleet, count: number): number {
  return (count * MONTH_MS) / due.lengthMs
}
