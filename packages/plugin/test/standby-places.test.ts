import { casesOf, sizeOf } from '@s3sched-tooling/vitest/share-of'
import { readDocument } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import {
  createFleet,
  during,
  eventsOf,
  MINUTE,
  NO_HISTORY,
  SECOND,
  type Fleet,
  type FleetJobs,
  type FleetOptions,
  type Instance,
} from './fleet.ts'

interface Start {
  readonly workerId: string
  readonly tick: number
  readonly lag: number
}

const HEARTBEAT = 10 * SECOND
/** The limit for the replacement of a killed standby. */
const PASSES_ON_MS = 12 * HEARTBEAT

describe('the places of the standbys', () => {
  let fleet: Fleet
  let starts: Start[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string, definition: Record<string, unknown> = {}): FleetJobs => ({
    job: {
      schedule: '* * * * * *',
      ...definition,
      action: (_: unknown, { scheduledTime }: JobContext): void => {
        const tick = scheduledTime.getTime()
        starts.push({ workerId, tick, lag: fleet.clock.now() - tick })
      },
    },
  })

  /** The leader `a` and followers `b`, `c`, …, some minutes after their start. */
  async function bootFleet(size: number, definition = {}, options: FleetOptions = {}): Promise<Instance[]> {
    const instances = [await fleet.bootLeader(jobsOf('a', definition), options)]
    for (const workerId of ['b', 'c', 'd', 'e', 'f'].slice(0, size - 1)) {
      instances.push(await fleet.boot(workerId, jobsOf(workerId, definition), options))
      await fleet.clock.advance(SECOND)
    }
    await fleet.clock.advance(MINUTE)
    return instances
  }

  async function named(): Promise<unknown> {
    const lease = await readDocument(fleet.store, 'leader.json')
    return lease.outcome === 'found' ? (lease.fields['payload'] as Record<string, unknown>)['standbys'] : lease.outcome
  }

  const lags = (): number[] => starts.map(({ lag }) => lag)
  const ticks = (): number[] => starts.map(({ tick }) => tick).toSorted((a, b) => a - b)
  /** Ticks since `from` without a start, except in the last two seconds, and ticks with two starts. */
  const wrong = (from: number): number[] => {
    const seen = ticks()
    const found = seen.filter((tick, index) => tick === seen[index - 1])
    for (let at = Math.ceil(from / SECOND) * SECOND; at < fleet.clock.now() - 2 * SECOND; at += SECOND) {
      if (!seen.includes(at)) found.push(at)
    }
    return found
  }

  it.each([
    { size: 4, killed: ['b', 'c'], overlap: 'allow' },
    { size: 4, killed: ['b', 'c'], overlap: 'skip' },
    { size: 6, killed: ['b', 'c', 'd', 'e'], overlap: 'allow' },
  ])('pass on from $killed, killed while they were idle, before the leader of $size dies', async (row) => {
    const { killed, overlap, size } = row
    const instances = await bootFleet(size, { overlap }, { ...NO_HISTORY, heartbeatInterval: HEARTBEAT })
    for (const each of instances) if (killed.includes(each.scheduler.workerId ?? '')) fleet.cutOff(each)
    await fleet.clock.advance(killed.length > 2 ? 2 * PASSES_ON_MS : PASSES_ON_MS)
    await fleet.clock.advance(300)
    fleet.cutOff(instances[0] as Instance)
    starts = []
    const from = fleet.clock.now()
    await fleet.clock.advance(20 * SECOND)
    expect(Math.max(...lags())).toBeLessThanOrEqual(1700)
    expect(wrong(from)).toEqual([])
    expect((instances.at(-1) as Instance).scheduler.isLeader()).toBe(false)
  })

  it('stay with those that live, for half an hour, at no request of the others', async () => {
    const instances = await bootFleet(4, { schedule: '*/10 * * * * *' }, NO_HISTORY)
    const before = await named()
    const others = instances
      .slice(1)
      .filter(({ scheduler }) => !(before as string[]).includes(scheduler.workerId ?? ''))
    for (const { resetRequests } of others) resetRequests()
    await fleet.clock.advance(30 * MINUTE)
    expect(await named()).toEqual(before)
    expect(others).toHaveLength(1)
    // A read of the lease per heartbeat, and a write of the member object per quarter of an hour.
    expect(others[0]?.requests).toMatchObject({ get: 60, list: 0, put: 2 })
  })

  it('cost nothing more where no tick is near', async () => {
    const instances = await bootFleet(3, { schedule: '0 0 1 1 *' })
    for (const { resetRequests } of instances) resetRequests()
    await fleet.clock.advance(60 * MINUTE)
    expect(instances.map(({ requests }) => requests.put)).toEqual([120 + 4, 4, 4])
    // 240 polls of the marker, a read of both member objects every quarter of an hour, and of the page every ten minutes.
    expect(instances[0]?.requests.get).toBeLessThanOrEqual(240 + 8 + 6 + 3)
  })

  it.each([1, 5, 12])(
    'are taken at once by a follower: a clean stop %i s after it joined delays no tick',
    async (seconds) => {
      const a = await fleet.bootLeader(jobsOf('a'), NO_HISTORY)
      await fleet.clock.advance(2 * MINUTE)
      await fleet.boot('b', jobsOf('b'), NO_HISTORY)
      await fleet.clock.advance(seconds * SECOND)
      starts = []
      const from = fleet.clock.now()
      await during(fleet.clock, a.scheduler.stop())
      await fleet.clock.advance(20 * SECOND)
      expect(Math.max(...lags())).toBeLessThanOrEqual(1500)
      expect(wrong(from + 1)).toEqual([])
    },
  )

  it.each([500, 3000, 10_000])(
    'are taken at once: a leader that dies %i ms after its promotion costs no lease',
    async (ms) => {
      const options = { ...NO_HISTORY, skipColdStart: false, coldStartObservationWindow: 1000 }
      const instances: Instance[] = []
      for (const workerId of ['a', 'b', 'c']) {
        instances.push(await fleet.boot(workerId, jobsOf(workerId, { overlap: 'allow' }), options))
      }
      const [a] = instances as [Instance]
      for (let waited = 0; !a.scheduler.isLeader() && waited < 600; waited++) await fleet.clock.advance(100)
      await fleet.clock.advance(ms)
      fleet.cutOff(a)
      await fleet.clock.advance(2 * SECOND)
      starts = []
      const from = fleet.clock.now()
      await fleet.clock.advance(20 * SECOND)
      expect(Math.max(...lags())).toBeLessThanOrEqual(1700)
      expect(wrong(from + SECOND)).toEqual([])
    },
  )

  it.each([2, 10, 60])('are free soon after a clean stop %i s after the start of their follower', async (seconds) => {
    await fleet.bootLeader(jobsOf('a'), NO_HISTORY)
    await fleet.clock.advance(MINUTE)
    const b = await fleet.boot('b', jobsOf('b'), NO_HISTORY)
    await fleet.clock.advance(seconds * SECOND)
    await during(fleet.clock, b.scheduler.stop())
    await fleet.clock.advance(20 * SECOND)
    expect(await named()).toEqual([])
  })

  it('are inherited by a standby that leads, which names whom its predecessor named', async () => {
    const instances = await bootFleet(3, {}, NO_HISTORY)
    const others = (await named()) as string[]
    expect(others.toSorted()).toEqual(['b', 'c'])
    fleet.cutOff(instances[0] as Instance)
    await fleet.clock.advance(30 * SECOND)
    const payloads: unknown[] = []
    const stepMs = sizeOf({ plain: 250, all: 100 })
    for (let waited = 0; waited < 2 * MINUTE; waited += stepMs) {
      await fleet.clock.advance(stepMs)
      payloads.push(await named())
    }
    // At any moment some instance stands by: first the old leader's two, then the instance that does not lead.
    expect(payloads.every((each) => Array.isArray(each) && each.length > 0)).toBe(true)
  })
})

describe('a rolling restart of three instances with jobs each second', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  /** Both orders of start and stop are in each half. */
  const RESTARTS = [
    { pauseMs: 2 * SECOND, isNewFirst: false },
    { pauseMs: 5 * SECOND, isNewFirst: true },
    { pauseMs: 20 * SECOND, isNewFirst: false },
    { pauseMs: 40 * SECOND, isNewFirst: true },
  ]

  it.each(RESTARTS.slice(0, 2 * casesOf(2)))(
    'starts no tick later than 1.5 s, new first: $isNewFirst, pause: $pauseMs ms',
    async ({ isNewFirst, pauseMs }) => {
      const started: { readonly job: string; readonly tick: number; readonly lag: number }[] = []
      const jobs = (): FleetJobs =>
        Object.fromEntries(
          ['one', 'two', 'three'].map((name, index) => [
            name,
            {
              schedule: '* * * * * *',
              overlap: index === 0 ? 'allow' : 'skip',
              action: async (_: unknown, { jobName, scheduledTime }: JobContext) => {
                const tick = scheduledTime.getTime()
                started.push({ job: jobName, tick, lag: fleet.clock.now() - tick })
                await fleet.clock.sleep(200)
              },
            },
          ]),
        )
      const options = { ...NO_HISTORY, maxConcurrentJobs: 20, skipColdStart: false }
      const all: Instance[] = []
      const boot = async (workerId: string): Promise<Instance> => {
        const instance = await fleet.boot(workerId, jobs(), options)
        instance.network.setFaults({ minLatencyMs: 3, maxLatencyMs: 30 })
        all.push(instance)
        return instance
      }
      const old = [await boot('a1'), await boot('b1'), await boot('c1')]
      await fleet.clock.advance(MINUTE)
      const from = fleet.clock.now()
      started.length = 0
      for (const { events } of all) events.length = 0
      for (const [index, instance] of old.entries()) {
        const name = `${'abc'[index] ?? ''}2`
        if (isNewFirst) await boot(name)
        await fleet.clock.advance(pauseMs)
        await during(fleet.clock, instance.scheduler.stop())
        if (!isNewFirst) await boot(name)
        await fleet.clock.advance(pauseMs)
      }
      await fleet.clock.advance(30 * SECOND)
      for (const job of ['one', 'two', 'three']) {
        const ofJob = started.filter((each) => each.job === job && each.tick > from)
        const seen = ofJob.map(({ tick }) => tick).toSorted((a, b) => a - b)
        const [first = 0] = seen
        expect(seen).toEqual(seen.map((_, index) => first + index * SECOND))
        expect(first - from).toBeLessThanOrEqual(2 * SECOND)
        expect(Math.max(...ofJob.map(({ lag }) => lag))).toBeLessThanOrEqual(1500)
      }
      for (const name of ['job-missed', 'job-lost', 'job-skipped']) {
        expect(all.flatMap((each) => eventsOf(each, `plg:scheduler:${name}`))).toEqual([])
      }
    },
  )
})
