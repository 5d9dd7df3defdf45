import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, listAll } from '@s3sched/store'
import { SchedulerPlugin, type JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const DAY = 24 * HOUR

describe('the option', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const failing: FleetJobs[string] = {
    schedule: null,
    action: () => {
      throw new Error('no')
    },
  }

  it('enabled: false makes start() do nothing at all', async () => {
    const a = await fleet.boot('a', { job: { schedule: '* * * * *', action: () => 1 } }, { enabled: false })
    await fleet.clock.advance(HOUR)
    expect(a.requests).toEqual({ get: 0, notModified: 0, put: 0, delete: 0, list: 0 })
    expect(a.scheduler.isLeader()).toBe(false)
    expect(a.scheduler.getJobStatus('job')).toMatchObject({ name: 'job', isRunning: false })
  })

  it('defaultRetries and defaultTimeout hold for jobs that say nothing', async () => {
    const hanging = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(DAY, signal)
    const leader = await fleet.bootLeader(
      {
        failing: { ...failing, backoff: [SECOND] },
        slow: { schedule: null, retries: 0, action: hanging },
        patient: { schedule: null, retries: 0, timeout: 2 * MINUTE, action: hanging },
      },
      { defaultRetries: 2, defaultTimeout: MINUTE },
    )
    await expect(during(fleet.clock, leader.scheduler.runJob('failing'))).rejects.toThrow('no')
    for (const name of ['slow', 'patient']) {
      await expect(during(fleet.clock, leader.scheduler.runJob(name))).rejects.toMatchObject({ reason: 'timeout' })
    }
    expect(eventsOf(leader, 'jobFailed')).toMatchObject([
      { jobName: 'failing', attempts: 3 },
      { jobName: 'slow', duration: MINUTE, status: 'timeout' },
      { jobName: 'patient', duration: 2 * MINUTE, status: 'timeout' },
    ])
  })

  it('maxConcurrentJobs bounds the runs at a time in one process', async () => {
    let now = 0
    let most = 0
    const action = async (_: unknown, { signal }: JobContext): Promise<void> => {
      most = Math.max(most, ++now)
      await fleet.clock.sleep(5 * SECOND, signal)
      now--
    }
    const jobs = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`job${i}`, { schedule: '* * * * *', action }]))
    const leader = await fleet.bootLeader(jobs, { maxConcurrentJobs: 3 })
    await fleet.clock.advance(MINUTE + 16 * SECOND)
    expect(most).toBe(3)
    expect(eventsOf(leader, 'jobCompleted')).toHaveLength(7)
  })

  it('persistJobs: false leaves no history, and runs all the same', async () => {
    const leader = await fleet.bootLeader({ job: { schedule: '* * * * *', action: () => 1 } }, { persistJobs: false })
    await fleet.clock.advance(3 * MINUTE + SECOND)
    expect(eventsOf(leader, 'jobCompleted')).toHaveLength(3)
    expect(await leader.scheduler.getJobHistory('job')).toEqual([])
    expect(await listAll(fleet.store, 'segments/')).toEqual([])
    expect(leader.scheduler.getJobStatus('job')?.statistics).toMatchObject({ totalRuns: 3, successRate: 1 })
  })

  it('historyRetention and cleanupInterval delete old runs, failures later', async () => {
    const options = { historyRetention: HOUR, cleanupInterval: 10 * MINUTE }
    const jobs = { good: { schedule: null, action: () => 1 }, bad: failing }
    const { scheduler } = await fleet.bootLeader(jobs, options)
    await during(fleet.clock, scheduler.runJob('good'))
    await during(
      fleet.clock,
      scheduler.runJob('bad').catch(() => undefined),
    )
    await fleet.clock.advance(50 * MINUTE)
    expect(await scheduler.getJobHistory('good')).toHaveLength(1)
    await fleet.clock.advance(30 * MINUTE)
    expect(await scheduler.getJobHistory('good')).toEqual([])
    expect(await scheduler.getJobHistory('bad')).toHaveLength(1)
    await fleet.clock.advance(3 * HOUR)
    expect(await scheduler.getJobHistory('bad')).toEqual([])
  })

  it('prefix keeps two fleets in one store apart', async () => {
    const job = (): FleetJobs => ({ job: { schedule: '* * * * *', action: () => 1 } })
    const left = await fleet.boot('a', job(), { prefix: 'left/' })
    const right = await fleet.boot('b', job(), { prefix: 'right/' })
    await fleet.clock.advance(MINUTE + 3 * SECOND)
    expect(left.scheduler.isLeader() && right.scheduler.isLeader()).toBe(true)
    expect(await left.scheduler.getJobHistory('job')).toMatchObject([{ workerId: 'a' }])
    expect(await right.scheduler.getJobHistory('job')).toMatchObject([{ workerId: 'b' }])
    const keys = (await listAll(fleet.store, '')).map(({ key }) => key.split('/')[0])
    expect(new Set(keys)).toEqual(new Set(['left', 'right']))
  })

  it('claimAhead: 0 claims at the tick and not before', async () => {
    const leader = await fleet.bootLeader({ job: { schedule: '* * * * *', action: () => 1 } }, { claimAhead: 0 })
    await fleet.clock.advance(NOON + MINUTE - fleet.clock.now() - 1)
    leader.resetRequests()
    expect(leader.requests.put).toBe(0)
    await fleet.clock.advance(1)
    expect(eventsOf(leader, 'jobStarted')).toMatchObject([{ scheduledTime: new Date(NOON + MINUTE) }])
  })

  it('maxClockSkew makes an instance whose clock jumped away step down; a small skew is only said', async () => {
    const ticks: number[] = []
    const action = (_: unknown, { scheduledTime }: JobContext): void => void ticks.push(scheduledTime.getTime())
    const clock = createManualClock(NOON)
    // A store with a separate clock, which does not jump with this machine's clock.
    const store = createMemoryStore({ clock: { ...clock, now: () => NOON + clock.monotonic() } })
    const skews: number[] = []
    const demotions: string[] = []
    const scheduler = new SchedulerPlugin<unknown>({
      jobs: { job: { schedule: '* * * * *', action } },
      store,
      clock,
      skipColdStart: true,
      maxClockSkew: 5 * MINUTE,
      logger: silentLogger,
    })
    scheduler.on('plg:scheduler:clock-skew', ({ skew }) => skews.push(skew))
    scheduler.on('plg:scheduler:coordinator-demoted', ({ reason }) => demotions.push(reason))
    await during(clock, scheduler.start())
    await clock.advance(10 * SECOND)
    clock.step(30 * SECOND)
    await clock.advance(MINUTE)
    expect(skews).toHaveLength(1)
    expect(skews[0]).toBeGreaterThan(25 * SECOND)
    expect(demotions).toEqual([])
    const { length } = ticks
    expect(length).toBeGreaterThan(0)
    clock.step(DAY)
    await clock.advance(10 * MINUTE)
    expect(demotions).not.toEqual([])
    expect(Math.max(...ticks)).toBeLessThan(NOON + DAY)
    await during(clock, scheduler.stop({ timeout: 0 }))
  })
})
