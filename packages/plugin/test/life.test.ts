import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { Database } from '@s3sched/database'
import { createMemoryStore } from '@s3sched/store'
import { createFaultyStore } from '@s3sched/store/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { audit, SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const minutely = (runs: number[]): FleetJobs => ({
  job: { schedule: '* * * * *', action: (_, { scheduledTime }) => void runs.push(scheduledTime.getTime()) },
})

describe('a scheduler', () => {
  let fleet: Fleet
  let runs: number[]
  beforeEach(() => {
    fleet = createFleet()
    runs = []
  })
  afterEach(() => fleet.stopAll())

  it('can be started twice, also at the same time', async () => {
    const { scheduler } = await fleet.bootLeader(minutely(runs))
    await during(fleet.clock, Promise.all([scheduler.start(), scheduler.start()]))
    await fleet.clock.advance(MINUTE + SECOND)
    expect(runs).toEqual([NOON + MINUTE])
    expect(scheduler.getCurrentEpoch()).toBe(1)
  })

  it('can be stopped before it was started, and twice', async () => {
    const scheduler = new SchedulerPlugin<unknown>({ store: fleet.store })
    await scheduler.stop()
    await scheduler.stop()
    expect(scheduler.workerId).toBeNull()
    await expect(scheduler.stop({ timeout: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('runs a job by hand before it was started, also one that the bucket does not know', async () => {
    const scheduler = new SchedulerPlugin<unknown>({
      store: createMemoryStore(),
      jobs: { job: { schedule: null, action: () => 'ran' } },
    })
    expect(await scheduler.runJob('job')).toBe('ran')
    expect(await scheduler.runJob('job')).toBe('ran')
    expect(await scheduler.getJobHistory('job')).toHaveLength(2)
    await scheduler.stop()
  })

  it('can be started again after a stop, and leads in a new epoch', async () => {
    const { scheduler } = await fleet.bootLeader(minutely(runs))
    await fleet.clock.advance(MINUTE)
    await during(fleet.clock, scheduler.stop())
    expect(scheduler.isLeader()).toBe(false)
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toEqual([NOON + MINUTE])
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(MINUTE + SECOND)
    expect(scheduler.getCurrentEpoch()).toBe(2)
    expect(runs).toHaveLength(3) // the latest tick due meanwhile, and the next tick
  })

  it('ends what runs when it is stopped, at the latest after the timeout', async () => {
    const { scheduler } = await fleet.bootLeader({
      job: { schedule: null, action: (_, { signal }) => fleet.clock.sleep(60 * MINUTE, signal) },
    })
    const ended = scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(SECOND)
    const stoppedAt = fleet.clock.now()
    await during(fleet.clock, scheduler.stop({ timeout: 5 * SECOND }))
    expect(fleet.clock.now() - stoppedAt).toBeLessThanOrEqual(6 * SECOND)
    expect(await ended).toMatchObject({ reason: 'stopped' })
  })

  it('leaves no tick open when the last instance stops between two attempts that are close together', async () => {
    const leader = await fleet.bootLeader({
      job: {
        schedule: '* * * * *',
        retries: 1,
        backoff: { type: 'fixed', baseMs: 300, jitter: 0 },
        action: (_, { attempt }) => {
          if (attempt === 1) throw new Error('not yet')
          runs.push(attempt)
        },
      },
    })
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(leader, 'plg:scheduler:job-retry')).toHaveLength(1)
    await during(fleet.clock, leader.scheduler.stop())
    expect(runs).toEqual([2])
    expect(await audit(fleet.store, { prefix: '' })).toMatchObject([{ expected: 1, ran: 1, open: 0 }])
  })

  it('hands an attempt over that is further away, and stops at once', async () => {
    const job: FleetJobs[string] = {
      schedule: '* * * * *',
      retries: 1,
      backoff: { type: 'fixed', baseMs: 10 * SECOND, jitter: 0 },
      action: (_, { attempt }) => {
        if (attempt === 1) throw new Error('not yet')
        runs.push(attempt)
      },
    }
    const leader = await fleet.bootLeader({ job })
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(leader, 'plg:scheduler:job-retry')).toHaveLength(1)
    const stoppedAt = fleet.clock.now()
    await during(fleet.clock, leader.scheduler.stop())
    expect(fleet.clock.now() - stoppedAt).toBeLessThan(SECOND)
    await fleet.bootLeader({ job }, { workerId: 'b' })
    await fleet.clock.advance(15 * SECOND)
    expect(runs).toEqual([2])
  })

  it('stops at the end of its scope', async () => {
    const { scheduler } = await fleet.bootLeader({})
    await during(fleet.clock, scheduler[Symbol.asyncDispose]())
    expect(scheduler.isLeader()).toBe(false)
    expect(await scheduler.getActiveWorkers()).toEqual([])
  })

  it('says that it is not started where its database is not connected, and can be started later', async () => {
    const database = new Database({ connectionString: 'memory://life' })
    const scheduler = new SchedulerPlugin({ jobs: {}, skipColdStart: true })
    await scheduler.install(database)
    await expect(scheduler.start()).rejects.toMatchObject({ code: 'NOT_STARTED', statusCode: 409 })
    await database.connect()
    await scheduler.start()
    await scheduler.stop()
    await database.disconnect()
  })

  it.each([
    ['refuses', { unavailable: 1 }, undefined],
    ['keeps silent', {}, 'requests'],
  ] as const)('ends its wait for a store that %s once it is stopped', async (_name, faults, partition) => {
    const { clock } = fleet
    const random = createSeededRandom(1)
    const network = createFaultyStore(createMemoryStore(), { clock, random, ...faults })
    if (partition !== undefined) network.partition(partition)
    const warn = vi.fn<(message: string) => void>()
    const logger = { ...silentLogger, warn }
    const scheduler = new SchedulerPlugin<unknown>({ store: network.store, clock, random, logger })
    const started = scheduler.start()
    const asked = scheduler.getJobHistory('job').catch((error: unknown) => error)
    await clock.advance(SECOND)
    const stoppedAt = clock.now()
    await during(clock, scheduler.stop())
    expect(clock.now() - stoppedAt).toBeLessThan(SECOND)
    await started
    expect(await asked).toMatchObject({ code: 'STOPPED', suggestion: expect.stringContaining('opens the store again') })
    expect(scheduler.getHealth()).toMatchObject({ state: 'stopped' })
    await clock.advance(MINUTE)
    expect(warn).not.toHaveBeenCalled()
    network.setFaults({})
    network.heal()
    await during(clock, scheduler.start())
    await during(clock, scheduler.stop())
  })

  it('tells who is there and who leads', async () => {
    const a = await fleet.bootLeader(minutely(runs))
    const b = await fleet.boot('b', minutely(runs))
    await fleet.clock.advance(SECOND)
    for (const { scheduler } of [a, b]) {
      expect(scheduler.getLeader()).toMatchObject({ workerId: 'a', epoch: 1 })
      expect(scheduler.getCurrentEpoch()).toBe(1)
      const workers = await scheduler.getActiveWorkers()
      expect(workers.map(({ workerId }) => workerId).toSorted()).toEqual(['a', 'b'])
    }
    expect([a.scheduler.isLeader(), b.scheduler.isLeader()]).toEqual([true, false])
    expect([a.scheduler.workerId, b.scheduler.workerId]).toEqual(['a', 'b'])
    expect(b.scheduler.getJobStatus('job')?.leader).toBe('a')
  })

  it('goes through the phases of a cold start when nobody led before', async () => {
    const options = { skipColdStart: false, coldStartObservationWindow: 5 * SECOND }
    const booted = await fleet.boot('a', {}, options)
    await fleet.clock.advance(30 * SECOND)
    const phases = eventsOf(booted, 'plg:scheduler:coordinator-cold-start-phase-changed')
    expect(phases.map(({ phase }) => phase)).toEqual(['observing', 'election', 'preparation', 'ready'])
    expect(phases.every(({ duration }) => typeof duration === 'number')).toBe(true)
    expect(eventsOf(booted, 'plg:scheduler:coordinator-elected')).toEqual([{ workerId: 'a', epoch: 1 }])
    expect(eventsOf(booted, 'plg:scheduler:coordinator-promoted')).toEqual([{ workerId: 'a', epoch: 1 }])
    await fleet.clock.advance(MINUTE)
    const renewals = eventsOf(booted, 'plg:scheduler:coordinator-epoch-renewed')
    expect(renewals).toContainEqual({ workerId: 'a', epoch: 1 })
  })

  it('says why it leads no more', async () => {
    const { events, scheduler } = await fleet.bootLeader({})
    await during(fleet.clock, scheduler.stop())
    const demoted = events.find(({ name }) => name === 'plg:scheduler:coordinator-demoted')
    expect(demoted?.payload).toMatchObject({ workerId: 'a', epoch: 1, reason: expect.any(String) as string })
  })
})

describe('two schedulers in one database', () => {
  async function install(prefixes: readonly [string, string]): Promise<{ warnings: string[]; ran: string[] }> {
    const warnings: string[] = []
    const ran: string[] = []
    const clock = createManualClock(NOON)
    const store = createMemoryStore({ clock })
    const database = { connected: true, store }
    const schedulers = prefixes.map(
      (prefix, index) =>
        new SchedulerPlugin<unknown>({
          prefix,
          clock,
          workerId: `w${index}`,
          skipColdStart: true,
          logger: { ...silentLogger, warn: (message: string) => void warnings.push(message) },
          jobs: { job: { schedule: '* * * * *', action: () => void ran.push(`w${index}`) } },
        }),
    )
    for (const scheduler of schedulers) {
      await scheduler.install(database)
      await during(clock, scheduler.start())
    }
    await clock.advance(MINUTE + SECOND)
    for (const scheduler of schedulers) await during(clock, scheduler.stop())
    return { warnings, ran }
  }

  it('share one set of jobs under one prefix, and say so', async () => {
    const { ran, warnings } = await install(['same/', 'same/'])
    expect(ran).toEqual(['w0'])
    expect(warnings).toEqual([expect.stringMatching(/prefix 'same\/' too: both share one set of jobs/)])
  })

  it('have nothing to do with each other under two', async () => {
    const { ran, warnings } = await install(['left/', 'right/'])
    expect(ran.toSorted()).toEqual(['w0', 'w1'])
    expect(warnings).toEqual([])
  })
})
