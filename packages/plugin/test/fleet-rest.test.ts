import { encodeDocument, readDocument } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../src/index.ts'
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

const OPTIONS = { skipColdStart: false }
type Definition = Omit<FleetJobs[string], 'action'>

describe('a fleet that was meant to rest', () => {
  let fleet: Fleet
  let ticks: number[]
  beforeEach(() => {
    fleet = createFleet()
    ticks = []
  })
  afterEach(() => fleet.stopAll())

  const jobs = (definition: Definition): FleetJobs => ({
    job: { ...definition, action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()) },
  })

  const stop = async (instance: Instance): Promise<void> => during(fleet.clock, instance.scheduler.stop())

  /** Runs, is stopped in order, and is started again after `ms`. */
  const restFor = async (ms: number, definition: Definition): Promise<Instance> => {
    const first = await fleet.boot('a', jobs(definition), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    await stop(first)
    ticks = []
    await fleet.clock.advance(ms)
    return fleet.boot('a', jobs(definition), OPTIONS)
  }

  const history = async (instance: Instance) => {
    const runs = await instance.scheduler.getJobHistory('job', { limit: 1000 })
    return new Set(runs.map(({ status }) => status))
  }

  const audited = async () => {
    const [row] = await audit(fleet.store, { prefix: '' })
    return row
  }

  it('has nothing but runs in its first history, however long its first leader was waited for', async () => {
    const options = { coldStartObservationWindow: 20 * SECOND, ...OPTIONS }
    const first = await fleet.boot('a', jobs({ schedule: '* * * * * *' }), options)
    await fleet.clock.advance(MINUTE)
    expect(await history(first)).toEqual(new Set(['success']))
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0, withdrawn: 0 })
    // The last tick during the wait runs late, by `catchUp: 'latest'`.
    expect(ticks[0]).toBe(fleet.clock.now() - 40 * SECOND)
  })

  it('runs its first tick within a second and a half of its start', async () => {
    const startedAt = fleet.clock.now() + 300
    await fleet.clock.advance(300)
    await fleet.boot('a', jobs({ schedule: '* * * * * *' }), OPTIONS)
    await fleet.clock.advance(1500)
    expect(fleet.clock.now() - startedAt).toBe(1500)
    expect(ticks.length).toBeGreaterThan(0)
  })

  it('missed nothing in a night, and runs the latest tick', async () => {
    const again = await restFor(8 * HOUR, { schedule: '*/5 * * * *' })
    await fleet.clock.advance(10 * MINUTE)
    expect(await history(again)).toEqual(new Set(['success']))
    expect(ticks).toHaveLength(3)
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0, withdrawn: 0, periods: 2 })
  })

  it("runs nothing of the night with catchUp 'none', and all of it with 'all'", async () => {
    await stop(await restFor(8 * HOUR, { schedule: '*/5 * * * *', catchUp: 'none' }))
    expect(ticks).toEqual([])
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0 })
    const again = await restFor(2 * HOUR, { schedule: '*/5 * * * *', catchUp: 'all' })
    await fleet.clock.advance(MINUTE)
    expect(ticks).toHaveLength(24)
    expect(eventsOf(again, 'plg:scheduler:job-missed')).toEqual([])
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0 })
  })

  it('misses nothing of it when its first leader died before it had settled all of it', async () => {
    const definition: Definition = { schedule: '*/5 * * * *', catchUp: 'none' }
    const first = await fleet.boot('a', jobs(definition), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    await stop(first)
    await fleet.clock.advance(HOUR)
    const free = await readDocument(fleet.store, 'leader.json')
    const { payload, ...lease } = free.outcome === 'found' ? free.fields : {}
    const { watermark } = payload as { readonly watermark: number }
    const rest = { from: watermark, to: fleet.clock.now() }
    const left = { ...lease, holder: 'b', fence: 2, state: 'held', payload: { watermark, rest } }
    await fleet.store.put('leader.json', encodeDocument(left, 'nonce'))
    await fleet.clock.advance(3 * MINUTE)
    const third = await fleet.boot('c', jobs(definition), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    expect(third.scheduler.getCurrentEpoch()).toBe(3)
    expect(await history(third)).toEqual(new Set(['success']))
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0, withdrawn: 0 })
  })

  /** Waits until the instance leads, with answers that take a while, so that its promotion takes a second. */
  const slowlyPromoted = async (instance: Instance): Promise<void> => {
    instance.network.setFaults({ minLatencyMs: 100, maxLatencyMs: 100 })
    for (let waited = 0; !instance.scheduler.isLeader(); waited++) {
      if (waited > 600) throw new Error('no leader after a minute')
      await fleet.clock.advance(100)
    }
  }
  const fiveMinutely: Definition = { schedule: '*/5 * * * *', catchUp: 'none' }
  const restAfterMinutes = async (): Promise<void> => {
    const first = await fleet.boot('a', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    await stop(first)
    await fleet.clock.advance(HOUR)
  }
  const SLOW = { ...OPTIONS, coldStartObservationWindow: 5 * SECOND }

  it.each([0, 100, 300])('goes on resting when its next leader is stopped %i ms after its election', async (ms) => {
    await restAfterMinutes()
    const brief = await fleet.boot('b', jobs(fiveMinutely), SLOW)
    await slowlyPromoted(brief)
    await fleet.clock.advance(ms)
    await stop(brief)
    await fleet.clock.advance(HOUR)
    const third = await fleet.boot('c', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    expect(await history(third)).toEqual(new Set(['success']))
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0, withdrawn: 0 })
  })

  it('rests from the stop of a follower that was stopped while it took over', async () => {
    const first = await fleet.boot('a', jobs(fiveMinutely), OPTIONS)
    const follower = await fleet.boot('b', jobs(fiveMinutely), { ...OPTIONS, standby: 'cold' })
    await fleet.clock.advance(MINUTE)
    await stop(first)
    await slowlyPromoted(follower)
    await stop(follower)
    await fleet.clock.advance(HOUR)
    const third = await fleet.boot('c', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    expect(await history(third)).toEqual(new Set(['success']))
    expect(await audited()).toMatchObject({ missed: 0, unaccounted: 0, withdrawn: 0 })
  })

  it('misses what was due after its next leader died in the moment of its election', async () => {
    await restAfterMinutes()
    const dead = await fleet.boot('b', jobs(fiveMinutely), SLOW)
    await slowlyPromoted(dead)
    fleet.cutOff(dead)
    await fleet.clock.advance(HOUR)
    const third = await fleet.boot('c', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(10 * MINUTE)
    expect(await history(third)).toEqual(new Set(['success', 'missed']))
    expect(await audited()).toMatchObject({ missed: 12, unaccounted: 0, withdrawn: 0 })
  })

  it('misses nothing of the time before its first leader, which died in the moment of its election', async () => {
    const secondly: Definition = { schedule: '* * * * * *', catchUp: 'none' }
    const dead = await fleet.boot('a', jobs(secondly), { ...OPTIONS, coldStartObservationWindow: 20 * SECOND })
    await slowlyPromoted(dead)
    const diedAt = fleet.clock.now()
    fleet.cutOff(dead)
    const next = await fleet.boot('b', jobs(secondly), OPTIONS)
    await fleet.clock.advance(5 * MINUTE)
    expect(next.scheduler.isLeader()).toBe(true)
    const missedFrom = eventsOf(next, 'plg:scheduler:job-missed').map(({ from }) => (from as Date).getTime())
    expect(Math.min(...missedFrom)).toBeGreaterThan(diedAt - 2 * SECOND)
    expect(await audited()).toMatchObject({ unaccounted: 0, withdrawn: 0 })
  })

  it('misses what it missed, after a crash', async () => {
    const first = await fleet.boot('a', jobs({ schedule: '*/5 * * * *' }), OPTIONS)
    await fleet.clock.advance(10 * MINUTE + 5 * SECOND)
    fleet.cutOff(first)
    await fleet.clock.advance(HOUR + MINUTE)
    const again = await fleet.boot('b', jobs({ schedule: '*/5 * * * *' }), OPTIONS)
    await fleet.clock.advance(MINUTE)
    expect(await history(again)).toEqual(new Set(['success', 'missed']))
    expect(await audited()).toMatchObject({ missed: 11, unaccounted: 0 })
  })

  it('misses what was due after a stop when a follower had died in the same moment', async () => {
    const first = await fleet.boot('a', jobs(fiveMinutely), OPTIONS)
    const follower = await fleet.boot('b', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(20 * MINUTE + SECOND)
    await stop(first)
    fleet.cutOff(follower)
    // By then, the standby had promised another write of its member object.
    await fleet.clock.advance(16 * MINUTE)
    const third = await fleet.boot('c', jobs(fiveMinutely), OPTIONS)
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(third, 'plg:scheduler:job-missed')).toMatchObject([{ count: 3 }])
  })

  it('misses what it missed in a hand-over, when a follower was there all the time', async () => {
    const definition: Definition = { schedule: '* * * * * *', catchUp: 'none' }
    const options = { ...OPTIONS, standby: 'cold' } as const
    const first = await fleet.boot('a', jobs(definition), options)
    await fleet.clock.advance(5 * SECOND)
    await fleet.boot('b', jobs(definition), options)
    await fleet.clock.advance(5 * SECOND)
    await stop(first)
    await fleet.clock.advance(12 * SECOND)
    const fresh = await fleet.boot('c', jobs(definition), options)
    await fleet.clock.advance(5 * SECOND)
    expect(fresh.scheduler.isLeader()).toBe(true)
    expect(eventsOf(fresh, 'plg:scheduler:job-missed')).not.toEqual([])
    expect(await audited()).toMatchObject({ unaccounted: 0, withdrawn: 0 })
  })
})
