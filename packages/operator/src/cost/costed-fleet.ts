import { dueInstants, type DueSample } from './due-instants.ts'
import type { JobGroup } from './job-groups.ts'
import { MONTH_MS, type Requests } from './requests.ts'

/** The properties of a fleet that decide about its requests. Times are ms. */
export interface CostedFleet {
  readonly instances: number
  readonly heartbeatInterval: number
  readonly enableCoordinator: boolean
  readonly shards: number
  readonly standby: 'hot' | 'cold'
  readonly persistJobs: boolean
  readonly recordWithin: number
  readonly durationSpread: number
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

export function jobsOf({ groups }: CostedFleet): number {
  return groups.reduce((total, { jobs }) => total + jobs, 0)
}

/** The runs of a month. */
export function runsOf({ groups }: CostedFleet): number {
  return groups.reduce((total, { jobs, runsPerMonth }) => total + jobs * runsPerMonth, 0)
}

/** Jobs in a page of job records, on average; a page with more than 250 jobs or 128 KB of records is split. */
const JOBS_PER_PAGE = 150
/** With more pages, a look at all jobs lists the pages; else each page is read, without a body while unchanged. */
const FEW_PAGES = 12
export const PAGES_PER_LIST = 1000

/** The number of pages of job records: no page has jobs of two shards. */
export function recordPagesOf(fleet: CostedFleet): number {
  return Math.max(fleet.shards, Math.ceil(jobsOf(fleet) / JOBS_PER_PAGE))
}

/** A look at the records of all jobs that nobody has changed. Without a page, the first page is looked for by a list. */
export function lookAtAll(fleet: CostedFleet): Partial<Requests> {
  if (jobsOf(fleet) === 0) return { list: 1 }
  const pages = recordPagesOf(fleet)
  return pages <= FEW_PAGES ? { get: pages } : { list: Math.ceil(pages / PAGES_PER_LIST) }
}

/** Converts a count of the sample into a count of a month. */
export function perMonth({ due }: CostedFleet, count: number): number {
  return (count * MONTH_MS) / due.lengthMs
}
