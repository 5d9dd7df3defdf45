import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentRun } from '../src/index.ts'
import { createFleet, during, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('the status of a job', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it('is known from the code before anything is requested', async () => {
    const { requests, scheduler } = await fleet.boot(
      'a',
      { job: { schedule: '*/5 * * * *', description: 'counts', action: () => 1 } },
      { enabled: false },
    )
    expect(scheduler.getJobStatus('job')).toEqual({
      name: 'job',
      description: 'counts',
      deadline: 0,
      priority: 0,
      group: null,
      backfill: null,
      enabled: true,
      paused: false,
      pausedFor: null,
      orphanedSince: null,
      unclaimedSince: null,
      schedule: '*/5 * * * *',
      timezone: 'UTC',
      lastRun: null,
      lastStatus: null,
      nextRun: new Date(NOON + 5 * MINUTE),
      isRunning: false,
      currentRuns: [],
      abandoned: 0,
      leader: null,
      statistics: {
        totalRuns: 0,
        totalSuccesses: 0,
        totalErrors: 0,
        successRate: 0,
        avgDuration: 0,
        lastSuccess: null,
        lastError: null,
      },
    })
    expect([...scheduler.getAllJobsStatus()]).toEqual([scheduler.getJobStatus('job')])
    expect(scheduler.getJobStatus('nope')).toBeNull()
    expect(requests.get + requests.put + requests.list).toBe(0)
  })

  it('tells runs that go on, and how far they are', async () => {
    const jobs: FleetJobs = {
      job: {
        schedule: '* * * * *',
        action: async (_, { progress, signal }) => {
          progress(0.5, 'half')
          await fleet.clock.sleep(30 * SECOND, signal)
        },
      },
    }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs, { standby: 'cold' })
    await fleet.clock.advance(MINUTE + SECOND)
    const run = { scheduledTime: new Date(NOON + MINUTE), trigger: 'schedule', workerId: 'a' }
    expect(a.scheduler.getJobStatus('job')).toMatchObject({
      isRunning: true,
      currentRuns: [{ ...run, attempt: 1, progress: { value: 0.5, note: 'half' } }],
    })
    expect(b.scheduler.getJobStatus('job')?.currentRuns).toEqual([])
    await during(fleet.clock, b.scheduler.refresh())
    expect(b.scheduler.getJobStatus('job')).toMatchObject({
      isRunning: true,
      currentRuns: [{ ...run, attempt: null, progress: null }],
    })
    await fleet.clock.advance(30 * SECOND)
    expect(a.scheduler.getJobStatus('job')).toMatchObject({ isRunning: false, currentRuns: [] })
  })

  it('adds up what became of the runs', async () => {
    let calls = 0
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: '* * * * *',
        action: async (_, { signal }) => {
          await fleet.clock.sleep(10 * SECOND, signal)
          if (++calls === 2) throw new Error('the second')
        },
      },
    })
    await fleet.clock.advance(4 * MINUTE + 30 * SECOND)
    const status = scheduler.getJobStatus('job')
    expect(status).toMatchObject({
      lastRun: new Date(NOON + 4 * MINUTE),
      lastStatus: 'success',
      nextRun: new Date(NOON + 5 * MINUTE),
      leader: 'a',
      statistics: {
        totalRuns: 4,
        totalSuccesses: 3,
        totalErrors: 1,
        successRate: 0.75,
        lastSuccess: new Date(NOON + 4 * MINUTE),
        lastError: { time: new Date(NOON + 2 * MINUTE), message: 'the second' },
      },
    })
    expect(status?.statistics.avgDuration).toBeCloseTo(10 * SECOND, -2)
  })
})

describe('the history of a job', () => {
  it('can be asked by number, status and time, and is empty for a job that never ran', async () => {
    const fleet = createFleet()
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: '* * * * *',
        action: (_, { scheduledTime }) => {
          if (scheduledTime.getTime() === NOON + 2 * MINUTE) throw new Error('the second')
          return scheduledTime.getTime()
        },
      },
    })
    await fleet.clock.advance(5 * MINUTE + SECOND)
    const minutes = async (query: object): Promise<number[]> =>
      (await scheduler.getJobHistory('job', query)).map(
        ({ scheduledTime }) => (scheduledTime.getTime() - NOON) / MINUTE,
      )
    expect(await minutes({})).toEqual([5, 4, 3, 2, 1])
    expect(await minutes({ limit: 2 })).toEqual([5, 4])
    expect(await minutes({ status: 'failed' })).toEqual([2])
    expect(await minutes({ status: ['failed', 'success'], limit: 4 })).toEqual([5, 4, 3, 2])
    expect(await minutes({ since: new Date(NOON + 2 * MINUTE), until: NOON + 4 * MINUTE })).toEqual([3, 2])
    expect(await scheduler.getJobHistory('nope')).toEqual([])
    await expect(scheduler.getJobHistory('job', { limit: 0 })).rejects.toMatchObject({
      name: 'SchedulerError',
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/expected limit to be an integer >= 1/) as string,
    })
    await fleet.stopAll()
  })
})

describe('requests to whichever instance can do it', () => {
  it('are refused for a job that the bucket does not have, and find those of others', async () => {
    const fleet = createFleet()
    const a = await fleet.bootLeader({ mine: { schedule: null, action: () => 1 } })
    const b = await fleet.boot('b', { theirs: { schedule: null, action: () => 1 } })
    await expect(b.scheduler.requestRun('min')).rejects.toThrow("Job 'min' not found. Did you mean 'mine'?")
    await expect(b.scheduler.cancelRun('nope')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    const id = await during(fleet.clock, b.scheduler.requestRun('mine'))
    await fleet.clock.advance(16 * SECOND)
    expect(await a.scheduler.getJobHistory('mine')).toMatchObject([{ id, trigger: 'request', workerId: 'a' }])
    await fleet.stopAll()
  })
})

describe('currentRun', () => {
  it('finds the run from within its action, at whatever depth, and nothing outside', async () => {
    const fleet = createFleet()
    const deep = async (): Promise<unknown> => {
      await fleet.clock.sleep(SECOND)
      return currentRun()?.jobName
    }
    const { scheduler } = await fleet.bootLeader({ job: { schedule: null, action: () => deep() } })
    expect(await during(fleet.clock, scheduler.runJob('job'))).toBe('job')
    expect(currentRun()).toBeUndefined()
    await fleet.stopAll()
  })
})
