/**
 * The requests that a fleet makes by itself. Each function tells one part of them.
 */
import { watchMsOf } from '../leader/bucket-watch.ts'
import { isListCheaper } from '../leader/is-list-cheaper.ts'
import { STANDBYS } from '../leader/standby-roll.ts'
import { jobsOf, pagesOf, perMonth, runsOf, type CostedFleet } from './costed-fleet.ts'
import { gapsOf } from './due-instants.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, times, type Requests } from './requests.ts'

const BACKSTOP_MS = 10 * MINUTE_MS
const REQUESTS_MS = HOUR_MS
const MEMBER_MS = 15 * MINUTE_MS
const MEMBERS_LISTED_MS = HOUR_MS
const MEMBERS_CALLED_MS = HOUR_MS
/** The named standbys show that they live, and the leader looks at each: often where a tick is near. */
const NEAR_MS = 1_000_000
const SHOWN_HEARTBEATS = 6
const CHECKED_HEARTBEATS = 2
const CHECKED_MS = 15 * MINUTE_MS
/** The leader of a shard, of several, looks at the members so seldom. */
const MEMBERS_HEARTBEATS = 5
/** The record, the winner's member object and its run, and every other time the record once more. */
const GETS_OF_LATE_ONES = 3.5
const LISTS_OF_LATE_ONES = 1.5
/** The jobs with runs, old marks of failures, and the members. */
const LISTS_OF_CLEAN_UP = 4

/** Claims, records, failed attempts that are tried again, marks of failures, and the deletion of what is old. */
export function runRequests(fleet: CostedFleet): Partial<Requests> {
  const { groups, persistJobs, retriesPerRun } = fleet
  // Without a history the end of the run is written into the job's record at once, and failures have no marks.
  const marked = persistJobs
    ? groups.reduce((total, { failureRates, runsPerMonth }) => total + failureRates * runsPerMonth, 0)
    : 0
  return { put: runsOf(fleet) * (2 + retriesPerRun) + marked, list: LISTS_OF_CLEAN_UP * times(DAY_MS) }
}

/** Member objects, in a month. */
export function memberPuts({ enableCoordinator, heartbeatInterval, instances }: CostedFleet): number {
  return enableCoordinator ? instances * times(Math.max(MEMBER_MS, heartbeatInterval)) : 0
}

/** The leases, those who look at them, the members, and the leaders' looks for changes. */
export function leaderRequests(fleet: CostedFleet): Partial<Requests>[] {
  const { heartbeatInterval, instances, shards } = fleet
  const leaders = Math.min(shards, instances)
  const leases = {
    put: shards * times(heartbeatInterval),
    get: shards * looksPerHeartbeat(shards, instances) * times(heartbeatInterval),
  }
  const changes = {
    get: leaders * times(watchMsOf(heartbeatInterval)),
    list: leaders * (times(BACKSTOP_MS) * pagesOf(fleet) + times(REQUESTS_MS)) + times(MEMBERS_LISTED_MS),
  }
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

/** The looks of other instances at the lease of a shard, on average: with several shards only the next in line looks each time. */
function looksPerHeartbeat(shards: number, instances: number): number {
  if (shards === 1) return instances - 1
  let looks = 0
  for (let place = 1; place < instances; place++) looks += 1 / Math.min(8, 2 ** (place - 1))
  return looks
}

/** The standbys' looks after due jobs, and what keeps their places. */
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

/** A GET for each job that is due, or a list of all jobs where that is cheaper: a leader that lives has claimed them all. */
function looksAfterDue(fleet: CostedFleet, standbys: number): Partial<Requests>[] {
  const { due, shards } = fleet
  const jobs = jobsOf(fleet)
  const pages = pagesOf(fleet)
  let [get, list] = [0, 0]
  for (const instant of due.instants) {
    if (isListCheaper(instant.jobs / shards, jobs)) list += shards * pages
    else get += instant.jobs
  }
  return [{ get: perMonth(fleet, get * standbys), list: perMonth(fleet, list * standbys) }]
}

/**
 * The requests of a fleet without leader. Each instance looks for changes, as a leader does. For each tick an instance shows that it
 * is alive and tries the claim. An instance whose claim came too late reads the record, and looks for the winner and its run.
 */
export function peerRequests(fleet: CostedFleet): Partial<Requests> {
  const { heartbeatInterval, instances } = fleet
  const runs = runsOf(fleet)
  return {
    put: runs * (2 * instances - 1),
    get: runs * (instances - 1) * GETS_OF_LATE_ONES + instances * times(watchMsOf(heartbeatInterval)),
    list:
      runs * (instances - 1) * LISTS_OF_LATE_ONES +
      instances * (times(BACKSTOP_MS) * pagesOf(fleet) + times(REQUESTS_MS)),
  }
}
