import { createSeededRandom } from '@s3sched/kernel/testing'
import { createLock } from '@s3sched/lock'
import { scopeStore, type ObjectStore } from '@s3sched/store'
import {
  createFleet,
  HOUR,
  MINUTE,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from '../../plugin/test/fleet.ts'

/** A fleet as a person finds it at night: most is well, one job fails, one is slow, one is paused. */
export interface SeededFleet {
  readonly fleet: Fleet
  readonly leader: Instance
  /** All of it: `s3sched/` is a folder in it. */
  readonly store: ObjectStore
}

/** What an action throws that wants to be seen as more than text. */
const HOSTILE = 'disk full: /var/data\u001B[2J\u001B[1;31m owned'

const jobsOf = (message: string): FleetJobs => ({
  billing: { schedule: '*/10 * * * *', description: 'Sends the invoices', action: () => ({ sent: 3 }) },
  cleanup: {
    schedule: { every: '15m' },
    retries: 1,
    backoff: [1000],
    action: () => Promise.reject(new Error(message)),
  },
  report: { schedule: '0 8 * * *', timezone: 'Europe/Berlin', action: () => 'written' },
  slow: { schedule: '*/30 * * * *', overlap: 'skip', timeout: 0, action: () => new Promise(() => undefined) },
  notify: { schedule: null, after: 'billing', action: () => undefined },
})

/** Noon to 13:05 of a day in January 2026, by a clock that stands still afterwards. */
export async function seedFleet(message: string = HOSTILE): Promise<SeededFleet> {
  const jobs = jobsOf(message)
  const fleet = createFleet()
  const options = { prefix: 's3sched/' }
  const leader = await fleet.bootLeader(jobs, options)
  await fleet.boot('b', jobs, options)
  await fleet.clock.advance(HOUR + 5 * MINUTE - (fleet.clock.monotonic() % MINUTE))
  await leader.scheduler.disableJob('report')
  await fleet.clock.advance(20 * SECOND)
  const lock = { clock: fleet.clock, random: createSeededRandom(6), holder: 'deployer', ttlMs: 60_000 }
  await createLock(scopeStore(fleet.store, 's3sched/'), 'deploy', lock).acquire()
  await fleet.clock.advance(10 * SECOND)
  return { fleet, leader, store: fleet.store }
}
