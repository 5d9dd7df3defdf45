/**
 * The requests of views: the dashboard's loop (`fleet-watch.ts` of the dashboard) and `s3sched status`. Both read
 * through the operator.
 */
import { jobsOf, lookAtAll, PAGES_PER_LIST, perMonth, recordPagesOf, type CostedFleet } from './costed-fleet.ts'
import { memberPuts } from './fleet-requests.ts'
import type { JobGroup } from './job-groups.ts'
import { pagesWith } from './page-commits.ts'
import { MONTH_MS, multiply, sum, type Requests } from './requests.ts'

/** Pause of a dashboard's look after a tick, and least and longest pause after the last look, in ms. */
const SETTLING_MS = 3000
const BUSY_MS = 10_000
const IDLE_MS = 30_000
/** Number of looks at an idle fleet after which a look reads the jobs in place of the marker. */
const BACKSTOP_LOOKS = 10

/** A dashboard with the overview open somewhere for a month. Runs are assumed to end, and to be written, soon. */
export function dashboardRequests(fleet: CostedFleet): Requests {
  const { due, instances } = fleet
  const looks = countLooks(fleet)
  const whole = perMonth(fleet, looks.whole)
  const idle = due.instants.length === 0 ? MONTH_MS / IDLE_MS : perMonth(fleet, looks.idle)
  const all = lookAtAll(fleet)
  return sum([
    ...leaderLooks(fleet, whole + idle),
    // The marker, the members and the requests; a member's object once for each write.
    { get: whole + Math.min(whole * instances, memberPuts(fleet)), list: whole * 2 },
    multiply(all, whole),
    // Among many pages, each page with a job claimed since.
    'list' in all ? { get: perMonth(fleet, looks.changedPages) } : {},
    { get: (idle * (BACKSTOP_LOOKS - 1)) / BACKSTOP_LOOKS },
    multiply(all, idle / BACKSTOP_LOOKS),
  ])
}

/**
 * The looks in the sample: whole looks after a tick, idle looks without any event, and the pages with jobs claimed before
 * a look.
 */
function countLooks(fleet: CostedFleet): {
  readonly whole: number
  readonly idle: number
  readonly changedPages: number
} {
  const { due } = fleet
  const pages = recordPagesOf(fleet)
  const counts = { whole: 0, idle: 0, changedPages: 0 }
  const { instants } = due
  let lookedAt = (instants.at(-1)?.at ?? 0) - due.lengthMs + SETTLING_MS
  let claimed = new Set<JobGroup>()
  for (const [index, { at, groups }] of instants.entries()) {
    for (const group of groups) claimed.add(group)
    const nextLookAt = Math.max(at + SETTLING_MS, lookedAt + BUSY_MS)
    const following = instants[index + 1]?.at ?? Infinity
    // A look that also comes after the next tick is the same look.
    if (following + SETTLING_MS <= nextLookAt) continue
    counts.whole += 1
    counts.idle += Math.max(0, Math.ceil((nextLookAt - lookedAt) / IDLE_MS) - 1)
    const jobs = [...claimed].reduce((total, group) => total + group.jobs, 0)
    counts.changedPages += pagesWith(jobs, pages)
    claimed = new Set()
    lookedAt = nextLookAt
  }
  return counts
}

/** A call of `s3sched status`, without anything in memory. */
export function statusRequests(fleet: CostedFleet): Requests {
  const { enableCoordinator, instances } = fleet
  const pages = recordPagesOf(fleet)
  const members = enableCoordinator ? instances : 0
  // The pages, the members and the requests are listed. Without a page, the first page is looked for again, and so are
  // jobs of an earlier layout.
  const lists = jobsOf(fleet) === 0 ? 3 : Math.ceil(pages / PAGES_PER_LIST)
  return sum([...leaderLooks(fleet, 1), { get: pages + members, list: lists + 2 }])
}

/** Without a held lease for all jobs, the leases of shards are searched. */
function leaderLooks({ enableCoordinator, shards }: CostedFleet, looks: number): Partial<Requests>[] {
  const isOne = enableCoordinator && shards === 1
  const leases = enableCoordinator ? shards : 0
  return [{ get: looks }, isOne ? {} : { get: looks * leases, list: looks }]
}
