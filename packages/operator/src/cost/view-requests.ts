/**
 * The requests of views: the dashboard's loop (`fleet-watch.ts` of the dashboard) and `s3sched status`. Both read
 * through the operator.
 */
import { jobsOf, pagesOf, perMonth, type CostedFleet } from './costed-fleet.ts'
import type { JobGroup } from './job-groups.ts'
import { DAY_MS, MONTH_MS, sum, type Requests } from './requests.ts'
import { memberPuts } from './fleet-requests.ts'

/** Pause of a dashboard's look after a tick, and least and longest pause after the last look, in ms. */
const SETTLING_MS = 2000
const BUSY_MS = 10_000
const IDLE_MS = 30_000
/** Number of looks at an idle fleet after which a look lists the jobs in place of the marker. */
const BACKSTOP_LOOKS = 10
/** Time after a run's end during which the job's record still names the run, unless a claim follows, in ms. */
const FOLDED_AFTER_MS = DAY_MS

/** A dashboard with the overview open somewhere for a month. Runs are assumed to end within two seconds. */
export function dashboardRequests(fleet: CostedFleet): Requests {
  const { due, instances } = fleet
  const looks = countLooks(fleet)
  const whole = perMonth(fleet, looks.whole)
  const idle = due.instants.length === 0 ? MONTH_MS / IDLE_MS : perMonth(fleet, looks.idle)
  const claimed = perMonth(fleet, looks.claimed)
  const pages = pagesOf(fleet)
  return sum([
    ...leaderLooks(fleet, whole + idle),
    // The marker, the jobs, the members and the requests; a member's object once for each write.
    { get: whole + Math.min(whole * instances, memberPuts(fleet)), list: whole * (pages + 2) },
    // The record of each job claimed since, and the end of its run.
    { get: 2 * claimed, list: claimed },
    { get: (idle * (BACKSTOP_LOOKS - 1)) / BACKSTOP_LOOKS, list: (idle * pages) / BACKSTOP_LOOKS },
  ])
}

/**
 * The looks in the sample: whole looks after a tick, idle looks without any event, and the jobs claimed before a look.
 */
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
    // A look that also comes after the next tick is the same look.
    if (following + SETTLING_MS <= nextLookAt) continue
    counts.whole += 1
    counts.idle += Math.max(0, Math.ceil((nextLookAt - lookedAt) / IDLE_MS) - 1)
    for (const { jobs } of claimed) counts.claimed += jobs
    claimed = new Set()
    lookedAt = nextLookAt
  }
  return counts
}

/** A call of `s3sched status`, without anything in memory. */
export function statusRequests(fleet: CostedFleet): Requests {
  const { enableCoordinator, groups, instances } = fleet
  // For each run that a job's record still names, the history is searched for the end.
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

/** Without a held lease for all jobs, the leases of shards are searched. */
function leaderLooks({ enableCoordinator, shards }: CostedFleet, looks: number): Partial<Requests>[] {
  const isOne = enableCoordinator && shards === 1
  const leases = enableCoordinator ? shards : 0
  return [{ get: looks }, isOne ? {} : { get: looks * leases, list: looks }]
}
