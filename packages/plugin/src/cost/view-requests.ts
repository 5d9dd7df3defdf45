/**
 * The requests of views: the dashboard's loop (`fleet-watch.ts` in that package) and `s3sched status`. Both read by the operator.
 */
import { jobsOf, pagesOf, perMonth, type CostedFleet } from './costed-fleet.ts'
import type { JobGroup } from './job-groups.ts'
import { DAY_MS, MONTH_MS, sum, type Requests } from './requests.ts'
import { memberPuts } from './fleet-requests.ts'

/** A dashboard looks again so long after a tick, and at least and at most so long after its last look, in ms. */
const SETTLING_MS = 2000
const BUSY_MS = 10_000
const IDLE_MS = 30_000
/** Each so many looks at an idle fleet list the jobs in place of the marker. */
const BACKSTOP_LOOKS = 10
/** A job's record names the last run for so long after its end, or until the next claim, in ms. */
const FOLDED_AFTER_MS = DAY_MS

/** One dashboard, for a month in which its overview is open somewhere. Runs are taken to end within two seconds. */
export function dashboardRequests(fleet: CostedFleet): Requests {
  const { due, instances } = fleet
  const looks = countLooks(fleet)
  const whole = perMonth(fleet, looks.whole)
  const idle = due.instants.length === 0 ? MONTH_MS / IDLE_MS : perMonth(fleet, looks.idle)
  const claimed = perMonth(fleet, looks.claimed)
  const pages = pagesOf(fleet)
  return sum([
    ...leaderLooks(fleet, whole + idle),
    // The marker, the jobs, the members and the requests; a member's object once for each time that it was written.
    { get: whole + Math.min(whole * instances, memberPuts(fleet)), list: whole * (pages + 2) },
    // The record of each job that was claimed since, and the end of its run.
    { get: 2 * claimed, list: claimed },
    { get: (idle * (BACKSTOP_LOOKS - 1)) / BACKSTOP_LOOKS, list: (idle * pages) / BACKSTOP_LOOKS },
  ])
}

/** The looks in the sample: at everything after a tick, at little while nothing happens, and the jobs that were claimed before a look. */
function countLooks({ due }: CostedFleet): {
  readonly whole: number
  readonly idle: number
  readonly claimed: number
} {
  const counts = { whole: 0, idle: 0, claimed: 0 }
  const { instants } = due
  let lookedAt = (instants.at(-1)?.at ?? 0) - due.lengthMs + SETTLING_MS
  let claimed = new Set<JobGroup>()
  for (const [index, { at, groups }] of instants.entries()) {
    for (const group of groups) claimed.add(group)
    const nextLookAt = Math.max(at + SETTLING_MS, lookedAt + BUSY_MS)
    const following = instants[index + 1]?.at ?? Infinity
    // The look that comes after the next tick, too, is the same look.
    if (following + SETTLING_MS <= nextLookAt) continue
    counts.whole += 1
    counts.idle += Math.max(0, Math.ceil((nextLookAt - lookedAt) / IDLE_MS) - 1)
    for (const { jobs } of claimed) counts.claimed += jobs
    claimed = new Set()
    lookedAt = nextLookAt
  }
  return counts
}

/** One call of `s3sched status`, which has nothing in memory. */
export function statusRequests(fleet: CostedFleet): Requests {
  const { enableCoordinator, groups, instances } = fleet
  // The end of each run that a job's record still names is looked up in the history.
  const named = groups.reduce(
    (total, { jobs, runsPerMonth }) => total + jobs * Math.min(1, (runsPerMonth * FOLDED_AFTER_MS) / MONTH_MS),
    0,
  )
  const members = enableCoordinator ? instances : 0
  return sum([
    ...leaderLooks(fleet, 1),
    { get: jobsOf(fleet) + members, list: pagesOf(fleet) + 2 },
    { get: named, list: named },
  ])
}

/** Where no lease of one leader is held, those of shards are looked for. */
function leaderLooks({ enableCoordinator, shards }: CostedFleet, looks: number): Partial<Requests>[] {
  const isOne = enableCoordinator && shards === 1
  const leases = enableCoordinator ? shards : 0
  return [{ get: looks }, isOne ? {} : { get: looks * leases, list: looks }]
}
