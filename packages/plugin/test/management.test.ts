import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('at run time', () => {
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

  it('a job is paused in the whole fleet, also over restarts, and its ticks count from its resumption', async () => {
    const jobs = { job: noting('* * * * *') }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    await during(fleet.clock, b.scheduler.disableJob('job'))
    await fleet.clock.advance(16 * SECOND)
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toEqual([])
    await during(fleet.clock, a.scheduler.stop())
    await during(fleet.clock, a.scheduler.start())
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toEqual([])
    expect(a.scheduler.getJobStatus('job')).toMatchObject({ paused: true, enabled: false, nextRun: null })
    await during(fleet.clock, a.scheduler.enableJob('job'))
    await fleet.clock.advance(MINUTE + 16 * SECOND)
    expect(runs).toEqual(['job'])
    expect(eventsOf(a, 'plg:scheduler:job-missed')).toEqual([])
  })

  it('a job is paused and resumed by an instance that has not heard of the changes before', async () => {
    const jobs = { job: noting('* * * * *') }
    const options = { standby: 'cold' } as const
    const a = await fleet.bootLeader(jobs, options)
    const [b, c] = [await fleet.boot('b', jobs, options), await fleet.boot('c', jobs, options)]
    await during(fleet.clock, a.scheduler.disableJob('job'))
    await during(fleet.clock, b.scheduler.enableJob('job'))
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toHaveLength(2)
    await during(fleet.clock, c.scheduler.disableJob('job'))
    await fleet.clock.advance(2 * MINUTE)
    expect(runs).toHaveLength(2)
  })

  it('a job is added by an instance that has not heard of its removal', async () => {
    const options = { standby: 'cold' } as const
    const a = await fleet.bootLeader({ job: noting('* * * * *') }, options)
    const b = await fleet.boot('b', {}, options)
    await during(fleet.clock, b.scheduler.requestRun('job'))
    await during(fleet.clock, a.scheduler.removeJob('job'))
    await during(fleet.clock, b.scheduler.addJob('job', noting('* * * * *')))
    await during(fleet.clock, a.scheduler.stop())
    runs.length = 0
    await fleet.clock.advance(3 * MINUTE)
    expect(runs.length).toBeGreaterThanOrEqual(2)
  })

  it('a job is added, changed and removed', async () => {
    const { scheduler } = await fleet.bootLeader({})
    await during(fleet.clock, scheduler.addJob('new', noting('* * * * *')))
    await fleet.clock.advance(MINUTE + SECOND)
    expect(runs).toEqual(['new'])
    await during(fleet.clock, scheduler.updateJob('new', { schedule: '*/10 * * * * *' }))
    await fleet.clock.advance(30 * SECOND)
    expect(runs).toHaveLength(4)
    await during(fleet.clock, scheduler.removeJob('new'))
    await fleet.clock.advance(MINUTE)
    expect(runs).toHaveLength(4)
    expect(scheduler.getJobStatus('new')).toBeNull()
    expect(scheduler.listJobs()).toEqual([])
  })

  it('a change holds over restarts while the code stays as it is, and ends when the code changes', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting('* * * * *') })
    await during(fleet.clock, scheduler.updateJob('job', { schedule: '*/10 * * * * *' }))
    await during(fleet.clock, scheduler.stop())
    const same = await fleet.boot('b', { job: noting('* * * * *') })
    expect(same.scheduler.getJobStatus('job')?.schedule).toBe('*/10 * * * * *')
    await during(fleet.clock, same.scheduler.stop())
    const changed = await fleet.boot('c', { job: noting('*/30 * * * * *') })
    expect(changed.scheduler.getJobStatus('job')?.schedule).toBe('*/30 * * * * *')
    expect(eventsOf(changed, 'plg:scheduler:job-updated')).toEqual([{ jobName: 'job', droppedOverride: true }])
  })

  it('a job that only a follower defines runs there, before and after that leads, and loses no tick', async () => {
    const options = { heartbeatInterval: 5 * SECOND, standby: 'cold' } as const
    const a = await fleet.bootLeader({ old: noting(null) }, options)
    const b = await fleet.boot('b', { job: noting('* * * * *', { catchUp: 'all' }) }, options)
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toHaveLength(3)
    expect(eventsOf(a, 'plg:scheduler:job-unclaimed')).toEqual([])
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(3 * MINUTE)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(runs).toHaveLength(6)
  })

  it('a job that comes back while its last run goes on is planned again, whoever reads of it first', async () => {
    let calls = 0
    const job: FleetJobs[string] = {
      schedule: '*/20 * * * * *',
      retries: 100,
      backoff: [3 * SECOND],
      overlap: 'allow',
      action: () => {
        calls++
        throw new Error('not yet')
      },
    }
    const a = await fleet.bootLeader({ job }, { standby: 'cold' })
    const b = await fleet.boot('b', { job }, { standby: 'cold' })
    await fleet.clock.advance(25 * SECOND)
    await during(fleet.clock, b.scheduler.removeJob('job'))
    await fleet.clock.advance(16 * SECOND)
    await during(fleet.clock, b.scheduler.addJob('job', job))
    const started = eventsOf(a, 'jobStarted').length
    await fleet.clock.advance(MINUTE)
    expect(calls).toBeGreaterThan(started)
    expect(eventsOf(a, 'jobStarted').length).toBeGreaterThanOrEqual(started + 2)
  })

  it('a job that only a follower defines runs there when that stands by', async () => {
    await fleet.bootLeader({ old: noting(null) })
    await fleet.boot('b', { job: noting('* * * * *') })
    await fleet.clock.advance(MINUTE)
    runs.length = 0
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toHaveLength(3)
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

describe('without a coordinator', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it('each instance tries, and one succeeds', async () => {
    const ticks: number[] = []
    const jobs: FleetJobs = {
      job: { schedule: '*/10 * * * * *', action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()) },
    }
    const instances = [
      await fleet.boot('a', jobs, { enableCoordinator: false }),
      await fleet.boot('b', jobs, { enableCoordinator: false }),
    ]
    await fleet.clock.advance(MINUTE + SECOND)
    expect(ticks).toHaveLength(6)
    expect(new Set(ticks).size).toBe(6)
    for (const { resetRequests } of instances) resetRequests()
    expect(instances.every(({ scheduler }) => !scheduler.isLeader())).toBe(true)
  })

  it('runDue makes one pass, and returns what it ran', async () => {
    const jobs: FleetJobs = { job: { schedule: '* * * * *', action: () => 'done' } }
    const { scheduler } = await fleet.boot('a', jobs, { enabled: false, enableCoordinator: false })
    expect(await during(fleet.clock, scheduler.runDue())).toEqual([])
    await fleet.clock.advance(MINUTE)
    expect(await during(fleet.clock, scheduler.runDue())).toMatchObject([{ jobName: 'job', status: 'success' }])
    expect(await during(fleet.clock, scheduler.runDue())).toEqual([])
  })
})
