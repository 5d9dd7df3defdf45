/**
 * The writes that renew the leases of long runs (`run-lease.ts` of the engine). A run whose next tick comes soon holds
 * its job by a lease of half the time to this tick. Each write of the page is a sign; where none comes in time, a write
 * without a change does.
 */
import { perMonth, recordPagesOf, type CostedFleet } from './costed-fleet.ts'
import { gapsOf } from './due-instants.ts'
import type { JobGroup } from './job-groups.ts'
import { pagesWith } from './page-commits.ts'

const SHARE_OF_GAP = 0.5
const LEAST_MS = 1500
/** A lease is trusted for two thirds of its ttl of three heartbeats. */
const TRUSTED_HEARTBEATS = 2
/** The share of a lease after which the next sign is given. */
const SIGN_AFTER = 0.5 / 1.1

/** The signs of a month. */
export function leaseSigns(fleet: CostedFleet): number {
  return perMonth(
    fleet,
    signsOfInstants(fleet).reduce((total, { signs }) => total + signs, 0),
  )
}

/** The part of a single job of a group in {@link leaseSigns}. */
export function shareOfSigns(fleet: CostedFleet, group: JobGroup): number {
  if (group.durationMs === 0) return 0
  let share = 0
  for (const { groups, jobs, signs } of signsOfInstants(fleet)) if (groups.includes(group)) share += signs / jobs
  return perMonth(fleet, share)
}

interface InstantSigns {
  readonly groups: readonly JobGroup[]
  /** The jobs with long runs. */
  readonly jobs: number
  readonly signs: number
}

const known = new WeakMap<CostedFleet, readonly InstantSigns[]>()

/** The claims of the next instant are a sign for all runs of their page. */
function signsOfInstants(fleet: CostedFleet): readonly InstantSigns[] {
  const { due, enableCoordinator, groups, heartbeatInterval, standby } = fleet
  if (!enableCoordinator || standby === 'cold' || groups.every(({ durationMs }) => durationMs === 0)) return []
  let signs = known.get(fleet)
  if (signs !== undefined) return signs
  const gaps = gapsOf(due)
  const pages = recordPagesOf(fleet)
  signs = due.instants.map((instant, index): InstantSigns => {
    const long = instant.groups.filter(({ durationMs }) => durationMs > 0)
    const jobs = long.reduce((total, group) => total + group.jobs, 0)
    // The next instant may concern other pages.
    const gapMs = ((gaps[index] ?? Infinity) * pages) / pagesWith(instant.jobs, pages)
    const most = Math.max(0, ...long.map((group) => signsOf(group, instant.at, gapMs, heartbeatInterval)))
    return { groups: long, jobs, signs: most * pagesWith(jobs, pages) }
  })
  known.set(fleet, signs)
  return signs
}

function signsOf({ durationMs, next }: JobGroup, at: number, gapMs: number, heartbeatMs: number): number {
  const toNextMs = (next(at) ?? Infinity) - at
  const leaseMs = Math.max(LEAST_MS, SHARE_OF_GAP * toNextMs)
  if (leaseMs >= TRUSTED_HEARTBEATS * heartbeatMs) return 0
  return Math.floor(Math.min(durationMs, gapMs) / (SIGN_AFTER * leaseMs))
}
