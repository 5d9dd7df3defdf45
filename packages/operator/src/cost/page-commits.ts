/**
 * The writes of pages of job records. All changes of a page that come together go into one write: the claims of the jobs
 * that start together, and the ends that come within `recordWithin` of each other.
 */
import { perMonth, recordPagesOf, type CostedFleet } from './costed-fleet.ts'
import { gapsOf } from './due-instants.ts'
import type { JobGroup } from './job-groups.ts'
import { DAY_MS, times } from './requests.ts'

/** The outcome of a run as JSON: without results, logs and errors, which add their own size. */
const OUTCOME_BYTES = 360
/** Outcomes of ten minutes move from their page into a segment, if they have the smaller size, or sooner at the larger. */
const COLLECTED_MS = 600_000
const LEAST_SEGMENT_BYTES = 32_768
const LARGEST_SEGMENT_BYTES = 262_144
/** The removal of moved outcomes goes along with another write of the page within this time, in ms. */
const DROP_WITHIN_MS = 10_000

/** The number of pages that hold some of these jobs: the jobs are spread by the hash of their names. */
export function pagesWith(jobs: number, pages: number): number {
  return pages * (1 - (1 - 1 / pages) ** jobs)
}

/** The writes for the jobs of an instant, in all pages. */
interface InstantWrites {
  readonly jobs: number
  readonly claims: number
  readonly ends: number
}

/** The writes of the sample's instants. */
export function writesOfInstants(fleet: CostedFleet): InstantWrites[] {
  const { due } = fleet
  const gaps = gapsOf(due)
  const all = recordPagesOf(fleet)
  return due.instants.map(({ jobs }, index) => {
    const pages = pagesWith(jobs, all)
    // The next instant may concern other pages.
    const isNext = pages / all
    const gapMs = (gaps[index] ?? Infinity) / isNext
    return { jobs, claims: pages, ends: pages * endsOf(fleet, jobs / pages, gapMs) }
  })
}

/**
 * The writes of a page for the ends of jobs that started together. The first end waits for others, and is then written
 * with all that came meanwhile; the claims of the next instant take along what waits. The ends of members' runs do not
 * wait, and only those of the same moment go together.
 */
function endsOf({ durationSpread, enableCoordinator, recordWithin }: CostedFleet, jobs: number, gapMs: number): number {
  if (!enableCoordinator || recordWithin === 0) return durationSpread === 0 ? 1 : jobs
  if (durationSpread === 0) return gapMs > recordWithin ? 1 : 0
  const cycleMs = recordWithin + durationSpread / jobs
  return Math.min(Math.max(1, durationSpread / cycleMs), Math.floor(gapMs / cycleMs))
}

/** Claims and ends, and the move of outcomes into segments, in a month. */
export function pageWrites(fleet: CostedFleet): number {
  const { commits, moves } = monthOf(fleet)
  return commits + moves
}

/** The writes that move outcomes into segments, in a month. */
export function segmentMoves(fleet: CostedFleet): number {
  return monthOf(fleet).moves
}

/** The part of a single job of a group in {@link pageWrites}: writes are shared by the jobs in them. */
export function shareOfWrites(fleet: CostedFleet, group: JobGroup): number {
  const { moves, runs, writes } = monthOf(fleet)
  let share = 0
  for (const [index, { groups }] of fleet.due.instants.entries()) {
    const write = writes[index]
    if (write !== undefined && groups.includes(group)) share += (write.claims + write.ends) / write.jobs
  }
  return perMonth(fleet, share) + (runs === 0 ? 0 : (moves * group.runsPerMonth) / runs)
}

const months = new WeakMap<CostedFleet, Month>()

interface Month {
  /** Of the sample. */
  readonly writes: readonly InstantWrites[]
  readonly runs: number
  readonly commits: number
  /** Writes that move outcomes into segments. */
  readonly moves: number
}

function monthOf(fleet: CostedFleet): Month {
  const known = months.get(fleet)
  if (known !== undefined) return known
  const writes = writesOfInstants(fleet)
  const count = (part: keyof InstantWrites): number => perMonth(fleet, sumOf(writes, part))
  const [runs, claims] = [count('jobs'), count('claims')]
  const commits = claims + count('ends')
  const moves = fleet.persistJobs ? segmentWrites(fleet, { runs, commits: claims, writes: commits }) : 0
  const month = { writes, runs, commits, moves }
  months.set(fleet, month)
  return month
}

function sumOf(writes: readonly InstantWrites[], part: keyof InstantWrites): number {
  return writes.reduce((total, each) => total + each[part], 0)
}

interface MonthOfPages {
  readonly runs: number
  /** Writes that bring outcomes: about one for each instant and page. */
  readonly commits: number
  readonly writes: number
}

function segmentWrites(fleet: CostedFleet, { commits, runs, writes }: MonthOfPages): number {
  if (runs === 0) return 0
  const failures = fleet.groups.reduce(
    (total, { failureRates, runsPerMonth }) => total + failureRates * runsPerMonth,
    0,
  )
  const pages = recordPagesOf(fleet)
  const bytesPerCommit = (runs / commits) * OUTCOME_BYTES
  const bySize = commits / Math.ceil(segmentBytes(runs / pages) / bytesPerCommit)
  // Outcomes move once a day at least.
  const daily = (outcomes: number): number => Math.min(outcomes, pages * times(DAY_MS))
  const segments = Math.max(bySize, daily(runs))
  // Failures have segments of their own.
  const failuresBySize = (failures * OUTCOME_BYTES) / segmentBytes(failures / pages)
  const ofFailures = Math.min(segments, Math.max(failuresBySize, daily(failures)))
  const isAlone = (pages * times(1)) / writes > DROP_WITHIN_MS
  return segments + ofFailures + (isAlone ? segments : 0)
}

/** @param runs - of a page, in a month */
function segmentBytes(runs: number): number {
  const collected = (runs * OUTCOME_BYTES) / times(COLLECTED_MS)
  return Math.min(LARGEST_SEGMENT_BYTES, Math.max(LEAST_SEGMENT_BYTES, collected))
}
