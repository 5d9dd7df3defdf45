import { costedFleet } from './costed-fleet.ts'
import { estimateFleet, priced, resolveCost, type CostEstimate, type CostOptions } from './estimate-cost.ts'
import type { JobGroup } from './job-groups.ts'
import { shareOfSigns } from './lease-signs.ts'
import { shareOfWrites } from './page-commits.ts'
import { shareOfPlaces } from './place-writes.ts'

/** An estimate in parts that add up. */
export interface ItemizedCost {
  /** The fleet while all its jobs rest. */
  readonly idle: CostEstimate
  /** For each schedule its share of the writes: jobs that start together share the writes of their page. */
  readonly jobs: readonly CostEstimate[]
  /** The rest: looks of standbys after due jobs, looks at pages, views. No job has a part of its own in them. */
  readonly rest: CostEstimate
  readonly total: CostEstimate
}

/** A job that never runs: a fleet without any job has other looks. */
const RESTING: JobGroup = {
  jobs: 1,
  failureRates: 0,
  runsPerMonth: 0,
  next: () => null,
  startOf: (tick) => tick,
  durationMs: 0,
  bounded: undefined,
}

/**
 * The parts of {@link estimateCost}.
 * @throws SchedulerError `INVALID_OPTIONS` or `INVALID_SCHEDULE`
 */
export function itemizeCost(options: CostOptions = {}): ItemizedCost {
  const { fleet, groupOf, resolved } = resolveCost(options)
  const total = estimateFleet(fleet, resolved)
  const { groups, ...terms } = fleet
  const idle = estimateFleet(costedFleet(terms, groups.length === 0 ? [] : [RESTING]), resolved)
  const known = new Map<JobGroup, CostEstimate>()
  const jobs = groupOf.map((group) => {
    let share = known.get(group)
    if (share !== undefined) return share
    const ofRuns = shareOfWrites(fleet, group) + group.runsPerMonth * fleet.retriesPerRun
    const put = ofRuns + shareOfPlaces(fleet, group) + shareOfSigns(fleet, group)
    share = priced(group.runsPerMonth, { put, get: 0, list: 0 }, resolved)
    known.set(group, share)
    return share
  })
  const rest = [idle, ...jobs].reduce(minus, total)
  return { idle, jobs, rest, total }
}

function minus(a: CostEstimate, { dollars, get, list, put, runs }: CostEstimate): CostEstimate {
  const left = Math.round((a.dollars - dollars) * 1e4) / 1e4
  return { runs: a.runs - runs, put: a.put - put, get: a.get - get, list: a.list - list, dollars: left }
}
