import type { Logger } from '@s3sched/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../src/index.ts'
import { assessHealth, createOperator } from '@s3sched/operator'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
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

/** With short heartbeats, so that a lease of a dead leader soon ends. */
const QUICK = { ...NO_HISTORY, heartbeatInterval: 10 * SECOND }

let fleet: Fleet
let starts: Start[]
let warnings: string[]
beforeEach(() => {
  starts = []
  warnings = []
  const nothing = (): void => undefined
  const logger: Logger = { debug: nothing, info: nothing, warn: (text) => void warnings.push(text), error: nothing }
  fleet = createFleet(undefined, logger)
})
afterEach(() => fleet.stopAll())

/** A service: an instance with jobs of its own. */
const jobsOf = (workerId: string, names: readonly string[], more: object = {}): FleetJobs =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        schedule: '* * * * * *',
        ...more,
        action: (
          _: unknown,
          { jobName, scheduledTime }: { readonly jobName: string; readonly scheduledTime: Date },
        ) => {
          const tick = scheduledTime.getTime()
          starts.push({ workerId, job: jobName, tick, lag: fleet.clock.now() - tick })
        },
      },
    ]),
  )
const ofJob = (job: string): Start[] => starts.filter((start) => start.job === job)
const ticks = (job: string): number[] => ofJob(job).map(({ tick }) => tick)
const secondsBetween = (from: number, to: number): number[] => {
  const all: number[] = []
  for (let at = Math.ceil(from / SECOND) * SECOND; at < to; at += SECOND) all.push(at)
  return all
}
const operator = (): ReturnType<typeof createOperator> =>
  createOperator(fleet.store, { prefix: '', clock: fleet.clock })

describe('services with a job each under one prefix', () => {
  it.each([
    { heartbeatInterval: 30_000, standby: 'hot' },
    { heartbeatInterval: 30_000, standby: 'cold' },
    { heartbeatInterval: 5000, standby: 'hot' },
  ] as const)('all run within a heartbeat, and then at the second ($heartbeatInterval, $standby)', async (options) => {
    // The leader, its two standbys, and a service besides.
    const services = ['a', 'b', 'c', 'd']
    const instances: Instance[] = []
    for (const service of services) {
      instances.push(await fleet.boot(service, jobsOf(service, [`job-${service}`]), { ...NO_HISTORY, ...options }))
      await fleet.clock.advance(300)
    }
    for (const { network } of instances) network.setFaults({ minLatencyMs: 5, maxLatencyMs: 40 })
    await fleet.clock.advance(options.heartbeatInterval)
    for (const service of services) expect(ofJob(`job-${service}`).length, service).toBeGreaterThan(0)
    starts.length = 0
    const from = fleet.clock.now()
    await fleet.clock.advance(20 * SECOND)
    for (const service of services) {
      expect(ticks(`job-${service}`)).toEqual(secondsBetween(from, fleet.clock.now()))
      expect(ofJob(`job-${service}`).every(({ workerId }) => workerId === service)).toBe(true)
    }
    expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(100)
    expect(warnings.filter((text) => text.includes('nobody claims'))).toEqual([])
    for (const job of await operator()
      .jobs()
      .then(({ jobs }) => jobs))
      expect(job.overdueSince).toBeNull()
  })

  it('each start later than the leader, and are on time within a heartbeat of their start', async () => {
    await fleet.bootLeader(jobsOf('a', ['job-a']), QUICK)
    for (const service of ['b', 'c']) {
      await fleet.clock.advance(4 * QUICK.heartbeatInterval)
      await fleet.boot(service, jobsOf(service, [`job-${service}`]), QUICK)
      const startedAt = fleet.clock.now()
      await fleet.clock.advance(QUICK.heartbeatInterval)
      starts.length = 0
      await fleet.clock.advance(10 * SECOND)
      expect(ticks(`job-${service}`)).toEqual(
        secondsBetween(startedAt + QUICK.heartbeatInterval, fleet.clock.now() + 1).slice(-10),
      )
      expect(Math.max(...starts.map(({ lag }) => lag))).toBeLessThan(100)
    }
  })

  it('go on while the leader dies and another follows', async () => {
    const a = await fleet.bootLeader(jobsOf('a', ['job-a']), QUICK)
    const others = [
      await fleet.boot('b', jobsOf('b', ['job-b']), QUICK),
      await fleet.boot('c', jobsOf('c', ['job-c']), QUICK),
    ]
    await fleet.clock.advance(2 * QUICK.heartbeatInterval)
    fleet.cutOff(a)
    starts.length = 0
    const from = fleet.clock.now()
    await fleet.clock.advance(6 * QUICK.heartbeatInterval)
    expect(others.some(({ scheduler }) => scheduler.isLeader())).toBe(true)
    for (const service of ['b', 'c']) {
      expect(ticks(`job-${service}`)).toEqual(secondsBetween(from + 1, fleet.clock.now() + 1))
      expect(Math.max(...ofJob(`job-${service}`).map(({ lag }) => lag))).toBeLessThan(2 * SECOND)
    }
  })

  it.each([{ overlap: 'skip' }, { overlap: 'allow' }])(
    'take over from each other where several have the action, overlap $overlap',
    async (more) => {
      await fleet.bootLeader(jobsOf('a', ['job-a']), NO_HISTORY)
      const pair = [
        await fleet.boot('b1', jobsOf('b1', ['job-b'], more), NO_HISTORY),
        await fleet.boot('b2', jobsOf('b2', ['job-b'], more), NO_HISTORY),
      ]
      await fleet.clock.advance(MINUTE)
      starts.length = 0
      for (const { resetRequests } of pair) resetRequests()
      await fleet.clock.advance(10 * SECOND)
      const first = new Set(ofJob('job-b').map(({ workerId }) => workerId))
      expect(first.size).toBe(1)
      const dead = pair.find(({ scheduler }) => first.has(scheduler.workerId ?? '')) as Instance
      const other = pair.find((instance) => instance !== dead) as Instance
      // The other one only looks: as a standby, and as one of two with the action.
      expect(other.requests.put).toBeLessThanOrEqual(1)
      expect(other.requests.get).toBeLessThanOrEqual(2 * 10 + 2)
      fleet.cutOff(dead)
      starts.length = 0
      await fleet.clock.advance(3 * SECOND)
      const from = fleet.clock.now()
      await fleet.clock.advance(20 * SECOND)
      const taken = ofJob('job-b').filter(({ workerId, tick }) => workerId === other.scheduler.workerId && tick > from)
      expect(taken.map(({ tick }) => tick)).toEqual(secondsBetween(from + 1, fleet.clock.now() + 1))
      expect(Math.max(...taken.slice(2).map(({ lag }) => lag))).toBeLessThan(100)
      const doubled = ticks('job-b').filter((tick, index, all) => all.indexOf(tick) !== index)
      expect(doubled).toEqual([])
    },
  )

  it('run what is asked for, comes after another, or runs on start', async () => {
    await fleet.bootLeader(jobsOf('a', ['job-a'], { schedule: '*/30 * * * * *' }))
    await fleet.boot('b', {
      ...jobsOf('b', ['asked'], { schedule: null }),
      ...jobsOf('b', ['started'], { schedule: null, runOnStart: true }),
      ...jobsOf('b', ['after-own'], { schedule: null, after: 'asked' }),
    })
    await fleet.boot('c', {
      ...jobsOf('c', ['job-a'], { schedule: '*/30 * * * * *' }),
      ...jobsOf('c', ['after-leader'], { schedule: null, after: 'job-a' }),
    })
    await fleet.boot('d', {
      ...jobsOf('d', ['asked'], { schedule: null }),
      ...jobsOf('d', ['after-other'], { schedule: null, after: 'asked' }),
    })
    await fleet.clock.advance(MINUTE)
    expect(ofJob('started')).toHaveLength(1)
    await operator().requestRun('asked')
    starts.length = 0
    await fleet.clock.advance(2 * MINUTE)
    expect(ofJob('asked')).toHaveLength(1)
    expect(ofJob('after-own')).toHaveLength(1)
    expect(ofJob('after-other')).toHaveLength(1)
    expect(ofJob('after-leader').length).toBeGreaterThanOrEqual(3)
    expect(ofJob('started')).toEqual([])
  })

  it('may live in one process, with one store and one prefix', async () => {
    const [a, b] = [await fleet.boot('a', jobsOf('a', ['job-a'])), await fleet.boot('b', jobsOf('b', ['job-b']))]
    await fleet.clock.advance(40 * SECOND)
    starts.length = 0
    await fleet.clock.advance(10 * SECOND)
    expect([ofJob('job-a').length, ofJob('job-b').length]).toEqual([10, 10])
    expect(a.scheduler.isLeader() && b.scheduler.isLeader()).toBe(false)
  })
})

describe('a job that nobody who is there has the action of', () => {
  const RARELY = { schedule: '*/5 * * * * *' }
  /** The service that had it has stopped. */
  async function leaveBehind(more: object = {}): Promise<Instance> {
    const a = await fleet.bootLeader(jobsOf('a', ['job-a'], more), NO_HISTORY)
    const b = await fleet.boot('b', jobsOf('b', ['job-b'], more), NO_HISTORY)
    await fleet.clock.advance(MINUTE)
    await during(fleet.clock, b.scheduler.stop())
    return a
  }

  it('is warned of once, and told with since when and what to do', async () => {
    const a = await leaveBehind(RARELY)
    const stoppedAt = fleet.clock.now()
    await fleet.clock.advance(15 * MINUTE)
    const told = warnings.filter((text) => text.includes("job 'job-b'"))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/nobody claims the ticks of job 'job-b' since .*Z: .*Start one whose code defines it/)
    expect(eventsOf(a, 'plg:scheduler:job-unclaimed')).toEqual([{ jobName: 'job-b' }])
    const job = await operator().job('job-b')
    expect(Math.abs((job.overdueSince ?? 0) - stoppedAt)).toBeLessThanOrEqual(6 * SECOND)
    expect(job.nextRun).toBeNull()
    await during(fleet.clock, a.scheduler.refresh())
    expect(a.scheduler.getJobStatus('job-b')).toMatchObject({
      nextRun: null,
      unclaimedSince: new Date(job.overdueSince ?? 0),
    })
    expect(a.scheduler.getJobStatus('job-a')).toMatchObject({ unclaimedSince: null })
    const audited = await audit(fleet.store, { prefix: '' })
    expect(audited.map(({ job: name, unclaimedSince }) => [name, unclaimedSince])).toEqual([
      ['job-a', null],
      ['job-b', job.overdueSince],
    ])
    const [jobs, leader] = await Promise.all([operator().jobs(), operator().leader()])
    expect(leader).toMatchObject({ unserved: { 'job-b': job.overdueSince } })
    const view = { ...jobs, leader, workers: [], requests: [], now: fleet.clock.now() }
    expect(assessHealth(view)).toMatchObject([
      { code: 'JOB_UNCLAIMED', job: 'job-b', level: 'problem', advice: expect.stringContaining('Start an instance') },
    ])
  })

  it('is run again by whoever comes with it, without a word being left', async () => {
    const a = await leaveBehind(RARELY)
    await fleet.clock.advance(15 * MINUTE)
    await fleet.boot('b2', jobsOf('b2', ['job-b'], RARELY), NO_HISTORY)
    await fleet.clock.advance(30 * SECOND)
    starts.length = 0
    await fleet.clock.advance(50 * SECOND)
    expect(ofJob('job-b')).toHaveLength(10)
    await fleet.clock.advance(11 * MINUTE)
    await during(fleet.clock, a.scheduler.refresh())
    expect(a.scheduler.getJobStatus('job-b')?.nextRun).not.toBeNull()
    expect((await operator().job('job-b')).nextRun).not.toBeNull()
  })

  it('that is orphaned in the end has no next run', async () => {
    await leaveBehind({ schedule: '*/10 * * * *', catchUpWindowMs: HOUR })
    await fleet.clock.advance(3 * HOUR)
    const job = await operator().job('job-b')
    expect(job.orphanedSince).not.toBeNull()
    expect(job.nextRun).toBeNull()
  })
})

it.each(['hot', 'cold'] as const)('serves the first jobs of a bucket whose leader has no jobs: %s', async (standby) => {
  await fleet.bootLeader({}, { ...NO_HISTORY, standby })
  await fleet.clock.advance(MINUTE)
  await fleet.boot('b', jobsOf('b', ['first']), { ...NO_HISTORY, standby })
  await fleet.clock.advance(MINUTE)
  expect(ofJob('first').length).toBeGreaterThan(25)
})
