import { StoreError } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

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

  it.each(['refuses', 'does not answer'])(
    'a job whose addition the store %s is added by a further try',
    async (trouble) => {
      const { network, scheduler } = await fleet.bootLeader({})
      const add = (): Promise<unknown> => during(fleet.clock, scheduler.addJob('job', noting('* * * * *')))
      const put = vi.spyOn(fleet.store, 'put')
      if (trouble === 'refuses') put.mockRejectedValue(new StoreError('Access Denied', { code: 'ACCESS_DENIED' }))
      else network.partition('requests')
      await expect(add()).rejects.toThrow(/Access Denied|has not answered/)
      put.mockRestore()
      network.heal()
      await fleet.clock.advance(MINUTE)
      await add()
      await fleet.clock.advance(2 * MINUTE)
      expect(runs.length).toBeGreaterThanOrEqual(2)
      await expect(Promise.resolve().then(add)).rejects.toMatchObject({ code: 'JOB_EXISTS' })
    },
  )

  it('a job whose removal the store refuses goes on, and is removed by a further try', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting('* * * * *') })
    const remove = (): Promise<unknown> => during(fleet.clock, scheduler.removeJob('job'))
    const put = vi.spyOn(fleet.store, 'put')
    put.mockRejectedValue(new StoreError('Access Denied', { code: 'ACCESS_DENIED' }))
    await expect(remove()).rejects.toMatchObject({ code: 'STORE' })
    put.mockRestore()
    await fleet.clock.advance(MINUTE)
    runs = []
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toEqual(['job', 'job', 'job'])
    await remove()
    await fleet.clock.advance(3 * MINUTE)
    expect(runs).toHaveLength(3)
    expect(scheduler.listJobs()).toEqual([])
  })

  describe('a change that the store refuses changes nothing here:', () => {
    let scheduler: Instance['scheduler']
    let put: MockInstance<Fleet['store']['put']>
    beforeEach(async () => {
      scheduler = (await fleet.bootLeader({ job: noting('* * * * *') })).scheduler
      put = vi.spyOn(fleet.store, 'put')
    })

    const named = (name: string): Pick<FleetJobs[string], 'action'> => ({ action: () => void runs.push(name) })
    const refuse = (): void => void put.mockRejectedValue(new StoreError('Access Denied', { code: 'ACCESS_DENIED' }))
    const outcomes = async (...changes: Promise<unknown>[]): Promise<unknown[]> => {
      const settled = await during(fleet.clock, Promise.allSettled(changes))
      put.mockRestore()
      await fleet.clock.advance(MINUTE)
      runs = []
      await fleet.clock.advance(2 * MINUTE)
      return settled.map((each) => (each.status === 'fulfilled' ? 'written' : (each.reason as { code: string }).code))
    }

    it('neither an action nor a schedule', async () => {
      refuse()
      const change = { ...named('other'), schedule: '*/30 * * * * *' }
      expect(await outcomes(scheduler.updateJob('job', change))).toEqual(['STORE'])
      expect(runs).toEqual(['job', 'job'])
      await during(fleet.clock, scheduler.updateJob('job', named('other')))
      runs = []
      await fleet.clock.advance(2 * MINUTE)
      expect(runs).toEqual(['other', 'other'])
    })

    it('nor do several in a row', async () => {
      refuse()
      const asked = [
        scheduler.updateJob('job', { ...named('b'), description: 'b' }),
        scheduler.removeJob('job'),
        scheduler.addJob('job', { ...named('c'), schedule: '* * * * *' }),
        scheduler.updateJob('job', { ...named('d'), description: 'd' }),
      ]
      expect(await outcomes(...asked)).toEqual(['STORE', 'STORE', 'STORE', 'STORE'])
      expect(runs).toEqual(['job', 'job'])
    })

    it('while a function, which no store keeps, needs none', async () => {
      refuse()
      expect(await outcomes(scheduler.updateJob('job', named('other')))).toEqual(['written'])
      expect(runs).toEqual(['other', 'other'])
    })

    it('and takes no other change along', async () => {
      const past = new Date(fleet.clock.now() - MINUTE)
      const asked = [
        scheduler.updateJob('job', { ...named('refused'), schedule: past }),
        scheduler.updateJob('job', named('accepted')),
      ]
      expect(await outcomes(...asked)).toEqual(['INVALID_SCHEDULE', 'written'])
      expect(runs).toEqual(['accepted', 'accepted'])
    })
  })

  it('a change that only the leader may learn late of holds here', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting('* * * * *') })
    const put = fleet.store.put.bind(fleet.store)
    vi.spyOn(fleet.store, 'put').mockImplementation((key, ...rest) => {
      if (key.endsWith('changes.json')) throw new StoreError('Access Denied', { code: 'ACCESS_DENIED' })
      return put(key, ...rest)
    })
    const change = scheduler.updateJob('job', { action: () => void runs.push('other'), schedule: '*/30 * * * * *' })
    await expect(during(fleet.clock, change)).rejects.toMatchObject({ code: 'STORE' })
    await fleet.clock.advance(MINUTE)
    runs = []
    await fleet.clock.advance(MINUTE)
    expect(runs).toEqual(['other', 'other'])
  })

  it('what the store refuses rejects with one code, and the cause', async () => {
    const { scheduler } = await fleet.bootLeader({ job: noting('0 0 1 1 *') })
    const denied = new StoreError('Access Denied', { code: 'ACCESS_DENIED' })
    for (const call of ['get', 'put', 'delete'] as const) vi.spyOn(fleet.store, call).mockRejectedValue(denied)
    vi.spyOn(fleet.store, 'list').mockImplementation(() => {
      throw denied
    })
    const range = { from: new Date(fleet.clock.now() - 5 * MINUTE), to: new Date(fleet.clock.now()) }
    const calls: Record<string, () => Promise<unknown>> = {
      runJob: () => scheduler.runJob('job'),
      requestRun: () => scheduler.requestRun('job'),
      cancelRun: () => scheduler.cancelRun('job'),
      backfill: () => scheduler.backfill('job', range),
      cancelBackfill: () => scheduler.cancelBackfill('job'),
      runDue: () => scheduler.runDue(),
      refresh: () => scheduler.refresh(),
      getJobHistory: () => scheduler.getJobHistory('job'),
      getActiveWorkers: () => scheduler.getActiveWorkers(),
      addJob: () => scheduler.addJob('new', noting(null)),
      updateJob: () => scheduler.updateJob('job', { schedule: '* * * * *' }),
      disableJob: () => scheduler.disableJob('job'),
      enableJob: () => scheduler.enableJob('job'),
      removeJob: () => scheduler.removeJob('job'),
    }
    for (const [name, call] of Object.entries(calls)) {
      const outcome = await during(fleet.clock, call()).then(
        () => 'resolved',
        (error: unknown) => error,
      )
      expect({ name, outcome }).toMatchObject({
        outcome: { name: 'SchedulerError', code: 'STORE', cause: { code: 'ACCESS_DENIED' } },
      })
    }
    vi.restoreAllMocks()
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
})
