import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, type Clock } from '@s3sched/kernel'
import { SchedulerPlugin, type JobContext } from '../src/index.ts'
import {
  createFleet,
  during,
  eventsOf,
  MINUTE,
  NO_HISTORY,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'

interface Start {
  readonly workerId: string
  readonly job: string
  readonly tick: number
  readonly lag: number
}

describe('a hot standby', () => {
  let fleet: Fleet
  let starts: Start[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsOf =
    (definition: Record<string, unknown>, count = 1, takesMs = 0) =>
    (workerId: string): FleetJobs => {
      const action = async (_: unknown, { jobName, scheduledTime, signal }: JobContext): Promise<void> => {
        const tick = scheduledTime.getTime()
        starts.push({ workerId, job: jobName, tick, lag: fleet.clock.now() - tick })
        if (takesMs > 0) await fleet.clock.sleep(takesMs, signal)
      }
      return Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `job${index}`,
          { schedule: '* * * * * *', ...definition, action },
        ]),
      )
    }

  /** The leader `a`, and the followers `b`, `c`, …, named for standby duty by the leader, after their first poll. */
  async function bootFleet(jobs: (workerId: string) => FleetJobs, size: number, more = {}): Promise<Instance[]> {
    const options = { ...NO_HISTORY, ...more }
    const instances = [await fleet.bootLeader(jobs('a'), options)]
    for (const workerId of ['b', 'c', 'd'].slice(0, size - 1)) {
      instances.push(await fleet.boot(workerId, jobs(workerId), options))
    }
    await fleet.clock.advance(MINUTE)
    return instances
  }

  const ticksBetween = (from: number, to: number): number[] => {
    const ticks: number[] = []
    for (let at = Math.ceil(from / SECOND) * SECOND; at < to; at += SECOND) ticks.push(at)
    return ticks
  }

  const started = (job: string): number[] => starts.filter((start) => start.job === job).map(({ tick }) => tick)

  it('starts what a dead leader can no more, a moment after its instant, and nothing twice', async () => {
    const [a, b] = await bootFleet(jobsOf({ overlap: 'allow' }), 2)
    starts = []
    const diedAt = fleet.clock.now() + 300
    await fleet.clock.advance(300)
    fleet.cutOff(a as Instance)
    await fleet.clock.advance(3 * MINUTE)
    // The leader still starts runs that it claimed before the cut, as long as its lease is trusted.
    expect(started('job0').toSorted((x, y) => x - y)).toEqual(ticksBetween(diedAt, fleet.clock.now()))
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(500)
    expect(eventsOf(b as Instance, 'plg:scheduler:job-missed')).toEqual([])
    expect((b as Instance).scheduler.isLeader()).toBe(true)
  })

  it('takes over at once and without a warning from a leader that has stopped, when something is due', async () => {
    const warnings: string[] = []
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    const [a, b] = await bootFleet(jobsOf({}), 2, { logger })
    starts = []
    const stoppedAt = fleet.clock.now()
    await during(fleet.clock, (a as Instance).scheduler.stop())
    await fleet.clock.advance(2 * SECOND)
    expect((b as Instance).scheduler.isLeader()).toBe(true)
    await fleet.clock.advance(10 * SECOND)
    expect(started('job0')).toEqual(ticksBetween(stoppedAt + 1, fleet.clock.now() + 1))
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(500)
    expect(warnings).toEqual([])
  })

  it('claims without a warning the ticks of jobs that its leader lacks', async () => {
    const warnings: string[] = []
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    await fleet.bootLeader({}, { ...NO_HISTORY, logger })
    await fleet.boot('b', jobsOf({})('b'), { ...NO_HISTORY, logger })
    await fleet.clock.advance(MINUTE)
    expect(starts.length).toBeGreaterThan(50)
    expect(warnings).toEqual([])
  })

  it.each([
    { overlap: 'allow', count: 1, withinMs: 600 },
    { overlap: 'allow', count: 8, withinMs: 600 },
    { overlap: 'skip', count: 1, withinMs: 1500 },
    { overlap: 'skip', count: 8, withinMs: 1500 },
    { overlap: 'queue', count: 8, withinMs: 1500 },
  ])(
    "starts each tick of $count jobs, overlap '$overlap', within $withinMs ms after the leader died in the midst of short runs",
    async ({ count, overlap, withinMs }) => {
      const instances = await bootFleet(jobsOf({ overlap }, count, 300), 2, { maxConcurrentJobs: 2 * count })
      const [a, b] = instances as [Instance, Instance]
      for (const { network } of instances) network.setFaults({ minLatencyMs: 3, maxLatencyMs: 30 })
      await fleet.clock.advance(10 * SECOND)
      await fleet.clock.advance(SECOND - (fleet.clock.now() % SECOND) + 60)
      starts = []
      const expected = ticksBetween(fleet.clock.now(), fleet.clock.now() + 18 * SECOND)
      fleet.cutOff(a)
      b.resetRequests()
      await fleet.clock.advance(20 * SECOND)
      // A claim and a record per run, a verdict with two records per lost run, and at times the member object.
      expect(b.requests.put).toBeLessThan(20 * (2 * count + 4) + 3 * count)
      for (let job = 0; job < count; job++) {
        expect(started(`job${job}`).filter((tick) => tick <= (expected.at(-1) ?? 0))).toEqual(expected)
      }
      expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(withinMs)
      // Under `overlap: 'allow'` the decision about lost runs is left to the next leader.
      expect(eventsOf(b, 'plg:scheduler:job-lost')).toHaveLength(overlap === 'allow' ? 0 : count)
      expect(eventsOf(b, 'plg:scheduler:job-skipped')).toEqual([])
    },
  )

  it('takes up a job whose long run died with its leader, half a period after the last sign of the leader', async () => {
    const [a, b] = await bootFleet(jobsOf({ schedule: '*/10 * * * * *' }, 1, 6 * SECOND), 2)
    await fleet.clock.advance(10 * SECOND - (fleet.clock.now() % (10 * SECOND)) + SECOND)
    starts = []
    const from = fleet.clock.now()
    fleet.cutOff(a as Instance) // in the middle of a run, which is told to end
    await fleet.clock.advance(3 * MINUTE)
    const [first] = starts
    expect((first?.tick ?? 0) + (first?.lag ?? 0)).toBeLessThan(from + 15 * SECOND)
    const due = ticksBetween(from, fleet.clock.now()).filter((tick) => tick % (10 * SECOND) === 0)
    expect(started('job0').toSorted((x, y) => x - y)).toEqual(due)
    expect(eventsOf(b as Instance, 'plg:scheduler:job-lost')).toHaveLength(1)
    expect(eventsOf(b as Instance, 'plg:scheduler:job-skipped')).toEqual([])
  })

  it('looks again at a tick whose page could not be read at first', async () => {
    const [a, b] = (await bootFleet(jobsOf({ schedule: '0 * * * * *' }), 2)) as [Instance, Instance]
    await fleet.clock.advance(MINUTE - (fleet.clock.now() % MINUTE) - 2 * SECOND)
    starts = []
    fleet.cutOff(a)
    b.network.setFaults({ unavailable: 1 })
    await fleet.clock.advance(4 * SECOND)
    expect(starts).toEqual([])
    b.network.setFaults({})
    await fleet.clock.advance(SECOND)
    expect(starts).toMatchObject([{ workerId: 'b' }])
  })

  it('costs a GET per run and standby while the leader lives; a third follower costs nothing', async () => {
    const instances = await bootFleet(jobsOf({ schedule: '*/10 * * * * *' }), 4)
    for (const instance of instances) instance.resetRequests()
    await fleet.clock.advance(10 * MINUTE)
    const [, b, c, d] = instances.map(({ requests }) => requests)
    // Sixty runs, and a read of the lease per heartbeat.
    expect(b).toMatchObject({ get: 60 + 20, list: 0 })
    expect(c).toMatchObject({ get: 60 + 20, list: 0 })
    expect(d).toMatchObject({ get: 20, list: 0 })
    expect(new Set(starts.map(({ workerId }) => workerId))).toEqual(new Set(['a']))
  })

  it('reads all due jobs of a page by one GET, and claims all of them when nobody did', async () => {
    const [a, b] = await bootFleet(jobsOf({ schedule: '0 * * * * *', overlap: 'allow' }, 100), 2, {
      maxConcurrentJobs: 100,
    })
    await fleet.clock.advance(30 * SECOND)
    const { requests, resetRequests } = b as Instance
    resetRequests()
    await fleet.clock.advance(5 * MINUTE)
    // A look at the lease per heartbeat, and one at the page per minute. The member object is written every six heartbeats.
    expect(requests).toMatchObject({ get: 10 + 5, list: 0, put: 2 })
    starts = []
    fleet.cutOff(a as Instance)
    await fleet.clock.advance(MINUTE)
    expect(starts).toHaveLength(100)
    expect(new Set(starts.map(({ workerId }) => workerId))).toEqual(new Set(['b']))
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(1500)
  })

  it('starts the ticks after the first ones on time, as a leader does, until somebody leads', async () => {
    const [a, b] = await bootFleet(jobsOf({}), 2)
    fleet.cutOff(a as Instance)
    await fleet.clock.advance(5 * SECOND + 200)
    starts = []
    const from = fleet.clock.now()
    await fleet.clock.advance(30 * SECOND)
    expect((b as Instance).scheduler.isLeader()).toBe(false)
    expect(started('job0').toSorted((x, y) => x - y)).toEqual(ticksBetween(from, fleet.clock.now()))
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(50)
    await fleet.clock.advance(2 * MINUTE)
    expect((b as Instance).scheduler.isLeader()).toBe(true)
    expect(eventsOf(b as Instance, 'plg:scheduler:job-lock_failed')).toEqual([])
  })

  it('covers for a first one that is dead, too', async () => {
    const [a, b, c] = await bootFleet(jobsOf({ overlap: 'allow' }), 3)
    fleet.cutOff(b as Instance)
    fleet.cutOff(a as Instance)
    await fleet.clock.advance(SECOND + 500)
    starts = []
    const from = fleet.clock.now()
    await fleet.clock.advance(20 * SECOND)
    const own = started('job0')
    expect(own).toEqual(expect.arrayContaining(ticksBetween(from, fleet.clock.now())))
    expect(new Set(own).size).toBe(own.length)
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(1500)
    expect((c as Instance).scheduler.isLeader()).toBe(false)
  })

  it('is named anew within seconds when one leaves, and is not when it must be cold', async () => {
    const [a, b, c, d] = await bootFleet(jobsOf({ overlap: 'allow' }), 4)
    await during(fleet.clock, (b as Instance).scheduler.stop())
    await during(fleet.clock, (c as Instance).scheduler.stop())
    await fleet.clock.advance(MINUTE)
    fleet.cutOff(a as Instance)
    starts = []
    await fleet.clock.advance(10 * SECOND)
    expect(new Set(starts.slice(2).map(({ workerId }) => workerId))).toEqual(new Set(['d']))
    expect((d as Instance).scheduler.isLeader()).toBe(false)
  })

  it('stands by within twenty seconds of its start', async () => {
    const jobs = jobsOf({ overlap: 'allow' })
    const a = await fleet.bootLeader(jobs('a'), NO_HISTORY)
    await fleet.clock.advance(5 * SECOND)
    await fleet.boot('b', jobs('b'), NO_HISTORY)
    await fleet.clock.advance(20 * SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(2 * SECOND + 500)
    starts = []
    await fleet.clock.advance(10 * SECOND)
    expect(starts.map(({ workerId }) => workerId)).toEqual(Array.from({ length: 10 }, () => 'b'))
  })

  it('that is cold waits for the lease', async () => {
    const [a, b] = await bootFleet(jobsOf({ overlap: 'allow' }), 2, { standby: 'cold' })
    fleet.cutOff(a as Instance)
    await fleet.clock.advance(2 * SECOND)
    starts = []
    await fleet.clock.advance(30 * SECOND)
    expect(starts).toEqual([])
    await fleet.clock.advance(2 * MINUTE)
    expect((b as Instance).scheduler.isLeader()).toBe(true)
    expect(starts.length).toBeGreaterThan(0)
  })

  it('whose clock is ahead does not start ticks before the store says that they are due', async () => {
    const jobs = jobsOf({ schedule: '*/10 * * * * *', overlap: 'allow' })
    const a = await fleet.bootLeader(jobs('a'))
    const clock: Clock = { ...fleet.clock, now: () => fleet.clock.now() + 1500 }
    const hasty = new SchedulerPlugin<unknown>({
      store: fleet.store,
      prefix: '',
      workerId: 'hasty',
      logger: silentLogger,
      jobs: jobs('hasty'),
      clock,
    })
    await during(fleet.clock, hasty.start())
    await fleet.clock.advance(2 * MINUTE)
    starts = []
    await fleet.clock.advance(MINUTE)
    expect(new Set(starts.map(({ workerId }) => workerId))).toEqual(new Set(['a']))
    fleet.cutOff(a)
    starts = []
    await fleet.clock.advance(MINUTE)
    expect(starts.some(({ workerId }) => workerId === 'hasty')).toBe(true)
    expect(Math.min(...starts.map(({ lag }) => lag))).toBeGreaterThanOrEqual(0)
    await during(fleet.clock, hasty.stop({ timeout: 0 }))
  })
})
