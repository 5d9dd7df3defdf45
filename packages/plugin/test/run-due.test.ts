import { createSeededRandom } from '@s3sched/kernel/testing'
import { listAll, StoreError } from '@s3sched/store'
import { createFaultyStore } from '@s3sched/store/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DueRun } from '@s3sched/engine'
import { shardOf } from '@s3sched/jobs'
import { SchedulerPlugin, type JobContext } from '../src/index.ts'
import { createFleet, during, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const DAY = 24 * HOUR
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
const names = (runs: readonly DueRun[]): string[] => runs.map(({ jobName }) => jobName).toSorted()

/** A scheduler without a start, and its connection to the store. */
function passer(jobs: FleetJobs, network = fleet.store): Pick<Instance, 'scheduler'> {
  const { clock } = fleet
  return { scheduler: new SchedulerPlugin<unknown>({ store: network, prefix: '', jobs, clock, ...LEADERLESS }) }
}

describe('a pass of runDue()', () => {
  it('starts what comes after the runs that end in it, and what comes after those', async () => {
    const jobs: FleetJobs = {
      first: { schedule: '* * * * *', action: note },
      second: { schedule: null, after: 'first', action: note },
      third: { schedule: null, after: 'second', action: note },
    }
    await pass(passer(jobs))
    await fleet.clock.advance(MINUTE)
    const next = passer(jobs)
    expect(names(await pass(next))).toEqual(['first', 'second', 'third'])
    expect(await pass(next)).toEqual([])
    expect(await pass(passer(jobs))).toEqual([])
    expect(starts).toEqual(['first', 'second', 'third'])
  })

  it('starts what comes after a run at its end, and not at the end of all runs', async () => {
    const jobs: FleetJobs = {
      quick: { schedule: '* * * * *', action: note },
      slow: { schedule: '* * * * *', action: () => fleet.clock.sleep(5 * MINUTE) },
      second: { schedule: null, after: 'quick', action: note },
      third: { schedule: null, after: 'second', action: note },
    }
    await pass(passer(jobs))
    await fleet.clock.advance(MINUTE)
    const passed = passer(jobs).scheduler.runDue()
    await fleet.clock.advance(10 * SECOND)
    expect(starts).toEqual(['quick', 'second', 'third'])
    expect(names(await during(fleet.clock, passed))).toEqual(['quick', 'second', 'slow', 'third'])
  })

  it('does not start again what another process has started by a later run, when it has seen only an earlier one', async () => {
    const jobs: FleetJobs = {
      first: { schedule: '* * * * *', action: () => fleet.clock.sleep(5 * SECOND) },
      second: { schedule: null, after: 'first', action: note },
    }
    await fleet.boot('a', jobs, LEADERLESS)
    await fleet.clock.advance(30 * SECOND)
    const { store } = createFaultyStore(fleet.store, { clock: fleet.clock, random: createSeededRandom(3) })
    const [get, put] = [store.get.bind(store), store.put.bind(store)]
    const until = (ms: number): Promise<void> => fleet.clock.sleep(NOON + ms - fleet.clock.now())
    store.get = async (key, options) => {
      // The records are read after the first run, and during the second one.
      const answer = await get(key, options)
      if (key.startsWith('jobs/pages/')) await until(2 * MINUTE + 2 * SECOND)
      return answer
    }
    store.put = async (key, body, options) => {
      if (key.startsWith('jobs/pages/')) await until(2 * MINUTE + 10 * SECOND)
      return put(key, body, options)
    }
    expect(await pass(passer(jobs, store))).toEqual([])
    expect(fleet.clock.now()).toBeGreaterThan(NOON + 2 * MINUTE + 9 * SECOND)
    // By the process that runs for ever.
    expect(starts).toEqual(['second', 'second'])
  })

  describe('of a worker id that all passes share', () => {
    /** Each pass runs it, and so writes the member object. */
    const OFTEN: FleetJobs[string] = { schedule: '*/5 * * * * *', action: () => undefined }
    const WORKER = { workerId: 'function', heartbeatInterval: 10 * SECOND }
    /** A pass in a process of its own. */
    const open = (jobs: FleetJobs): Instance['scheduler'] => {
      const { clock, store } = fleet
      return new SchedulerPlugin<unknown>({ store, prefix: '', jobs, clock, ...LEADERLESS, ...WORKER })
    }
    const passEach = async (everyMs: number, jobs: FleetJobs, times: number): Promise<void> => {
      for (let passes = 0; passes < times; passes++) {
        await fleet.clock.advance(everyMs)
        const scheduler = open(jobs)
        await pass({ scheduler })
        await during(fleet.clock, scheduler.stop())
      }
    }

    it('ends the run of a pass that was killed, though no pass lives for long', async () => {
      await passEach(0, { job: { schedule: '* * * * *', action: note }, often: OFTEN }, 1)
      await fleet.clock.advance(MINUTE)
      const { store: network, partition } = createFaultyStore(fleet.store, {
        clock: fleet.clock,
        random: createSeededRandom(3),
      })
      const killed = new SchedulerPlugin<unknown>({
        jobs: { job: { schedule: '* * * * *', action: () => new Promise(() => partition('requests')) }, often: OFTEN },
        store: network,
        prefix: '',
        clock: fleet.clock,
        ...LEADERLESS,
        ...WORKER,
      })
      void killed.runDue().catch(() => undefined)
      await fleet.clock.advance(0)
      await passEach(7 * SECOND, { job: { schedule: '* * * * *', action: note }, often: OFTEN }, 30)
      expect(starts.length).toBeGreaterThanOrEqual(2)
    })

    it('lets the run of a pass that is alive go on', async () => {
      const works: FleetJobs = {
        job: { schedule: '* * * * *', action: () => fleet.clock.sleep(5 * MINUTE) },
        often: OFTEN,
      }
      await passEach(0, works, 1)
      await fleet.clock.advance(MINUTE)
      const alive = open(works).runDue()
      await passEach(7 * SECOND, { job: { schedule: '* * * * *', action: note }, often: OFTEN }, 30)
      expect(starts).toEqual([])
      const runs = await during(fleet.clock, alive)
      expect(runs.filter(({ jobName }) => jobName === 'job')).toMatchObject([{ status: 'success' }])
    })
  })

  it('starts a job with runOnStart in the first pass of all, and in no later one of any process', async () => {
    const jobs: FleetJobs = { job: { schedule: null, runOnStart: true, action: note } }
    const ran = await Promise.all([pass(passer(jobs)), pass(passer(jobs))])
    expect(names(ran.flat())).toEqual(['job'])
    expect(await pass(passer(jobs))).toEqual([])
  })

  it('obeys requests to run', async () => {
    const jobs: FleetJobs = { job: { schedule: null, action: note } }
    const first = passer(jobs)
    await pass(first)
    const runId = await during(fleet.clock, first.scheduler.requestRun('job'))
    expect(await pass(passer(jobs))).toMatchObject([{ jobName: 'job', runId }])
    expect(await pass(passer(jobs))).toEqual([])
  })

  it('deletes old run records and the member objects of dead processes when that is due', async () => {
    const jobs: FleetJobs = { job: { schedule: '0 * * * *', action: note } }
    await pass(passer(jobs))
    await fleet.store.put('workers/dead.json', new TextEncoder().encode('{"v":1,"nonce":"n"}'))
    for (let days = 0; days < 40; days++) {
      await fleet.clock.advance(DAY)
      const { scheduler } = passer(jobs)
      await pass({ scheduler })
      await during(fleet.clock, scheduler.stop())
    }
    const history = (status: 'success' | 'missed') =>
      during(fleet.clock, passer(jobs).scheduler.getJobHistory('job', { limit: 200, status }))
    // On each day a tick ran and a tick was missed. The archive keeps what is no success three times as long.
    const successes = await history('success')
    expect(successes.length).toBeGreaterThanOrEqual(29)
    expect(successes.length).toBeLessThanOrEqual(33)
    expect(await history('missed')).toHaveLength(40)
    expect(await listAll(fleet.store, 'workers/')).toEqual([])
  })

  it('tells every run, also those that ended before the pass did', async () => {
    const jobs: FleetJobs = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [
        `job${index}`,
        { schedule: '* * * * *', action: () => (index === 6 ? fleet.clock.sleep(5 * SECOND) : index) },
      ]),
    )
    const instance = await fleet.boot('a', jobs, { ...LEADERLESS, enabled: false })
    instance.network.setFaults({ minLatencyMs: 5, maxLatencyMs: 60 })
    await pass(instance)
    await fleet.clock.advance(MINUTE)
    expect(names(await pass(instance))).toEqual(Object.keys(jobs))
  })

  it('rejects when the store refuses something, after it has done the rest', async () => {
    const jobs: FleetJobs = {
      good: { schedule: '* * * * *', action: note },
      bad: { schedule: '* * * * *', action: note },
    }
    // The two jobs lie on pages of their own.
    const instance = await fleet.boot('a', jobs, { shards: 2, enabled: false })
    await pass(instance)
    const { store } = instance.network
    const put = store.put.bind(store)
    const refusing = vi.spyOn(store, 'put').mockImplementation((key, ...rest) => {
      if (key === `jobs/pages/${shardOf('bad', 2)}.json`)
        throw new StoreError('access denied', { code: 'ACCESS_DENIED' })
      return put(key, ...rest)
    })
    await fleet.clock.advance(MINUTE)
    const failed = pass(instance)
    expect(shardOf('good', 2)).not.toBe(shardOf('bad', 2))
    await expect(failed).rejects.toMatchObject({ code: 'STORE', retriable: true })
    await expect(failed).rejects.toThrow('access denied')
    expect(starts).toEqual(['good'])
    refusing.mockRestore()
    expect(names(await pass(instance))).toEqual(['bad'])
  })

  it.each([
    { ahead: HOUR, latencyMs: 0 },
    { ahead: -HOUR, latencyMs: 0 },
    { ahead: HOUR, latencyMs: 1500 },
  ])('claims nothing by a clock that is off by $ahead ms, with answers after $latencyMs ms', async (given) => {
    const jobs: FleetJobs = { job: { schedule: '*/5 * * * *', catchUp: 'all', action: note } }
    await pass(passer(jobs))
    await fleet.clock.advance(10 * MINUTE)
    const instance = await fleet.boot('a', jobs, { ...LEADERLESS, enabled: false })
    instance.network.setFaults({ minLatencyMs: given.latencyMs, maxLatencyMs: given.latencyMs })
    const clock = { ...fleet.clock, now: () => fleet.clock.now() + given.ahead }
    const { store } = instance.network
    const scheduler = new SchedulerPlugin<unknown>({ store, prefix: '', jobs, clock, ...LEADERLESS })
    await expect(pass({ scheduler })).rejects.toMatchObject({ code: 'CLOCK_SKEW' })
    expect(starts).toEqual([])
  })
})

describe('clean-up', () => {
  it.each([{ enableCoordinator: true }, { enableCoordinator: false }])(
    'is done when it is due by processes that live four minutes an hour ($enableCoordinator)',
    async (options) => {
      const jobs: FleetJobs = { job: { schedule: '1 */3 * * *', action: note } }
      const retention = { historyRetention: DAY, cleanupInterval: 12 * HOUR }
      for (let hour = 0; hour < 84; hour++) {
        const { scheduler } = await fleet.boot('a', jobs, { ...options, ...retention })
        await fleet.clock.advance(4 * MINUTE)
        await during(fleet.clock, scheduler.stop())
        await fleet.clock.advance(56 * MINUTE)
      }
      expect(starts).toHaveLength(28)
      const { scheduler } = await fleet.boot('a', jobs, { ...options, ...retention })
      const kept = (await during(fleet.clock, scheduler.getJobHistory('job'))).length
      expect(kept).toBeGreaterThanOrEqual(8)
      // The archive goes by whole days, and a day is written half a day after its end at the latest.
      expect(kept).toBeLessThanOrEqual(24)
    },
  )
})
