import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('the field', () => {
  let fleet: Fleet
  let runs: { readonly job: string; readonly tick: number; readonly at: number }[]
  beforeEach(() => {
    fleet = createFleet()
    runs = []
  })
  afterEach(() => fleet.stopAll())

  const noting = (more: Partial<FleetJobs[string]>): FleetJobs[string] => ({
    schedule: null,
    action: (_, { jobName, scheduledTime }) =>
      void runs.push({ job: jobName, tick: scheduledTime.getTime(), at: fleet.clock.now() }),
    ...more,
  })
  const ticks = (): number[] => runs.map(({ tick }) => tick)

  it('schedule { every } steps from its anchor, so that a restart does not shift it', async () => {
    const jobs = { job: noting({ schedule: { every: '25m', anchor: new Date(NOON - 10 * MINUTE) } }) }
    const { scheduler } = await fleet.bootLeader(jobs)
    await fleet.clock.advance(16 * MINUTE)
    await during(fleet.clock, scheduler.stop())
    await fleet.clock.advance(7 * MINUTE)
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(20 * MINUTE)
    expect(ticks()).toEqual([NOON + 15 * MINUTE, NOON + 40 * MINUTE])
  })

  it('schedule as a Date runs once, and not again after a restart', async () => {
    const jobs = { job: noting({ schedule: new Date(NOON + 5 * MINUTE) }) }
    const { scheduler } = await fleet.bootLeader(jobs)
    expect(scheduler.getJobStatus('job')?.nextRun).toEqual(new Date(NOON + 5 * MINUTE))
    await fleet.clock.advance(6 * MINUTE)
    await during(fleet.clock, scheduler.stop())
    await during(fleet.clock, scheduler.start())
    await fleet.clock.advance(HOUR)
    expect(runs).toEqual([{ job: 'job', tick: NOON + 5 * MINUTE, at: NOON + 5 * MINUTE }])
    expect(scheduler.getJobStatus('job')?.nextRun).toBeNull()
  })

  it('action is the one that was given, whatever becomes of the object that it was given in', async () => {
    const given = { ...noting({ schedule: '* * * * *' }) }
    await fleet.bootLeader({ job: given })
    Object.assign(given, { action: () => Promise.reject(new Error('another')), schedule: '0 0 1 1 *', retries: 3 })
    await fleet.clock.advance(MINUTE)
    expect(runs).toHaveLength(1)
  })

  it('schedule null never runs by itself', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting({}) })
    await fleet.clock.advance(3 * HOUR)
    expect(runs).toEqual([])
    expect(scheduler.getJobStatus('job')).toMatchObject({ schedule: null, nextRun: null, enabled: true })
  })

  it('timezone moves its ticks', async () => {
    await fleet.bootLeader(
      {
        rome: noting({ schedule: '0 14 * * *', timezone: 'Europe/Rome' }),
        tokyo: noting({ schedule: '0 22 * * *' }),
      },
      { timezone: 'Asia/Tokyo' },
    )
    await fleet.clock.advance(HOUR + SECOND)
    expect(runs).toEqual(['rome', 'tokyo'].map((job) => ({ job, tick: NOON + HOUR, at: NOON + HOUR })))
  })

  it('enabled: false lets its ticks pass, and leaves runs by hand', async () => {
    const leader = await fleet.bootLeader({ job: noting({ schedule: '* * * * *', enabled: false }) })
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toEqual([])
    expect(leader.scheduler.getJobStatus('job')).toMatchObject({ enabled: false, paused: false, nextRun: null })
    await during(fleet.clock, leader.scheduler.runJob('job'))
    expect(runs).toHaveLength(1)
    await during(fleet.clock, leader.scheduler.enableJob('job'))
    await fleet.clock.advance(MINUTE)
    expect(runs).toHaveLength(2)
    expect(eventsOf(leader, 'plg:scheduler:job-missed')).toEqual([])
  })

  describe('catchUp, after an outage of half an hour,', () => {
    async function outage(more: Partial<FleetJobs[string]>): Promise<string[]> {
      const jobs = { job: noting({ schedule: '*/10 * * * *', ...more }) }
      const first = await fleet.bootLeader(jobs)
      await fleet.clock.advance(11 * MINUTE)
      fleet.cutOff(first)
      await fleet.clock.advance(30 * MINUTE + 30 * SECOND)
      const again = await fleet.boot('b', jobs)
      await fleet.clock.advance(2 * SECOND)
      const history = await again.scheduler.getJobHistory('job')
      return history.map(({ count, scheduledTime, status }) => {
        return `${status} ${(scheduledTime.getTime() - NOON) / MINUTE} x${count}`
      })
    }

    it('latest runs the last tick, and records the others as missed together', async () => {
      expect(await outage({})).toEqual(['success 40 x1', 'missed 30 x2', 'success 10 x1'])
    })

    it('all runs each tick, in order', async () => {
      expect(await outage({ catchUp: 'all', overlap: 'queue' })).toEqual([40, 30, 20, 10].map((m) => `success ${m} x1`))
      expect(ticks()).toEqual([10, 20, 30, 40].map((minutes) => NOON + minutes * MINUTE))
    })

    it('none runs none', async () => {
      expect(await outage({ catchUp: 'none' })).toEqual(['missed 40 x3', 'success 10 x1'])
    })

    it('with a short catchUpWindowMs leaves what is older', async () => {
      const kept = await outage({ catchUp: 'all', catchUpWindowMs: 15 * MINUTE })
      expect(kept).toEqual(['success 40 x1', 'success 30 x1', 'missed 20 x1', 'success 10 x1'])
    })
  })

  it('jitterMs starts each tick later by a share that is its own, and keeps the tick', async () => {
    const jobs = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `job${index}`,
        noting({ schedule: '0 * * * *', jitterMs: 10 * MINUTE }),
      ]),
    )
    await fleet.bootLeader(jobs)
    await fleet.clock.advance(HOUR + 11 * MINUTE)
    expect(new Set(ticks())).toEqual(new Set([NOON + HOUR]))
    const delays = runs.map(({ at, tick }) => at - tick)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delays)).toBeLessThanOrEqual(10 * MINUTE)
    expect(new Set(delays).size).toBeGreaterThan(15)
  })

  it.each<[string, FleetJobs[string]['backoff'], number[]]>([
    ['a list of delays', [SECOND, 5 * SECOND], [0, SECOND, 6 * SECOND]],
    ['a function', (attempt: number) => attempt * 2 * SECOND, [0, 2 * SECOND, 6 * SECOND]],
    ['linear without jitter', { type: 'linear', baseMs: 3 * SECOND, jitter: 0 }, [0, 3 * SECOND, 9 * SECOND]],
  ])('backoff as %s spaces the attempts', async (_, backoff, expected) => {
    const at: number[] = []
    const action = (): never => {
      at.push(fleet.clock.now() - NOON - MINUTE)
      throw new Error('no')
    }
    await fleet.bootLeader({
      job: { schedule: '1 12 * * *', retries: 2, ...(backoff === undefined ? {} : { backoff }), action },
    })
    await fleet.clock.advance(2 * MINUTE)
    expect(at).toEqual(expected)
  })

  it('timeout 0 lets an attempt take as long as it takes', async () => {
    const action = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(3 * HOUR, signal)
    const leader = await fleet.bootLeader({ job: { schedule: '1 12 * * *', timeout: 0, action } })
    await fleet.clock.advance(3 * HOUR + 2 * MINUTE)
    expect(eventsOf(leader, 'jobCompleted')).toMatchObject([{ jobName: 'job', duration: 3 * HOUR }])
  })

  it('description stands in the status', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting({ description: 'counts the days' }) })
    expect(scheduler.getJobStatus('job')?.description).toBe('counts the days')
  })
})
