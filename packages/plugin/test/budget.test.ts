import { AsyncLocalStorage } from 'node:async_hooks'
import { listAll } from '@s3sched/store'
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

/** The keys of the requests to the bucket from now on, of all instances. */
function watchPuts(): readonly string[] {
  const keys: string[] = []
  const put = fleet.store.put.bind(fleet.store)
  vi.spyOn(fleet.store, 'put').mockImplementation((key, ...more) => {
    keys.push(key)
    return put(key, ...more)
  })
  return keys
}

const countOf = (keys: readonly string[], folder: string): number => keys.filter((key) => key.startsWith(folder)).length

/** The pages of job records in the bucket; a page that was split only points to the pages below. */
async function pagesOf(): Promise<number> {
  const keys = (await listAll(fleet.store, 'jobs/pages/')).map(({ key }) => key)
  return Math.max(1, keys.length - 1)
}

const total = ({ delete: deleted, get, list, put }: Instance['requests']): number => deleted + get + list + put

const stop = async ({ scheduler }: Instance): Promise<void> => during(fleet.clock, scheduler.stop())
const lead = async ({ scheduler }: Instance): Promise<void> => {
  for (let waited = 0; !scheduler.isLeader() && waited < 60; waited++) await fleet.clock.advance(SECOND)
  expect(scheduler.isLeader()).toBe(true)
  await fleet.clock.advance(SECOND)
}

describe('in the steady state, a leader', () => {
  it('writes each page twice an instant, also when hundreds are due at once, and asks for nothing else', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(jobsOf(300, '* * * * *'), { maxConcurrentJobs: 20 })
    await fleet.clock.advance(2 * MINUTE + 20 * SECOND)
    const pages = await pagesOf()
    expect(pages).toBeLessThanOrEqual(4)
    leader.resetRequests()
    const keys = watchPuts()
    await fleet.clock.advance(5 * MINUTE)
    const { delete: deleted, get, list, notModified, put } = leader.requests
    expect({ deleted, list, read: get - notModified }).toEqual({ deleted: 0, list: 0, read: 0 })
    // The claims of an instant, the ends of its runs, and now and then a segment, whose outcomes then leave the page.
    const segments = countOf(keys, 'segments/')
    expect(segments).toBeLessThanOrEqual(5 * pages)
    expect(countOf(keys, 'jobs/')).toBe(5 * 2 * pages + segments)
    expect(put).toBe(countOf(keys, 'jobs/') + segments + 5 * 2) // two renewals a minute
    expect(notModified).toBe(5 * 4) // polls of the marker
  })

  it('asks once a second for twenty jobs every second', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(jobsOf(20, '* * * * * *'))
    await fleet.clock.advance(10 * SECOND)
    leader.resetRequests()
    const keys = watchPuts()
    await fleet.clock.advance(MINUTE)
    expect(countOf(keys, 'jobs/')).toBe(60)
    expect(total(leader.requests)).toBeLessThan(1.5 * 60)
    expect(eventsOf(leader, 'jobCompleted').length).toBeGreaterThanOrEqual(20 * 60)
  })

  it('asks for two PUTs a run of a lone hourly job', async () => {
    fleet = createFleet()
    await fleet.bootLeader(jobsOf(1, '0 * * * *'))
    await fleet.clock.advance(10 * MINUTE)
    const keys = watchPuts()
    await fleet.clock.advance(3 * HOUR)
    expect({ pages: countOf(keys, 'jobs/'), segments: countOf(keys, 'segments/') }).toEqual({ pages: 6, segments: 0 })
  })
})

it('costs a standby one GET a page and instant', async () => {
  fleet = createFleet()
  const jobs = jobsOf(20, '* * * * * *')
  await fleet.bootLeader(jobs)
  const standby = await fleet.boot('b', jobs)
  await fleet.clock.advance(10 * SECOND)
  standby.resetRequests()
  await fleet.clock.advance(MINUTE)
  const { get, list, put } = standby.requests
  // Two looks at the lease, and a look at the page for each instant.
  expect(get).toBeLessThanOrEqual(60 + 2)
  expect(put + list).toBeLessThanOrEqual(1)
  expect(eventsOf(standby, 'jobStarted')).toEqual([])
})

it('takes over from a clean stop by a look at each page, whatever the number of jobs', async () => {
  const takeover = async (count: number): Promise<typeof NONE> => {
    fleet = createFleet()
    const first = await fleet.bootLeader(jobsOf(count, '0 0 1 1 *'))
    const second = await fleet.boot('b', jobsOf(count, '0 0 1 1 *'))
    await fleet.clock.advance(MINUTE)
    second.resetRequests()
    await stop(first)
    await lead(second)
    return { ...second.requests }
  }
  const few = await takeover(1)
  const some = await takeover(500)
  const looks = (await pagesOf()) - 1
  expect(some).toEqual({ ...few, get: few.get + looks, notModified: few.notModified + looks })
  // A LIST costs less than the looks at many pages.
  const many = await takeover(2500)
  expect(many).toEqual({ ...few, get: few.get - 1, notModified: few.notModified - 1, list: few.list + 1 })
})

describe('a start', () => {
  const quiet = jobsOf(1500, '0 0 1 1 *')

  it('defines hundreds of new jobs in a few writes', async () => {
    fleet = createFleet()
    const keys = watchPuts()
    await fleet.boot('a', quiet)
    // The first commit splits the empty page into as many pages as it needs.
    expect(countOf(keys, 'jobs/')).toBe(2 * (await pagesOf()) + 1)
  })

  it('reads each page of jobs once when nothing has changed, and writes none', async () => {
    fleet = createFleet()
    await stop(await fleet.bootLeader(quiet))
    const pages = await pagesOf()
    const keys = watchPuts()
    const second = await fleet.boot('b', quiet)
    const { get, notModified } = second.requests
    expect(get - notModified).toBeLessThanOrEqual(pages + 10)
    expect(second.requests.list).toBeLessThanOrEqual(7)
    second.resetRequests()
    await lead(second)
    expect(second.requests.get).toBeLessThanOrEqual(pages + 10)
    expect(countOf(keys, 'jobs/')).toBe(0)
  })

  it('reads each page once, too, after all jobs have run, and misses none', async () => {
    fleet = createFleet()
    const busy = jobsOf(300, '0 * * * *')
    const first = await fleet.bootLeader(busy, { maxConcurrentJobs: 50 })
    await fleet.clock.advance(HOUR + MINUTE)
    expect(eventsOf(first, 'jobCompleted')).toHaveLength(300)
    await stop(first)
    const second = await fleet.boot('b', busy)
    expect(second.requests.get).toBeLessThanOrEqual((await pagesOf()) + 10)
    await lead(second)
    await fleet.clock.advance(HOUR)
    expect(eventsOf(second, 'jobCompleted')).toHaveLength(300)
    expect(eventsOf(second, 'plg:scheduler:job-missed')).toEqual([])
  })

  it('writes only the jobs that are defined otherwise', async () => {
    fleet = createFleet()
    await stop(await fleet.bootLeader(quiet))
    const changed = { ...quiet, 'job-7': { retries: 3, schedule: null, action: () => 7 } }
    const keys = watchPuts()
    const second = await fleet.boot('b', changed)
    expect(countOf(keys, 'jobs/')).toBe(1)
    expect(second.scheduler.getJobStatus('job-7')?.schedule).toBeNull()
  })

  it('of a pass without a leader reads each page, and writes the pages of what is due', async () => {
    fleet = createFleet()
    const busy = Object.entries(jobsOf(3, '* * * * *')).map(([name, job]) => [`busy-${name}`, job])
    const jobs = { ...quiet, ...(Object.fromEntries(busy) as FleetJobs) }
    const options = { enableCoordinator: false }
    await stop(await fleet.boot('a', jobs, options))
    const second = await fleet.boot('b', jobs, { ...options, enabled: false })
    await fleet.clock.advance(MINUTE)
    second.resetRequests()
    const keys = watchPuts()
    const ran = await during(fleet.clock, second.scheduler.runDue())
    expect(ran).toHaveLength(3)
    expect(second.requests.get).toBeLessThanOrEqual((await pagesOf()) + 10)
    expect(countOf(keys, 'jobs/')).toBeLessThanOrEqual(2 * 3)
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
  await fleet.bootLeader(jobsOf(100, '* * * * *'), { maxConcurrentJobs: 20 })
  const sleep = vi.spyOn(fleet.clock, 'sleep')
  await fleet.clock.advance(2 * MINUTE)
  expect(sleep.mock.calls.length / (2 * 100)).toBeLessThan(10)
})

it('leaves no timer behind after a run, and aborts nothing without a reason, which would make an exception each time', async () => {
  // The test files share a process, and a stop of another fleet aborts without reasons: only this fleet's aborts count.
  const here = new AsyncLocalStorage<true>()
  const original = Reflect.get(AbortController.prototype, 'abort') as (reason: unknown) => void
  const reasons: unknown[] = []
  vi.spyOn(AbortController.prototype, 'abort').mockImplementation(function (this: AbortController, reason: unknown) {
    if (here.getStore() === true) reasons.push(reason)
    original.call(this, reason)
  })
  await here.run(true, async () => {
    fleet = createFleet()
    const { clock } = fleet
    await fleet.bootLeader(jobsOf(40, '* * * * *'), { maxConcurrentJobs: 20 })
    await clock.advance(2 * MINUTE + 10 * SECOND)
    const { sleeping } = clock
    reasons.length = 0
    await clock.advance(3 * MINUTE)
    expect(clock.sleeping).toBe(sleeping)
  })
  vi.restoreAllMocks()
  expect(reasons.length).toBeGreaterThan(0)
  expect(reasons.filter((reason) => reason === undefined)).toHaveLength(0)
})
