/**
 * The writes of the places of concurrency groups that are bounded in the whole fleet. Changes of a moment share writes:
 * attempts that arrive together, and attempts that end together.
 */
import { perMonth, type CostedFleet } from './costed-fleet.ts'
import type { JobGroup } from './job-groups.ts'

interface InstantPlaces {
  /** The jobs with a bounded group. */
  readonly jobs: number
  readonly writes: number
}

/** The writes of all attempts of a month. */
export function placeWrites(fleet: CostedFleet): number {
  const writes = fleet.due.instants.reduce((total, { groups }) => total + placesOf(fleet, groups).writes, 0)
  return (
    perMonth(fleet, writes) + fleet.groups.reduce((total, group) => total + group.jobs * ofRetries(fleet, group), 0)
  )
}

/** The part of a single job of a group in {@link placeWrites}. */
export function shareOfPlaces(fleet: CostedFleet, group: JobGroup): number {
  if (group.bounded === undefined) return 0
  let share = 0
  for (const { groups } of fleet.due.instants) {
    if (!groups.includes(group)) continue
    const { jobs, writes } = placesOf(fleet, groups)
    share += writes / jobs
  }
  return perMonth(fleet, share) + ofRetries(fleet, group)
}

/** A repeated attempt takes a place of its own, and comes alone. */
function ofRetries({ retriesPerRun }: CostedFleet, { bounded, runsPerMonth }: JobGroup): number {
  return bounded === undefined ? 0 : 2 * runsPerMonth * retriesPerRun
}

/** The writes for the jobs of an instant. Groups with jobs at the same instant share them. */
function placesOf({ durationSpread }: CostedFleet, groups: readonly JobGroup[]): InstantPlaces {
  const byName = new Map<string, { jobs: number; limit: number }>()
  for (const { bounded, jobs } of groups) {
    if (bounded === undefined) continue
    const known = byName.get(bounded.name)
    byName.set(bounded.name, { jobs: (known?.jobs ?? 0) + jobs, limit: bounded.limit })
  }
  const all = [...byName.values()]
  const jobs = all.reduce((total, each) => total + each.jobs, 0)
  if (jobs === 0) return { jobs, writes: 0 }
  const writes = all.map((each) => (durationSpread > 0 ? changesApart(each) : changesInWaves(each)))
  return { jobs, writes: 1 + (durationSpread > 0 ? writes.reduce((a, b) => a + b, 0) : Math.max(...writes)) }
}

interface Bounded {
  readonly jobs: number
  readonly limit: number
}

/**
 * The attempts of a wave end together, and the next wave arrives. The first change of a moment is written at once, and
 * the others go into a second write.
 */
function changesInWaves({ jobs, limit }: Bounded): number {
  const waves = Math.ceil(jobs / limit)
  return 2 * (waves - 1) + Math.min(2, jobs - limit * (waves - 1))
}

/** Each attempt ends alone, and makes room for the next one. */
function changesApart({ jobs, limit }: Bounded): number {
  return jobs + Math.max(0, jobs - limit)
}
