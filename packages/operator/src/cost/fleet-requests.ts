/** The requests of a fleet by itself, each function for a part of them. */
import { STANDBYS, watchMsOf } from '@s3sched/jobs'
import { lookAtAll, perMonth, recordPagesOf, runsOf, type CostedFleet } from './costed-fleet.ts'
import { gapsOf } from './due-instants.ts'
import { archiveRequests } from './archive-requests.ts'
import { leaseSigns } from './lease-signs.ts'
import { pageWrites, writesOfInstants } from './page-commits.ts'
import { placeWrites } from './place-writes.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, multiply, sum, times, type Requests } from './requests.ts'

const BACKSTOP_MS = 10 * MINUTE_MS
const REQUESTS_MS = HOUR_MS
const MEMBER_MS = 15 * MINUTE_MS
const MEMBERS_CALLED_MS = HOUR_MS
/** The named standbys show signs of life, and the leader looks at each standby: often near a tick. */
const NEAR_MS = 1_000_000
const SHOWN_HEARTBEATS = 6
const CHECKED_HEARTBEATS = 2
const CHECKED_MS = 15 * MINUTE_MS
/** Interval at which the leader of one of several shards looks at the members, in heartbeats. */
const MEMBERS_HEARTBEATS = 5
/** Reads of the winner's member object by each loser of a tick. */
const GETS_OF_LATE_ONES = 2.1
/**
 * The LISTs of a clean-up besides those of each page: old details of two kinds, the members, the end of the pages, and
 * the archive.
 */
const LISTS_OF_CLEAN_UP = 5

/** Claims, ends, repeated attempts, places, signs of long runs, segments, their archive, and the deletion of old objects. */
export function runRequests(fleet: CostedFleet): Partial<Requests> {
  const { persistJobs, retriesPerRun } = fleet
  const runs = runsOf(fleet)
  const pages = persistJobs && runs > 0 ? recordPagesOf(fleet) : 0
  const own = {
    put: pageWrites(fleet) + runs * retriesPerRun + placeWrites(fleet) + leaseSigns(fleet),
    // Each page is found by one LIST, and its old segments by another.
    list: (LISTS_OF_CLEAN_UP + 2 * pages) * times(DAY_MS),
  }
  return pages === 0 ? own : sum([own, archiveRequests(fleet)])
}

/** Writes of member objects, in a month. */
export function memberPuts({ enableCoordinator, heartbeatInterval, instances }: CostedFleet): number {
  return enableCoordinator ? instances * times(Math.max(MEMBER_MS, heartbeatInterval)) : 0
}

/** The leases, the followers' looks at the leases, the members, and the leaders' looks for changes. */
export function leaderRequests(fleet: CostedFleet): Partial<Requests>[] {
  const { heartbeatInterval, instances, shards } = fleet
  const leaders = Math.min(shards, instances)
  const leases = {
    put: shards * times(heartbeatInterval),
    get: shards * looksPerHeartbeat(shards, instances) * times(heartbeatInterval),
  }
  const changes = sum([
    { get: leaders * times(watchMsOf(heartbeatInterval)) },
    multiply(lookAtAll(fleet), leaders * times(BACKSTOP_MS)),
    { list: leaders * times(REQUESTS_MS) },
  ])
  const members = { put: memberPuts(fleet) }
  if (shards === 1) return [leases, changes, members]
  const oftenMs = MEMBERS_HEARTBEATS * heartbeatInterval
  const seldomMs = Math.max(oftenMs, MEMBER_MS)
  const peers = {
    list: leaders * times(oftenMs) + (instances - leaders) * times(seldomMs),
    get: leaders * (instances - 1) * times(seldomMs),
  }
  return [leases, changes, members, peers]
}

/**
 * The average number of looks by other instances at a shard's lease: with several shards only the next in the line
 * looks each time.
 */
function looksPerHeartbeat(shards: number, instances: number): number {
  if (shards === 1) return instances - 1
  let looks = 0
  for (let place = 1; place < instances; place++) looks += 1 / Math.min(8, 2 ** (place - 1))
  return looks
}

/** The standbys' looks after due jobs, and the requests for their places. */
export function standbyRequests(fleet: CostedFleet): Partial<Requests>[] {
  const { due, heartbeatInterval, instances, shards, standby } = fleet
  if (standby === 'cold') return []
  const standbys = Math.min(STANDBYS, instances - 1)
  const called = {
    get: shards === 1 ? times(MEMBERS_CALLED_MS) * instances : 0,
    list: shards * times(MEMBERS_CALLED_MS),
  }
  const nearMs = gapsOf(due).reduce((total, gapMs) => total + Math.min(gapMs, NEAR_MS), 0)
  const nearPart = nearMs / due.lengthMs
  const memberMs = Math.max(MEMBER_MS, heartbeatInterval)
  const shown = shards === 1 ? standbys : Math.min(instances, shards * standbys)
  const shownMs = Math.min(memberMs, SHOWN_HEARTBEATS * heartbeatInterval)
  const markerMs = watchMsOf(heartbeatInterval)
  const checkedMs = Math.ceil((CHECKED_HEARTBEATS * heartbeatInterval) / markerMs) * markerMs
  const places = {
    put: nearPart * shown * (times(shownMs) - times(memberMs)),
    get: shards * standbys * (nearPart * times(checkedMs) + (1 - nearPart) * times(CHECKED_MS)),
  }
  return [called, places, ...looksAfterDue(fleet, standbys)]
}

/** A conditional GET for each page with due jobs. */
function looksAfterDue(fleet: CostedFleet, standbys: number): Partial<Requests>[] {
  return [{ get: perMonth(fleet, duePagesOf(fleet) * standbys) }]
}

/** The pages with due jobs, over all instants of the sample. */
function duePagesOf(fleet: CostedFleet): number {
  return writesOfInstants(fleet).reduce((total, { claims }) => total + claims, 0)
}

/**
 * The requests of a fleet without a leader. Each instance looks for changes, like a leader. The instance that claims
 * shows a sign of life, once in a heartbeat at most. Each other instance finds the claims of an instant in the page, 1
 * GET for all of them, and looks for the claimant of each.
 */
export function peerRequests(fleet: CostedFleet): Partial<Requests> {
  const { due, heartbeatInterval, instances } = fleet
  const signs = Math.min(perMonth(fleet, due.instants.length), instances * times(heartbeatInterval))
  const late = (instances - 1) * (runsOf(fleet) * GETS_OF_LATE_ONES + perMonth(fleet, duePagesOf(fleet)))
  return sum([
    { put: signs, get: late + instances * times(watchMsOf(heartbeatInterval)) },
    multiply(lookAtAll(fleet), instances * times(BACKSTOP_MS)),
    { list: instances * times(REQUESTS_MS) },
  ])
}
