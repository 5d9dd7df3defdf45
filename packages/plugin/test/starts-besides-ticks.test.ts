import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('besides its ticks', () => {
  let fleet: Fleet
  let runs: string[]
  beforeEach(() => {
    fleet = createFleet()
    runs = []
  })
  afterEach(() => fleet.stopAll())

  const noting = (schedule: string | null, more: object = {}): FleetJobs[string] => ({
    schedule,
    action: (_, { jobName }) => void runs.push(jobName),
    ...more,
  })

  it('a run by hand works on a follower, and is refused while the job runs anywhere', async () => {
    const jobs: FleetJobs = {
      job: { schedule: null, action: (_, { signal, who }) => fleet.clock.sleep(30 * SECOND, signal).then(() => who) },
    }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    const running = b.scheduler.runJob('job', { who: 'me' })
    await fleet.clock.advance(SECOND)
    await expect(b.scheduler.runJob('job')).rejects.toThrow("Job 'job' is already running")
    await expect(during(fleet.clock, a.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'JOB_ALREADY_RUNNING' })
    expect(await during(fleet.clock, running)).toBe('me')
    expect(await during(fleet.clock, a.scheduler.runJob('job', { who: 'you' }))).toBe('you')
    const history = await a.scheduler.getJobHistory('job')
    expect(history).toMatchObject([
      { trigger: 'manual', workerId: 'a' },
      { trigger: 'manual', workerId: 'b' },
    ])
  })

  it('a run by hand rejects with what the action threw', async () => {
    const error = new TypeError('no')
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: null,
        action: () => {
          throw error
        },
      },
    })
    await expect(during(fleet.clock, scheduler.runJob('job'))).rejects.toBe(error)
  })

  it('a job is free again when the follower that ran it by hand died', async () => {
    const jobs: FleetJobs = {
      job: { schedule: null, action: (_, { signal }) => fleet.clock.sleep(MINUTE * 60, signal) },
    }
    const options = { heartbeatInterval: 5 * SECOND }
    const a = await fleet.bootLeader(jobs, options)
    const b = await fleet.boot('b', jobs, options)
    b.scheduler.runJob('job').catch(() => undefined) // rejects with its instance's crash
    await fleet.clock.advance(SECOND)
    fleet.cutOff(b)
    await expect(during(fleet.clock, a.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'JOB_ALREADY_RUNNING' })
    await fleet.clock.advance(MINUTE)
    const again = a.scheduler.runJob('job')
    again.catch(() => undefined) // stopped with the fleet
    await fleet.clock.advance(SECOND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toMatchObject([{ jobName: 'job' }])
    expect(a.scheduler.getJobStatus('job')?.isRunning).toBe(true)
  })

  it('a run can be requested from the leader, and cancelled, by whoever can reach the bucket', async () => {
    const jobs: FleetJobs = {
      job: { schedule: null, action: (_, { signal }) => fleet.clock.sleep(10 * MINUTE, signal) },
    }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    const id = await during(fleet.clock, b.scheduler.requestRun('job'))
    await fleet.clock.advance(16 * SECOND)
    expect(eventsOf(a, 'jobStarted')).toMatchObject([{ jobName: 'job', runId: id, trigger: 'request' }])
    await during(fleet.clock, b.scheduler.cancelRun('job'))
    await fleet.clock.advance(16 * SECOND)
    expect(await b.scheduler.getJobHistory('job')).toMatchObject([{ id, status: 'cancelled', trigger: 'request' }])
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(a, 'jobStarted')).toHaveLength(1)
  })

  it('a job starts after its predecessors have succeeded, once for each round of them', async () => {
    let isGood = false
    const { scheduler } = await fleet.bootLeader({
      left: noting(null),
      right: {
        schedule: null,
        action: () => {
          runs.push('right')
          if (!isGood) throw new Error('bad')
        },
      },
      both: noting(null, { after: ['left', 'right'] }),
      last: noting(null, { after: 'both' }),
    })
    await fleet.clock.advance(SECOND)
    const run = async (name: string): Promise<void> => {
      await during(
        fleet.clock,
        scheduler.runJob(name).catch(() => undefined),
      )
      await fleet.clock.advance(SECOND)
    }
    await run('left')
    await run('right')
    expect(runs).toEqual(['left', 'right'])
    isGood = true
    await run('right')
    expect(runs).toEqual(['left', 'right', 'right', 'both', 'last'])
    await run('right')
    expect(runs.slice(5)).toEqual(['right'])
    await run('left')
    expect(runs.slice(6)).toEqual(['left', 'both', 'last'])
  })

  it('a job starts after its predecessor also where the next leader has only heard of that from the bucket', async () => {
    const jobs = { first: noting(null), second: noting(null, { after: 'first' }) }
    const options = { heartbeatInterval: 5 * SECOND }
    const a = await fleet.bootLeader(jobs, options)
    const b = await fleet.boot('b', jobs, options)
    const c = await fleet.boot('c', jobs, options)
    await fleet.clock.advance(SECOND)
    await during(fleet.clock, b.scheduler.runJob('first'))
    await during(fleet.clock, b.scheduler.stop())
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(6 * SECOND)
    expect(c.scheduler.isLeader()).toBe(true)
    expect(runs).toEqual(['first', 'second'])
  })

  it('runOnStart runs a job once when the fleet starts, and not at every start of an instance', async () => {
    const jobs = { job: noting('0 0 1 1 *', { runOnStart: true }) }
    const a = await fleet.bootLeader(jobs, { heartbeatInterval: 5 * SECOND })
    await fleet.boot('b', jobs, { heartbeatInterval: 5 * SECOND })
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual(['job'])
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual(['job'])
  })
})
