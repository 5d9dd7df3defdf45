import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFields } from '@s3sched/jobs/testing'
import type { JobContext } from '../src/index.ts'
import {
  createFleet,
  eventsOf,
  MINUTE,
  NO_HISTORY,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'

interface Work {
  readonly workerId: string
  readonly tick: number
  readonly from: number
  until?: number
  reason?: string
}

/** The behavior of actions that begin from now on. */
interface Pace {
  takesMs: number
  fails: boolean
}

describe('a run with a lease of its own', () => {
  let fleet: Fleet
  let works: Work[]
  let pace: Pace
  beforeEach(() => {
    fleet = createFleet()
    works = []
    pace = { takesMs: 100, fails: false }
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string, definition: Record<string, unknown>): FleetJobs => ({
    job: {
      schedule: '* * * * * *',
      ...definition,
      action: async (_: unknown, { scheduledTime, signal }: JobContext): Promise<void> => {
        const work: Work = { workerId, tick: scheduledTime.getTime(), from: fleet.clock.now() }
        works.push(work)
        try {
          if (pace.fails) throw new Error('on purpose')
          await fleet.clock.sleep(pace.takesMs, signal)
        } catch (error) {
          work.reason = (error as { readonly reason?: string }).reason ?? String(error)
          throw error
        } finally {
          work.until = fleet.clock.now()
        }
      },
    },
  })

  async function bootPair(definition: Record<string, unknown> = {}, options = {}): Promise<[Instance, Instance]> {
    const all = { ...NO_HISTORY, ...options }
    const a = await fleet.bootLeader(jobsOf('a', definition), all)
    const b = await fleet.boot('b', jobsOf('b', definition), all)
    await fleet.clock.advance(MINUTE)
    works = []
    return [a, b]
  }

  /** The run leases in the job's record now. */
  async function leases(): Promise<(number | undefined)[]> {
    const { running } = (await readFields(fleet.store, 'job')) as { readonly running: { readonly leaseMs?: number }[] }
    return running.map(({ leaseMs }) => leaseMs)
  }

  const toSecond = async (): Promise<void> => fleet.clock.advance(SECOND - (fleet.clock.now() % SECOND))

  it('goes on however long it takes, since its process signs the page', async () => {
    const [a, b] = await bootPair({ schedule: '*/10 * * * * *' })
    await fleet.clock.advance(10 * SECOND - (fleet.clock.now() % (10 * SECOND)) - 20)
    pace.takesMs = 9 * SECOND
    a.resetRequests()
    await fleet.clock.advance(9 * SECOND)
    expect((await leases()).at(-1)).toBe(5 * SECOND)
    // The claim was before, and half of the trusted time goes by between two signs.
    expect(a.requests.put).toBeGreaterThanOrEqual(3)
    expect(a.requests.put).toBeLessThanOrEqual(5)
    await fleet.clock.advance(SECOND)
    const long = works.find(({ from, until = Infinity }) => until - from > SECOND)
    expect(long).toMatchObject({ workerId: 'a' })
    expect(long?.reason).toBeUndefined()
    for (const instance of [a, b]) expect(eventsOf(instance, 'plg:scheduler:job-lost')).toEqual([])
  })

  it('of a dead leader holds its job for two seconds, and not until the lease of the leader is over', async () => {
    const [a, b] = await bootPair()
    pace.takesMs = 400
    await fleet.clock.advance(10 * SECOND)
    await toSecond()
    await fleet.clock.advance(200)
    fleet.cutOff(a)
    const from = fleet.clock.now()
    await fleet.clock.advance(20 * SECOND)
    const others = works.filter(({ workerId, from: at }) => workerId === 'b' && at > from)
    expect((others[0]?.from ?? Infinity) - from).toBeLessThan(4 * SECOND)
    // All but the ticks of these seconds.
    expect(others.length).toBeGreaterThanOrEqual(16)
    const starts = works.map(({ tick }) => tick)
    expect(new Set(starts).size).toBe(starts.length)
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toHaveLength(1)
  })

  it('is told to end before anybody else begins, when nobody hears in time that it goes on', async () => {
    const [a, b] = await bootPair()
    pace.takesMs = 30 * SECOND
    await toSecond()
    await fleet.clock.advance(60)
    fleet.cutOff(a)
    pace.takesMs = 100
    await fleet.clock.advance(5 * SECOND)
    const [cut, ...others] = works
    expect(cut).toMatchObject({ workerId: 'a', reason: 'lease-lost' })
    expect(others[0]).toMatchObject({ workerId: 'b', tick: (cut?.tick ?? 0) + SECOND })
    expect(cut?.until).toBeLessThan(others[0]?.from ?? 0)
    expect((others[0]?.from ?? Infinity) - (others[0]?.tick ?? 0)).toBeLessThan(1500)
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toMatchObject([{ scheduledTime: new Date(cut?.tick ?? 0) }])
  })

  it('is given none when the store is slow, where ticks may overlap, where the lease of the leader is as short, and without a standby', async () => {
    const isLeased = async (definition: Record<string, unknown>, options = {}, change?: (each: Instance) => void) => {
      await fleet.stopAll()
      fleet = createFleet()
      const pair = await bootPair({ schedule: '*/5 * * * * *', ...definition }, options)
      if (change !== undefined) pair.forEach(change)
      await fleet.clock.advance(20 * SECOND - (fleet.clock.now() % (5 * SECOND)) + 20)
      return (await leases()).at(-1) !== undefined
    }
    expect(await isLeased({})).toBe(true)
    expect(await isLeased({ overlap: 'queue' })).toBe(true)
    expect(await isLeased({ overlap: 'allow' })).toBe(false)
    expect(await isLeased({}, { standby: 'cold' })).toBe(false)
    expect(await isLeased({}, {}, ({ network }) => network.setFaults({ minLatencyMs: 800, maxLatencyMs: 800 }))).toBe(
      false,
    )
    expect(await isLeased({ schedule: '0 */10 * * * *' })).toBe(false)
  })

  it('waits for its next attempt on the lease of its leader', async () => {
    const retries = { retries: 1, backoff: { type: 'fixed', baseMs: 8 * SECOND, jitter: 0 } }
    const [a] = await bootPair({ schedule: '*/10 * * * * *', ...retries })
    await fleet.clock.advance(10 * SECOND - (fleet.clock.now() % (10 * SECOND)) - 5)
    pace.fails = true
    await fleet.clock.advance(SECOND)
    pace.fails = false
    expect((await leases()).at(-1)).toBeUndefined()
    fleet.cutOff(a)
    await fleet.clock.advance(20 * SECOND)
    const tick = works.find(({ reason }) => reason !== undefined)?.tick
    expect(works.filter((work) => work.tick === tick)).toMatchObject([{ workerId: 'a' }, { workerId: 'a' }])
    // The run's leader is trusted for another minute, and may be executing the next attempt.
    expect(works.filter(({ workerId }) => workerId === 'b')).toEqual([])
  })

  it('holds its job between two attempts, also when its lease ran out before the first was noted', async () => {
    const put = fleet.store.put.bind(fleet.store)
    const retries = { retries: 1, backoff: { type: 'fixed', baseMs: 1500, jitter: 0 } }
    const [a, b] = await bootPair({ schedule: '*/2 * * * * *', ...retries }, { persistJobs: true })
    await fleet.clock.advance(2 * SECOND - (fleet.clock.now() % (2 * SECOND)) - 5)
    works = []
    pace.fails = true
    // From now on a write of the record takes as long as the run lease.
    const slowFrom = fleet.clock.now() + 5
    fleet.store.put = async (key, body, options) => {
      if (key.startsWith('jobs/') && fleet.clock.now() >= slowFrom) await fleet.clock.sleep(3500)
      return put(key, body, options)
    }
    await fleet.clock.advance(100)
    pace.fails = false
    await fleet.clock.advance(4 * SECOND)
    fleet.store.put = put
    await fleet.clock.advance(20 * SECOND)
    const [first] = works
    const again = works.findIndex((work) => work !== first && work.tick === first?.tick)
    expect(works.slice(0, again + 1).map(({ tick }) => tick)).toEqual([first?.tick, first?.tick])
    const history = await a.scheduler.getJobHistory('job', { limit: 50 })
    const entry = history.find(({ scheduledTime }) => scheduledTime.getTime() === first?.tick)
    expect(entry).toMatchObject({ status: 'success', attempts: 2, startTime: new Date(first?.from ?? 0) })
    expect(entry?.attemptDetails.map(({ attempt }) => attempt)).toEqual([1, 2])
    for (const instance of [a, b]) expect(eventsOf(instance, 'plg:scheduler:job-lost')).toEqual([])
  })
})
