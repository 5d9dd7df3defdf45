import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createFaultyStore, type FaultyStore } from '@s3sched/store/testing'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin, type SchedulerError } from '../src/index.ts'
import { createFleet, during, eventsOf, HOUR, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

/** The most that a stop takes beyond its timeout, even if the store does not answer, in ms. */
const STORE_MS = 5 * SECOND

describe('start and stop', () => {
  let fleet: Fleet
  let runs: number[]
  beforeEach(() => {
    fleet = createFleet()
    runs = []
  })
  afterEach(() => fleet.stopAll())

  const secondly = (): FleetJobs => ({
    job: { schedule: '* * * * * *', action: (_, { scheduledTime }) => void runs.push(scheduledTime.getTime()) },
  })

  it('stop, start and stop within one drain leave a scheduler that is stopped', async () => {
    const { scheduler } = await fleet.bootLeader({
      ...secondly(),
      long: { schedule: null, action: (_, { signal }) => fleet.clock.sleep(MINUTE, signal) },
    })
    scheduler.runJob('long').catch(() => undefined) // the stop ends it
    await fleet.clock.advance(3 * SECOND)
    expect(runs.length).toBeGreaterThan(0)
    const calls = [scheduler.stop({ timeout: 5 * SECOND }), scheduler.start(), scheduler.stop({ timeout: 5 * SECOND })]
    await during(fleet.clock, Promise.all(calls))
    const ranBefore = runs.length
    await fleet.clock.advance(2 * MINUTE)
    expect(scheduler.isLeader()).toBe(false)
    expect(runs).toHaveLength(ranBefore)
    expect(await scheduler.getActiveWorkers()).toEqual([])
  })

  it('start and stop in one turn leave a scheduler that is stopped', async () => {
    const { scheduler } = await fleet.boot('a', secondly(), { enabled: true })
    await during(fleet.clock, scheduler.stop())
    const calls = [scheduler.start(), scheduler.stop()]
    await during(fleet.clock, Promise.all(calls))
    await fleet.clock.advance(2 * MINUTE)
    expect(scheduler.isLeader()).toBe(false)
    expect(await scheduler.getActiveWorkers()).toEqual([])
  })

  it.each(['leader', 'follower'])(
    'a stop of a %s ends calls of runJob that have not begun by their code',
    async (role) => {
      const jobs: FleetJobs = { short: { schedule: null, overlap: 'allow', action: () => 'ran' } }
      const leader = await fleet.bootLeader(jobs)
      const { scheduler } = role === 'leader' ? leader : await fleet.boot('b', jobs)
      await fleet.clock.advance(3 * SECOND)
      const put = fleet.store.put.bind(fleet.store)
      const slow = vi.spyOn(fleet.store, 'put').mockImplementation(async (...given) => {
        await fleet.clock.sleep(SECOND)
        return put(...given)
      })
      const ends: Promise<unknown>[] = []
      const run = (): unknown => ends.push(scheduler.runJob('short').catch((error: Error) => error))
      run()
      const stopped = scheduler.stop({ timeout: 5 * SECOND })
      for (let call = 0; call < 50; call++) {
        run()
        await fleet.clock.advance(100)
      }
      await during(fleet.clock, stopped)
      await fleet.clock.advance(MINUTE)
      slow.mockRestore()
      const codes = (await Promise.all(ends)).map((end) => (end instanceof Error ? (end as SchedulerError).code : end))
      expect(new Set(codes)).toEqual(new Set(['ran', 'RUN_NOT_STARTED']))
    },
  )

  it.each([
    ['is awaited ends with its timeout, and ends the run that waits for it', true, 5 * SECOND, 'STOPPED'],
    ['is not awaited ends with the run', false, 0, 'done'],
  ])('a stop in an action that %s', async (_, isAwaited, tookMs, end) => {
    let stopped: Promise<void> | undefined
    const { scheduler } = await fleet.bootLeader({
      last: {
        schedule: null,
        action: async () => {
          stopped = scheduler.stop({ timeout: 5 * SECOND })
          if (isAwaited) await stopped
          return 'done'
        },
      },
    })
    const from = fleet.clock.now()
    const running = scheduler.runJob('last').catch(({ code }: SchedulerError) => code)
    expect(await during(fleet.clock, running)).toBe(end)
    await during(fleet.clock, stopped ?? Promise.resolve())
    expect(fleet.clock.now() - from).toBeGreaterThanOrEqual(tookMs)
    expect(fleet.clock.now() - from).toBeLessThanOrEqual(tookMs + 2 * SECOND)
  })

  it('stop and start in one turn leave a scheduler that runs', async () => {
    const { scheduler } = await fleet.bootLeader(secondly())
    await during(fleet.clock, Promise.all([scheduler.stop(), scheduler.stop(), scheduler.start()]))
    await fleet.clock.advance(SECOND)
    runs = []
    await fleet.clock.advance(10 * SECOND)
    expect(scheduler.isLeader()).toBe(true)
    expect(runs.length).toBeGreaterThanOrEqual(9)
  })
})

describe('a stop while the store is silent', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const silentFrom = (network: FaultyStore): void => network.partition('requests')

  async function stopTakesMs(scheduler: SchedulerPlugin<unknown>, timeout: number): Promise<number> {
    const from = fleet.clock.now()
    await during(fleet.clock, scheduler.stop({ timeout }))
    return fleet.clock.now() - from
  }

  it.each([
    { timeout: 500, startedMs: 0, start: 'resolved' },
    // The start has failed by itself before the stop.
    { timeout: 500, startedMs: 30 * SECOND, start: 'rejected' },
    { timeout: 10 * SECOND, startedMs: SECOND, start: 'resolved' },
  ])('that comes $startedMs ms after start() was called ends within $timeout ms and 5 s', async (row) => {
    const network = createFaultyStore(fleet.store, { clock: fleet.clock, random: createSeededRandom(3) })
    const scheduler = new SchedulerPlugin<unknown>({
      store: network.store,
      prefix: '',
      skipColdStart: true,
      logger: silentLogger,
      clock: fleet.clock,
      random: createSeededRandom(4),
      jobs: { job: { schedule: '* * * * * *', action: () => 1 } },
    })
    // The store was checked before, so that the start itself hangs.
    await during(fleet.clock, scheduler.start())
    await during(fleet.clock, scheduler.stop())
    silentFrom(network)
    const ended: string[] = []
    const started = scheduler.start().then(
      () => ended.push('resolved'),
      () => ended.push('rejected'),
    )
    await fleet.clock.advance(row.startedMs)
    const takenMs = await stopTakesMs(scheduler, row.timeout)
    expect(takenMs).toBeLessThanOrEqual(row.timeout + STORE_MS + 100)
    await during(fleet.clock, started)
    expect(ended).toEqual([row.start])
    network.heal()
    await fleet.clock.advance(2 * MINUTE)
    expect(scheduler.isLeader()).toBe(false)
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(2 * MINUTE)
    expect(scheduler.isLeader()).toBe(true)
    await during(fleet.clock, scheduler.stop())
  })

  it.each([0, 1000])(
    'of a leader whose jobs run each second ends within %i ms and 5 s, and so do its runs',
    async (timeout) => {
      let endedAt: number | undefined
      const { network, scheduler } = await fleet.bootLeader({
        short: { schedule: '* * * * * *', action: () => 1 },
        long: {
          schedule: '* * * * * *',
          action: async (_, { signal }) => {
            await fleet.clock.sleep(MINUTE, signal).catch(() => undefined) // told to end
            endedAt = fleet.clock.now()
          },
        },
      })
      await fleet.clock.advance(5 * SECOND)
      silentFrom(network)
      await fleet.clock.advance(2 * SECOND)
      const from = fleet.clock.now()
      expect(await stopTakesMs(scheduler, timeout)).toBeLessThanOrEqual(timeout + STORE_MS + 100)
      expect((endedAt ?? Infinity) - from).toBeLessThanOrEqual(Math.max(2000, timeout) + 100)
      expect(scheduler.isLeader()).toBe(false)
    },
  )

  it('leaves nothing at work behind, also where an action goes on', async () => {
    const stopped = await fleet.bootLeader({
      job: { schedule: '* * * * * *', onLost: 'retry', action: () => fleet.clock.sleep(HOUR) },
    })
    await fleet.clock.advance(1500)
    silentFrom(stopped.network)
    await fleet.clock.advance(2 * SECOND)
    await stopTakesMs(stopped.scheduler, 1000)
    await fleet.clock.advance(MINUTE)
    stopped.resetRequests()
    await fleet.clock.advance(10 * MINUTE)
    expect(stopped.requests).toEqual({ get: 0, notModified: 0, put: 0, list: 0, delete: 0 })
    // The action.
    expect(fleet.clock.sleeping).toBe(1)
  })

  it('of a follower ends within its timeout and 5 s', async () => {
    await fleet.bootLeader({ job: { schedule: '* * * * * *', action: () => 1 } })
    const b = await fleet.boot('b', { job: { schedule: '* * * * * *', action: () => 1 } })
    await fleet.clock.advance(MINUTE)
    silentFrom(b.network)
    await fleet.clock.advance(1500)
    expect(await stopTakesMs(b.scheduler, 1000)).toBeLessThanOrEqual(1000 + STORE_MS + 100)
  })

  it('frees the lease once the store answers again within its time, so that nobody waits for the ttl', async () => {
    const jobs: FleetJobs = { rare: { schedule: '0 9 * * *', action: () => 1 } }
    const leader = await fleet.bootLeader(jobs)
    const { scheduler } = await fleet.boot('b', jobs)
    await fleet.clock.advance(MINUTE)
    leader.network.setFaults({ unavailable: 1 })
    const stopped = leader.scheduler.stop({ timeout: 30 * SECOND })
    await fleet.clock.advance(20 * SECOND)
    leader.network.setFaults({})
    await fleet.clock.advance(5 * SECOND)
    await stopped
    await fleet.clock.advance(30 * SECOND)
    expect(scheduler.isLeader()).toBe(true)
  })

  it('is followed by a start that leads as soon as the store answers again', async () => {
    const runs: number[] = []
    const { network, scheduler } = await fleet.bootLeader({
      job: { schedule: '* * * * * *', action: (_, { scheduledTime }) => void runs.push(scheduledTime.getTime()) },
    })
    silentFrom(network)
    await stopTakesMs(scheduler, 1000)
    network.heal()
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(2 * MINUTE)
    expect(scheduler.isLeader()).toBe(true)
    expect((await scheduler.getActiveWorkers()).map(({ workerId }) => workerId)).toEqual(['a'])
    expect(new Set(runs).size).toBe(runs.length)
  })

  it('leaves a run whose end could not be written to the others within a minute', async () => {
    const jobs: FleetJobs = {
      long: { schedule: '*/20 * * * * *', action: (_, { signal }) => fleet.clock.sleep(10 * MINUTE, signal) },
    }
    const leader = await fleet.bootLeader(jobs, { heartbeatInterval: SECOND, standby: 'cold' })
    const { scheduler } = await fleet.boot('b', jobs, { heartbeatInterval: SECOND, standby: 'cold' })
    scheduler.runJob('long').catch(() => undefined) // the stop ends it
    await fleet.clock.advance(5 * SECOND)
    // The member object can be written, the records of jobs can't, and nothing can be deleted.
    const put = fleet.store.put.bind(fleet.store)
    const silent = new Promise<never>(() => {})
    const spies = [
      vi.spyOn(fleet.store, 'put').mockImplementation((key, ...rest) => {
        return key.startsWith('jobs/') ? silent : put(key, ...rest)
      }),
      vi.spyOn(fleet.store, 'delete').mockReturnValue(silent),
    ]
    await during(fleet.clock, scheduler.stop({ timeout: 0 }))
    await fleet.clock.advance(5 * SECOND)
    for (const spy of spies) spy.mockRestore()
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(leader, 'plg:scheduler:job-lost')).toMatchObject([{ jobName: 'long' }])
  })
})
