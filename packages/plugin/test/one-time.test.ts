import { deletePages } from '@s3sched/jobs/testing'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createFaultyStore } from '@s3sched/store/testing'
import { silentLogger } from '@s3sched/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, eventsOf, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
let runs: string[]
let started: SchedulerPlugin<unknown>[]
beforeEach(() => {
  fleet = createFleet()
  runs = []
  started = []
})
afterEach(async () => {
  for (const scheduler of started) await during(fleet.clock, scheduler.stop({ timeout: 0 }))
  await fleet.stopAll()
})

const inMs = (ms: number): Date => new Date(fleet.clock.now() + ms)
const once = (schedule: Date, more: object = {}): FleetJobs[string] => ({
  schedule,
  action: (_, { scheduledTime }) => void runs.push(scheduledTime.toISOString()),
  ...more,
})
const SLOW = { minLatencyMs: 700, maxLatencyMs: 700 }

/** An instance whose requests take 1.4 s each, there and back. */
function slowInstance(jobs: FleetJobs): SchedulerPlugin<unknown> {
  const { clock } = fleet
  const network = createFaultyStore(fleet.store, { clock, random: createSeededRandom(3), client: 'slow', ...SLOW })
  const scheduler = new SchedulerPlugin<unknown>({
    jobs,
    workerId: 'slow',
    skipColdStart: true,
    handleSignals: false,
    prefix: '',
    logger: silentLogger,
    store: network.store,
    clock,
  })
  started.push(scheduler)
  return scheduler
}

describe('an instant that passes while the bucket is asked', () => {
  it.each([100, 1000, 2000])('runs late when it was %i ms ahead at the start', async (aheadMs) => {
    const at = inMs(aheadMs)
    const scheduler = slowInstance({ job: once(at) })
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it('runs late when the scheduler was made before it, and started after it', async () => {
    const at = inMs(MINUTE)
    const scheduler = slowInstance({ job: once(at) })
    await fleet.clock.advance(10 * MINUTE)
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it.each(['none', 'latest'] as const)("stands in the history when catchUp is '%s'", async (catchUp) => {
    const a = await fleet.bootLeader({})
    a.network.setFaults({ minLatencyMs: 1000, maxLatencyMs: 1000 })
    const at = inMs(100)
    await during(fleet.clock, a.scheduler.addJob('job', once(at, { catchUp })))
    a.network.setFaults({})
    await fleet.clock.advance(MINUTE)
    const history = await during(fleet.clock, a.scheduler.getJobHistory('job'))
    const status = catchUp === 'none' ? 'missed' : 'success'
    expect(history).toMatchObject([{ status, scheduledTime: at }])
    expect(eventsOf(a, 'plg:scheduler:job-missed')).toHaveLength(catchUp === 'none' ? 1 : 0)
  })

  it('runs late when it was ahead at an update', async () => {
    const jobs = { job: once(inMs(HOUR)) }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    // The first write of `b` conflicts, so that `b` reads the record.
    await during(fleet.clock, b.scheduler.updateJob('job', { retries: 1 }))
    a.network.setFaults(SLOW)
    const at = inMs(300)
    await during(fleet.clock, a.scheduler.updateJob('job', { schedule: at }))
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it('runs late when it was ahead at the resumption of its job', async () => {
    const at = inMs(5 * MINUTE)
    const a = await fleet.bootLeader({ job: once(at) })
    const b = await fleet.boot('b', { job: once(at) })
    await during(fleet.clock, b.scheduler.disableJob('job'))
    await fleet.clock.advance(at.getTime() - fleet.clock.now() - 300)
    a.network.setFaults(SLOW)
    await during(fleet.clock, a.scheduler.enableJob('job'))
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })
})

describe('an instant that is past', () => {
  const refused = { code: 'INVALID_SCHEDULE', message: expect.stringMatching(/an instant that is ahead/) as string }

  it('is refused at a start, by the name of its job', async () => {
    const scheduler = slowInstance({ job: once(inMs(-1)) })
    const start = during(fleet.clock, scheduler.start())
    await expect(start).rejects.toMatchObject({ ...refused, context: { jobName: 'job' } })
    expect(scheduler.isLeader()).toBe(false)
  })

  it('is refused by addJob, which leaves no job behind', async () => {
    const a = await fleet.bootLeader({})
    await expect(during(fleet.clock, a.scheduler.addJob('job', once(inMs(-1))))).rejects.toMatchObject(refused)
    expect(a.scheduler.listJobs()).toEqual([])
    const at = inMs(MINUTE)
    await during(fleet.clock, a.scheduler.addJob('job', once(at)))
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it('is refused by updateJob, which changes nothing', async () => {
    const at = inMs(MINUTE)
    const a = await fleet.bootLeader({ job: once(at) })
    await expect(during(fleet.clock, a.scheduler.updateJob('job', { schedule: inMs(-HOUR) }))).rejects.toMatchObject(
      refused,
    )
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it('stays in the code of a job that has run, also when the code has had another schedule since', async () => {
    const at = inMs(MINUTE)
    const a = await fleet.bootLeader({ job: once(at) })
    await fleet.clock.advance(2 * MINUTE)
    await during(fleet.clock, a.scheduler.stop())
    const b = await fleet.boot('b', { job: once(at) })
    await fleet.clock.advance(2 * MINUTE)
    await during(fleet.clock, b.scheduler.stop())
    const c = await fleet.boot('c', { job: { schedule: '* * * * *', action: () => 1 } })
    await fleet.clock.advance(10 * MINUTE)
    await during(fleet.clock, c.scheduler.stop())
    await fleet.boot('d', { job: once(at) })
    await fleet.clock.advance(10 * MINUTE)
    expect(runs).toEqual([at.toISOString()])
  })

  it('stays in the code of a job that was paused then, and does not keep it from being resumed', async () => {
    const a = await fleet.bootLeader({ job: once(inMs(MINUTE)) })
    await during(fleet.clock, a.scheduler.disableJob('job'))
    await fleet.clock.advance(2 * MINUTE)
    await during(fleet.clock, a.scheduler.enableJob('job'))
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toEqual([])
  })

  it('does not run a second time when the record of its job is deleted', async () => {
    const at = inMs(MINUTE)
    const a = await fleet.bootLeader({ job: once(at) })
    await fleet.clock.advance(2 * MINUTE)
    await during(fleet.clock, a.scheduler.stop())
    await deletePages(fleet.store)
    await expect(during(fleet.clock, a.scheduler.start())).rejects.toMatchObject(refused)
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual([new Date(NOON + MINUTE).toISOString()])
  })
})

it('a one-time job that nobody was there to run is missed, also after an orderly stop of everybody', async () => {
  const at = inMs(HOUR)
  const a = await fleet.bootLeader({ job: once(at, { catchUp: 'none' }) })
  await during(fleet.clock, a.scheduler.stop())
  await fleet.clock.advance(2 * HOUR)
  await during(fleet.clock, a.scheduler.start())
  await fleet.clock.advance(10 * SECOND)
  const history = await during(fleet.clock, a.scheduler.getJobHistory('job'))
  expect(history).toMatchObject([{ status: 'missed', scheduledTime: at }])
})
