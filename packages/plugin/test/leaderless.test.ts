import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DueRun } from '@s3sched/engine'
import { SchedulerPlugin, type JobContext } from '../src/index.ts'
import { createFleet, during, HOUR, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const LEADERLESS = { enableCoordinator: false }
let fleet: Fleet
let starts: string[]
beforeEach(() => {
  fleet = createFleet()
  starts = []
})
afterEach(() => fleet.stopAll())

const note = (_: unknown, { jobName }: JobContext): number => starts.push(jobName)
const pass = ({ scheduler }: Pick<Instance, 'scheduler'>): Promise<DueRun[]> => during(fleet.clock, scheduler.runDue())

/** A scheduler without a start, and its connection to the store. */
function passer(jobs: FleetJobs, network = fleet.store): Pick<Instance, 'scheduler'> {
  const { clock } = fleet
  return { scheduler: new SchedulerPlugin<unknown>({ store: network, prefix: '', jobs, clock, ...LEADERLESS }) }
}

describe('without a coordinator', () => {
  const jobs: FleetJobs = {
    job: { schedule: '* * * * *', action: note },
    idle: { schedule: null, action: note },
    chained: { schedule: null, after: 'idle', action: note },
  }

  it('a job that was paused and resumed from outside runs again', async () => {
    const a = await fleet.boot('a', jobs, LEADERLESS)
    const outside = passer({})
    await fleet.clock.advance(30 * SECOND)
    await during(fleet.clock, outside.scheduler.refresh())
    await during(fleet.clock, outside.scheduler.disableJob('job'))
    await fleet.clock.advance(5 * MINUTE)
    expect(starts).toEqual([])
    await during(fleet.clock, outside.scheduler.enableJob('job'))
    await fleet.clock.advance(5 * MINUTE)
    expect(starts).toHaveLength(5)
    expect(a.scheduler.isLeader()).toBe(false)
  })

  it('a request is obeyed by one of the instances, with what comes after it, also when it was placed before they started', async () => {
    const outside = passer(jobs)
    await pass(outside)
    await fleet.clock.advance(SECOND)
    await during(fleet.clock, outside.scheduler.requestRun('idle'))
    const instances = [await fleet.boot('a', jobs, LEADERLESS), await fleet.boot('b', jobs, LEADERLESS)]
    await fleet.clock.advance(SECOND)
    expect(starts).toEqual(['idle', 'chained'])
    await during(fleet.clock, outside.scheduler.requestRun('idle'))
    await fleet.clock.advance(20 * SECOND)
    expect(starts).toEqual(['idle', 'chained', 'idle', 'chained'])
    for (const { scheduler } of instances) await during(fleet.clock, scheduler.stop())
    const history = await during(fleet.clock, outside.scheduler.getJobHistory('idle'))
    expect(history.map(({ status }) => status)).toEqual(['success', 'success'])
  })

  it('a run is cancelled wherever it is', async () => {
    const slow: FleetJobs = {
      slow: { schedule: '* * * * *', action: (_, { signal }) => fleet.clock.sleep(HOUR, signal) },
    }
    await fleet.boot('a', slow, LEADERLESS)
    await fleet.clock.advance(61 * SECOND)
    const outside = passer(slow)
    await during(fleet.clock, outside.scheduler.cancelRun('slow'))
    await fleet.clock.advance(31 * SECOND)
    const [last] = await during(fleet.clock, outside.scheduler.getJobHistory('slow'))
    expect(last).toMatchObject({ status: 'cancelled' })
  })

  it('each instance tries, and one succeeds', async () => {
    const ticks: number[] = []
    const own: FleetJobs = {
      job: { schedule: '*/10 * * * * *', action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()) },
    }
    const instances = [await fleet.boot('a', own, LEADERLESS), await fleet.boot('b', own, LEADERLESS)]
    await fleet.clock.advance(MINUTE + SECOND)
    expect(ticks).toHaveLength(6)
    expect(new Set(ticks).size).toBe(6)
    for (const { resetRequests } of instances) resetRequests()
    expect(instances.every(({ scheduler }) => !scheduler.isLeader())).toBe(true)
  })

  it('runDue makes one pass, and returns what it ran', async () => {
    const own: FleetJobs = { job: { schedule: '* * * * *', action: () => 'done' } }
    const { scheduler } = await fleet.boot('a', own, { enabled: false, ...LEADERLESS })
    expect(await during(fleet.clock, scheduler.runDue())).toEqual([])
    await fleet.clock.advance(MINUTE)
    expect(await during(fleet.clock, scheduler.runDue())).toMatchObject([{ jobName: 'job', status: 'success' }])
    expect(await during(fleet.clock, scheduler.runDue())).toEqual([])
  })
})
