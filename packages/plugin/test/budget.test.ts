import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
  MINUTE,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'

/** Budgets of counts instead of times hold on every machine; the times are in the benchmarks. */
const NONE = { get: 0, notModified: 0, put: 0, list: 0, delete: 0 }

let fleet: Fleet
afterEach(() => fleet.stopAll())

const jobsOf = (count: number, schedule: string): FleetJobs =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`job-${index}`, { schedule, action: () => index }]))

const prefixed = (prefix: string, jobs: FleetJobs): FleetJobs =>
  Object.fromEntries(Object.entries(jobs).map(([name, job]) => [`${prefix}-${name}`, job]))

it('asks for two PUTs per run and nothing else, also when hundreds are due at once', async () => {
  fleet = createFleet()
  const leader = await fleet.bootLeader(jobsOf(300, '* * * * *'), { maxConcurrentJobs: 20 })
  await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
  leader.resetRequests()
  // A minute, from after the ticks of a minute; renewals and polls of the marker are counted apart.
  await fleet.clock.advance(MINUTE)
  const { delete: deleted, get, list, notModified, put } = leader.requests
  expect({ deleted, list }).toEqual({ deleted: 0, list: 0 })
  expect(put).toBe(2 * 300 + 2) // two renewals
  expect(get - notModified).toBe(0)
  expect(notModified).toBe(4) // polls of the marker
})

it('takes over from a clean stop without reading any of the jobs that are not due', async () => {
  const jobs = 2500
  const takeover = async (count: number): Promise<typeof NONE> => {
    fleet = createFleet()
    const first = await fleet.bootLeader(jobsOf(count, '0 0 1 1 *'))
    const second = await fleet.boot('b', jobsOf(count, '0 0 1 1 *'))
    await fleet.clock.advance(MINUTE)
    second.resetRequests()
    await during(fleet.clock, first.scheduler.stop())
    for (let waited = 0; !second.scheduler.isLeader() && waited < 60; waited++) await fleet.clock.advance(SECOND)
    expect(second.scheduler.isLeader()).toBe(true)
    await fleet.clock.advance(SECOND)
    return { ...second.requests }
  }
  const few = await takeover(1)
  const many = await takeover(jobs)
  expect(many).toEqual({ ...few, list: few.list + Math.ceil(jobs / 1000) - 1 })
})

it('reads each job once at a restart, writes none, and lists them a page at a time', async () => {
  fleet = createFleet()
  const jobs = jobsOf(1500, '0 0 1 1 *')
  const first = await fleet.bootLeader(jobs)
  await during(fleet.clock, first.scheduler.stop())
  const second = await fleet.boot('b', jobs)
  expect(second.requests.get).toBeLessThanOrEqual(1500 + 10)
  expect(second.requests.put).toBeLessThanOrEqual(2)
  // Two pages of jobs, before the definitions and at the promotion; the members, twice after a rest; the requests.
  expect(second.requests.list).toBeLessThanOrEqual(2 + 2 + 2 + 1)
})

describe('with more jobs than are read at a start', () => {
  const MANY = { jobsReadAtStart: 100 }
  const quiet = jobsOf(1500, '0 0 1 1 *')
  const stop = async ({ scheduler }: Instance): Promise<void> => during(fleet.clock, scheduler.stop())
  const lead = async ({ scheduler }: Instance): Promise<void> => {
    for (let waited = 0; !scheduler.isLeader() && waited < 60; waited++) await fleet.clock.advance(SECOND)
    expect(scheduler.isLeader()).toBe(true)
    await fleet.clock.advance(SECOND)
  }
  /** The requests of a restart with a single job, for comparison. */
  const NOTHING_NEW = { get: 7, put: 2, list: 7 }

  it('reads no record and writes none at a restart when nothing changed, and leads without one', async () => {
    fleet = createFleet()
    await stop(await fleet.bootLeader(quiet, MANY))
    const second = await fleet.boot('b', quiet, MANY)
    const { get, list, put } = second.requests
    expect(get).toBeLessThanOrEqual(NOTHING_NEW.get)
    expect(put).toBeLessThanOrEqual(NOTHING_NEW.put)
    expect(list).toBeLessThanOrEqual(NOTHING_NEW.list)
    second.resetRequests()
    await lead(second)
    expect(second.requests.get).toBeLessThan(10)
    expect(second.requests.put).toBeLessThan(10)
  })

  it('reads none either after all of them have run', async () => {
    fleet = createFleet()
    const busy = jobsOf(300, '0 * * * *')
    const first = await fleet.bootLeader(busy, { ...MANY, maxConcurrentJobs: 50 })
    await fleet.clock.advance(HOUR + MINUTE)
    expect(eventsOf(first, 'jobCompleted')).toHaveLength(300)
    await stop(first)
    const second = await fleet.boot('b', busy, MANY)
    expect(second.requests.get).toBeLessThanOrEqual(NOTHING_NEW.get)
    await lead(second)
    await fleet.clock.advance(HOUR)
    expect(eventsOf(second, 'jobCompleted')).toHaveLength(300)
    expect(eventsOf(second, 'plg:scheduler:job-missed')).toEqual([])
  })

  it('reads after a crash only what was written since the index was', async () => {
    fleet = createFleet()
    const jobs = { ...quiet, ...prefixed('busy', jobsOf(20, '* * * * *')) }
    const first = await fleet.bootLeader(jobs, { ...MANY, maxConcurrentJobs: 20 })
    await fleet.clock.advance(15 * MINUTE)
    fleet.cutOff(first)
    const second = await fleet.boot('b', jobs, MANY)
    expect(second.requests.get).toBeGreaterThanOrEqual(20)
    expect(second.requests.get).toBeLessThanOrEqual(20 + NOTHING_NEW.get)
  })

  it('reads about as many again as are defined otherwise, and their neighbours', async () => {
    fleet = createFleet()
    await stop(await fleet.bootLeader(quiet, MANY))
    const changed = { ...quiet, 'job-7': { ...quiet['job-7'], retries: 3, schedule: null, action: () => 7 } }
    const second = await fleet.boot('b', changed, MANY)
    expect(second.requests.get).toBeLessThan(150)
    expect(second.scheduler.getJobStatus('job-7')?.schedule).toBeNull()
  })

  it('without a leader, a pass reads what is due and nothing else', async () => {
    fleet = createFleet()
    const jobs = { ...quiet, ...prefixed('busy', jobsOf(3, '* * * * *')) }
    const options = { ...MANY, enableCoordinator: false }
    await stop(await fleet.boot('a', jobs, options))
    const second = await fleet.boot('b', jobs, { ...options, enabled: false })
    await fleet.clock.advance(MINUTE)
    second.resetRequests()
    const ran = await during(fleet.clock, second.scheduler.runDue())
    expect(ran).toHaveLength(3)
    expect(second.requests.get).toBeLessThan(3 + 10)
  })
})

it('sets a few timers per run, and at a takeover none for a job that is not due', async () => {
  const takeover = async (count: number): Promise<number> => {
    fleet = createFleet()
    const first = await fleet.bootLeader(jobsOf(count, '0 0 1 1 *'))
    const second = await fleet.boot('b', jobsOf(count, '0 0 1 1 *'))
    await during(fleet.clock, first.scheduler.stop())
    const sleep = vi.spyOn(fleet.clock, 'sleep')
    await fleet.clock.advance(5 * MINUTE)
    expect(second.scheduler.isLeader()).toBe(true)
    return sleep.mock.calls.length
  }
  // Some hundreds of jobs are planned per turn of the event loop.
  expect((await takeover(2000)) - (await takeover(1))).toBeLessThan(2000 / 100)

  fleet = createFleet()
  await fleet.bootLeader(jobsOf(300, '* * * * *'), { maxConcurrentJobs: 20 })
  const sleep = vi.spyOn(fleet.clock, 'sleep')
  await fleet.clock.advance(5 * MINUTE)
  expect(sleep.mock.calls.length / (5 * 300)).toBeLessThan(10)
})

it('leaves no timer behind after a run, and aborts nothing without a reason, which would make an exception each time', async () => {
  fleet = createFleet()
  await fleet.bootLeader(jobsOf(100, '* * * * *'), { maxConcurrentJobs: 20 })
  await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
  const { sleeping } = fleet.clock
  const abort = vi.spyOn(AbortController.prototype, 'abort')
  await fleet.clock.advance(5 * MINUTE)
  expect(fleet.clock.sleeping).toBe(sleeping)
  expect(abort).toHaveBeenCalled()
  expect(abort.mock.calls.filter(([reason]) => reason === undefined)).toHaveLength(0)
  abort.mockRestore()
})
