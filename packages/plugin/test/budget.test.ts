import { afterEach, expect, it, vi } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

/** Budgets that are counted and not timed, so that they hold on every machine; the times are in the benchmarks. */
const NONE = { get: 0, notModified: 0, put: 0, list: 0, delete: 0 }

let fleet: Fleet
afterEach(() => fleet.stopAll())

const jobsOf = (count: number, schedule: string): FleetJobs =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`job-${index}`, { schedule, action: () => index }]))

it('asks for two PUTs per run and nothing else, also when hundreds are due at once', async () => {
  fleet = createFleet()
  const leader = await fleet.bootLeader(jobsOf(300, '* * * * *'), { maxConcurrentJobs: 20 })
  await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
  leader.resetRequests()
  // From after one minute's ticks to before the next heartbeat or look at the marker, but for what is counted apart.
  await fleet.clock.advance(MINUTE)
  const { delete: deleted, get, list, notModified, put } = leader.requests
  expect({ deleted, list }).toEqual({ deleted: 0, list: 0 })
  expect(put).toBe(2 * 300 + 2) // two renewals
  expect(get - notModified).toBe(0)
  expect(notModified).toBe(4) // looks at the marker
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
  // The jobs before they are defined and at the promotion, two pages each, and the members.
  expect(second.requests.list).toBeLessThanOrEqual(2 + 2 + 1)
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
  // Some hundreds are planned in each turn of the event loop.
  expect((await takeover(2000)) - (await takeover(1))).toBeLessThan(2000 / 100)

  fleet = createFleet()
  await fleet.bootLeader(jobsOf(300, '* * * * *'), { maxConcurrentJobs: 20 })
  const sleep = vi.spyOn(fleet.clock, 'sleep')
  await fleet.clock.advance(5 * MINUTE)
  expect(sleep.mock.calls.length / (5 * 300)).toBeLessThan(8.5)
})
