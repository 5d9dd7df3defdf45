import { sizeOf } from '@s3sched-tooling/vitest/share-of'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMemoryStore } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScheduler, type Scheduler } from '../src/index.ts'
import { createFleet, eventsOf, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('many jobs', () => {
  let fleet: Fleet
  let starts: { readonly job: string; readonly lag: number }[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsAt = (schedule: string, count: number): FleetJobs =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `${schedule.startsWith('*') ? 'busy' : 'rare'}${index}`,
        {
          schedule,
          action: (_db: unknown, { jobName, scheduledTime }: { jobName: string; scheduledTime: Date }) =>
            void starts.push({ job: jobName, lag: fleet.clock.now() - scheduledTime.getTime() }),
        },
      ]),
    )

  it('of one second start on it, each once, over a network that takes its time', async () => {
    const leader = await fleet.bootLeader(jobsAt('* * * * *', 100), { maxConcurrentJobs: 100 })
    leader.network.setFaults({ minLatencyMs: 20, maxLatencyMs: 60 })
    await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
    expect(starts).toHaveLength(200)
    for (const minute of [0, 1]) {
      expect(new Set(starts.slice(minute * 100, minute * 100 + 100).map(({ job }) => job)).size).toBe(100)
    }
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(100)
    expect(eventsOf(leader, 'plg:scheduler:job-missed')).toEqual([])
  })

  it('in all cost nothing while they are not due, and do not hinder the one that is', async () => {
    const count = sizeOf({ plain: 3000, all: 10_000 })
    const jobs = { ...jobsAt('0 0 1 1 *', count - 1), ...jobsAt('* * * * *', 1) }
    const leader = await fleet.bootLeader(jobs)
    await fleet.clock.advance(NOON + 10 * SECOND - fleet.clock.now())
    leader.resetRequests()
    await fleet.clock.advance(5 * MINUTE)
    expect(starts.map(({ lag }) => lag)).toEqual([0, 0, 0, 0, 0])
    // Two per run and per heartbeat, and sometimes a member object.
    expect(leader.requests.put).toBeLessThanOrEqual(2 * 5 + 2 * 5 + 1)
    expect(leader.requests.get).toBeLessThanOrEqual(4 * 5 + 1)
    expect(leader.scheduler.listJobs()).toHaveLength(count)
  })

  it('leave the object that defined them to the garbage collector', async () => {
    const given = (): { readonly scheduler: Scheduler; readonly jobs: WeakRef<object> } => {
      const jobs = { report: { schedule: '0 3 * * *', action: () => undefined } }
      return { scheduler: createScheduler({ store: createMemoryStore(), jobs }), jobs: new WeakRef(jobs) }
    }
    const { jobs, scheduler } = given()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    // A weak reference keeps its object until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(jobs.deref()).toBeUndefined()
    expect(scheduler.listJobs()).toHaveLength(1)
  })
})
