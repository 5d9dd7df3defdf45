import { costedFleet, runsOf, type CostedFleet } from './costed-fleet.ts'
import {
  fleetRequests,
  priced,
  resolveCost,
  type CostEstimate,
  type CostOptions,
  type ResolvedCost,
} from './estimate-cost.ts'
import type { JobGroup } from './job-groups.ts'
import { shareOfSigns } from './lease-signs.ts'
import { shareOfWrites } from './page-commits.ts'
import { shareOfPlaces } from './place-writes.ts'
import { multiply, sum } from './requests.ts'

/** An estimate in parts that add up, but for the rounding of each. */
export interface ItemizedCost {
  /** The fleet while all its jobs rest. */
  readonly idle: CostEstimate
  /** For each schedule its share of the writes: jobs that start together share the writes of their page. */
  readonly jobs: readonly CostEstimate[]
  /** Looks of standbys after due jobs, the archive of old runs, views. No job has a part of its own in them. */
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
  const whole = fleetRequests(fleet, resolved)
  const { groups, ...terms } = fleet
  const resting = fleetRequests(costedFleet(terms, groups.length === 0 ? [] : [RESTING]), resolved)
  const known = new Map<JobGroup, Share>()
  const shares = groupOf.map((group) => {
    const share = known.get(group) ?? shareOf(fleet, group, resolved)
    known.set(group, share)
    return share
  })
  // A difference of rounded parts would be off by half a request for each job, and so below zero.
  const left = sum([whole, multiply(resting, -1), ...shares.map(({ put }) => ({ put: -put }))])
  return {
    idle: priced(0, resting, resolved),
    jobs: shares.map(({ estimate }) => estimate),
    rest: priced(0, left, resolved),
    total: priced(runsOf(fleet), whole, resolved),
  }
}

interface Share {
  readonly estimate: CostEstimate
  /** With fractions. */
  readonly put: number
}

function shareOf(fleet: CostedFleet, group: JobGroup, resolved: ResolvedCost): Share {
  const ofRuns = shareOfWrites(fleet, group) + group.runsPerMonth * fleet.retriesPerRun
  const put = ofRuns + shareOfPlaces(fleet, group) + shareOfSigns(fleet, group)
  return { estimate: priced(group.runsPerMonth, { put, get: 0, list: 0 }, resolved), put }
}
