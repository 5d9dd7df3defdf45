import { silentLogger, type Clock, type Logger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { readFields } from '@s3sched/jobs/testing'
import { createMemoryStore, listAll, type ObjectStore } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SchedulerPlugin, type Job } from '../src/index.ts'
import { createOperator } from '@s3sched/operator'
import { during, HOUR, MINUTE, NOON, SECOND, type FleetJobs, type FleetOptions } from './fleet.ts'

const DAY = 24 * HOUR

interface Start {
  readonly workerId: string
  readonly tick: number
  readonly at: number
}

describe('a store that has a clock of its own', () => {
  let clock: ManualClock
  let store: ObjectStore
  let starts: Start[]
  let booted: SchedulerPlugin<unknown>[]
  beforeEach(() => {
    clock = createManualClock(NOON)
    store = createMemoryStore({ clock })
    starts = []
    booted = []
  })
  afterEach(async () => {
    for (const scheduler of booted) await during(clock, scheduler.stop({ timeout: 0 }))
  })

  const noting = (workerId: string, more: Partial<Job<unknown>> = {}): Job<unknown> => ({
    schedule: '* * * * *',
    action: (_, { scheduledTime }) => void starts.push({ workerId, tick: scheduledTime.getTime(), at: clock.now() }),
    ...more,
  })
  const off = (byMs: number): Clock => ({ ...clock, now: () => clock.now() + byMs })

  /** A scheduler on a machine whose clock is off by `byMs`. */
  const create = (workerId: string, byMs: number, jobs: FleetJobs = {}, more: FleetOptions = {}) => {
    const scheduler = new SchedulerPlugin<unknown>({
      store,
      prefix: '',
      workerId,
      jobs,
      clock: off(byMs),
      random: createSeededRandom(byMs),
      logger: silentLogger,
      skipColdStart: true,
      ...more,
    })
    booted.push(scheduler)
    return scheduler
  }
  const boot = async (...given: Parameters<typeof create>): Promise<SchedulerPlugin<unknown>> => {
    const scheduler = create(...given)
    await during(clock, scheduler.start())
    await clock.advance(SECOND)
    return scheduler
  }
  const refusal = { code: 'CLOCK_SKEW', retriable: true }
  const recordOf = async (name: string): Promise<Record<string, unknown>> => {
    const fields = await readFields(store, name)
    if (fields === undefined) throw new Error('expected a record')
    return fields
  }

  describe.each([DAY, -DAY])('refuses, from a machine that is %i ms off,', (byMs) => {
    it('to start with a job that is new or changed, and starts where nothing is', async () => {
      await expect(during(clock, create('off', byMs, { job: noting('off') }).start())).rejects.toMatchObject(refusal)
      expect(await listAll(store, 'jobs/')).toEqual([])
      await boot('right', 0, { job: noting('right') })
      await boot('off', byMs, { job: noting('off') })
      const changed = create('changed', byMs, { job: noting('changed', { schedule: '*/2 * * * *' }) })
      await expect(during(clock, changed.start())).rejects.toMatchObject(refusal)
    })

    it('to add, change and resume jobs, and takes back what it has taken in', async () => {
      const jobs = (workerId: string): FleetJobs => ({ job: noting(workerId), paused: noting(workerId) })
      const right = await boot('right', 0, jobs('right'))
      await during(clock, right.disableJob('paused'))
      const wrong = await boot('off', byMs, jobs('off'))
      await expect(during(clock, wrong.addJob('new', noting('off')))).rejects.toMatchObject(refusal)
      await expect(during(clock, wrong.updateJob('job', { schedule: '*/2 * * * *' }))).rejects.toMatchObject(refusal)
      await expect(during(clock, wrong.enableJob('paused'))).rejects.toMatchObject(refusal)
      expect(Object.keys(wrong.listJobs())).toEqual(['job', 'paused'])
      expect(await readFields(store, 'new')).toBeUndefined()
      expect(await recordOf('job')).toMatchObject({ override: null })
      expect(await recordOf('paused')).toMatchObject({ paused: true })
      const operator = createOperator(store, { prefix: '', clock: off(byMs) })
      await expect(operator.resume('paused')).rejects.toMatchObject(refusal)
      // Changes without an instant from which ticks count do not depend on clocks.
      await during(clock, wrong.disableJob('job'))
      await during(clock, wrong.updateJob('paused', { retries: 3 }))
      expect(await recordOf('job')).toMatchObject({ paused: true })
    })

    it('to run what is due, also when every answer takes over a second', async () => {
      await boot('right', 0, { job: noting('right') })
      const slow = {
        ...store,
        get: async (...args: Parameters<ObjectStore['get']>) => {
          await clock.sleep(1500)
          return store.get(...args)
        },
      }
      for (const each of [store, slow]) {
        const wrong = create('off', byMs, { job: noting('off') }, { store: each } as FleetOptions)
        await expect(during(clock, wrong.runDue())).rejects.toMatchObject(refusal)
      }
      expect(starts.filter(({ workerId }) => workerId === 'off')).toEqual([])
    })
  })

  it.each([
    [5 * MINUTE, /^this machine's clock is (299|300)\d{3} ms ahead of the store's: .* Set the clock/],
    [
      -5 * MINUTE,
      /^this machine's clock is (299|300|301)\d{3} ms behind the store's: .* late by as much. Set the clock/,
    ],
  ])('shows a machine that is %i ms off at its start, although it does not lead', async (byMs, expected) => {
    await boot('right', 0, { job: noting('right') })
    const warned: string[] = []
    const logger: Logger = { ...silentLogger, warn: (message) => warned.push(message) }
    await during(clock, create('off', byMs, { job: noting('off') }, { logger }).start())
    expect(warned).toEqual([expect.stringMatching(expected)])
  })

  describe.each([5 * MINUTE, -5 * MINUTE])('is believed, and not a machine that is %i ms off,', (byMs) => {
    it('for the instant from which ticks count', async () => {
      await boot('right', 0, { job: noting('right'), paused: noting('right', { enabled: false }) })
      const wrong = await boot('off', byMs, { job: noting('off'), paused: noting('off', { enabled: false }) })
      const changedAt = clock.now()
      await during(clock, wrong.updateJob('job', { schedule: '0 * * * * *', timezone: 'Europe/Rome' }))
      await during(clock, wrong.enableJob('paused'))
      await during(clock, wrong.addJob('new', noting('off')))
      for (const name of ['job', 'paused', 'new']) {
        const { since } = await recordOf(name)
        expect(Math.abs((since as number) - changedAt)).toBeLessThanOrEqual(2 * SECOND)
      }
      const { past } = await recordOf('job')
      const [period] = past as { until: number }[]
      expect(Math.abs((period?.until ?? 0) - changedAt)).toBeLessThanOrEqual(2 * SECOND)
      await during(clock, wrong.stop({ timeout: 0 }))
      await clock.advance(3 * MINUTE)
      const ticks = starts.filter(({ at }) => at > changedAt).map(({ tick }) => tick)
      expect(Math.min(...ticks)).toBeGreaterThan(changedAt)
      expect(new Set(ticks)).toEqual(new Set([NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE]))
    })

    it('where it leads: no tick starts before the store says that it is due, and none counts as missed', async () => {
      const wrong = await boot('off', byMs, { job: noting('off'), jittered: noting('off', { jitterMs: 5000 }) })
      await clock.advance(12 * MINUTE)
      expect(starts.length).toBeGreaterThan(10)
      const latestMs = byMs > 0 ? 5 * SECOND + 100 : 5 * SECOND - byMs
      for (const { at, tick } of starts) {
        expect(at).toBeGreaterThanOrEqual(tick - SECOND)
        expect(at - tick).toBeLessThanOrEqual(latestMs)
      }
      expect(await wrong.getJobHistory('job', { status: 'missed' })).toEqual([])
    })

    it('for the time of a request, of a claim, of a verdict and of what the history tells', async () => {
      const near = (instant: unknown): void => {
        expect(Math.abs(Number(instant) - clock.now())).toBeLessThanOrEqual(2 * MINUTE)
      }
      const jobs: FleetJobs = { job: noting('off', { catchUp: 'none' }), hand: noting('off', { schedule: null }) }
      const wrong = await boot('off', byMs, jobs)
      await clock.advance(10 * SECOND)
      await during(clock, wrong.runJob('hand'))
      await during(clock, wrong.requestRun('hand'))
      const [request] = await createOperator(store, { prefix: '', clock }).requests()
      near(request?.requestedAt)
      await clock.advance(MINUTE)
      const history = await wrong.getJobHistory('hand')
      expect(history).toHaveLength(2)
      for (const run of [...history, ...(await wrong.getJobHistory('job'))]) {
        if (run.startTime !== null) near(run.startTime)
        near(run.endTime)
      }
      for (const { scheduledTime } of history) near(scheduledTime)
    })
  })
})

describe("a store that has no clock but this machine's", () => {
  it('goes on when that is set back by hours, says so once, and starts nothing twice', async () => {
    const clock = createManualClock(NOON)
    const told: string[] = []
    const logger: Logger = { ...silentLogger, warn: (text) => told.push(text), error: (text) => told.push(text) }
    const ticks: number[] = []
    const jobs: FleetJobs = {
      job: { schedule: '* * * * *', action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()) },
    }
    const options = { prefix: '', jobs, clock, random: createSeededRandom(1), logger, skipColdStart: true }
    const store = createMemoryStore({ clock })
    const scheduler = new SchedulerPlugin<unknown>({ ...options, store, workerId: 'a' })
    await during(clock, scheduler.start())
    await clock.advance(5 * MINUTE)
    expect(ticks).toHaveLength(5)
    clock.step(-5 * HOUR)
    await clock.advance(10 * MINUTE)
    expect(scheduler.isLeader()).toBe(true)
    expect(told.filter((text) => /clock was set back by \d+ ms/.test(text))).toHaveLength(1)
    // A scheduler started later also warns about the waiting job.
    await during(clock, scheduler.stop())
    const again = new SchedulerPlugin<unknown>({ ...options, store, workerId: 'b' })
    await during(clock, again.start())
    await clock.advance(10 * MINUTE)
    expect(told.filter((text) => /the ticks of job 'job' are settled up to 2026-01-05T12:05/.test(text))).toHaveLength(
      1,
    )
    expect(ticks).toHaveLength(5)
    await clock.advance(5 * HOUR)
    expect(new Set(ticks).size).toBe(ticks.length)
    expect(ticks.length).toBeGreaterThan(10)
    await during(clock, again.stop({ timeout: 0 }))
  })
})
