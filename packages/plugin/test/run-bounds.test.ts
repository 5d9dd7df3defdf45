import { createOperator } from '@s3sched/operator'
import { afterEach, describe, expect, it } from 'vitest'
import { NonRetriableError, SchedulerPlugin, type Job, type JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

let fleet: Fleet
afterEach(() => fleet.stopAll())

/** An action of 20 s. */
const slow = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(20 * SECOND, signal)
const minutely = (more: Partial<Job<unknown>> = {}): Job<unknown> => ({ schedule: '* * * * *', action: slow, ...more })
const toNextTick = (): Promise<void> => fleet.clock.advance(MINUTE + SECOND - (fleet.clock.now() % MINUTE))
const lastOf = async ({ scheduler }: Instance, job: string) =>
  (await during(fleet.clock, scheduler.getJobHistory(job, { limit: 1 })))[0]

describe('a deadline', () => {
  it('ends a run with its retries: no attempt begins that could not end in time', async () => {
    fleet = createFleet()
    const action = (): never => {
      throw new Error('on purpose')
    }
    const job = minutely({ action, retries: 10, backoff: [20_000], deadline: 50_000 })
    const leader = await fleet.bootLeader({ job })
    await toNextTick()
    await fleet.clock.advance(50 * SECOND)
    expect(await lastOf(leader, 'job')).toMatchObject({
      status: 'failed',
      attempts: 3,
      error: expect.anything() as unknown,
    })
  })

  it('counts the wait for a slot, from the tick', async () => {
    fleet = createFleet()
    const jobs = { first: minutely({ priority: 1 }), late: minutely({ deadline: 15_000 }) }
    const leader = await fleet.bootLeader(jobs, { maxConcurrentJobs: 1 })
    await toNextTick()
    await fleet.clock.advance(30 * SECOND)
    expect(await lastOf(leader, 'late')).toMatchObject({ status: 'timeout', attempts: 0 })
    expect(eventsOf(leader, 'jobFailed')).toMatchObject([{ jobName: 'late', status: 'timeout' }])
    expect(await lastOf(leader, 'first')).toMatchObject({ status: 'success' })
  })

  it('aborts the signal of an executing action', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader({ job: minutely({ deadline: 15_000 }) })
    await toNextTick()
    await fleet.clock.advance(20 * SECOND)
    expect(await lastOf(leader, 'job')).toMatchObject({ status: 'timeout', attempts: 1 })
  })

  it('of a tick that is found later ends the run before it begins', async () => {
    fleet = createFleet()
    const began: number[] = []
    const action = (_: unknown, { scheduledTime }: JobContext): void => void began.push(scheduledTime.getTime())
    const jobs = { job: minutely({ action, deadline: 15_000 }) }
    const dead = await fleet.bootLeader(jobs)
    await toNextTick()
    fleet.cutOff(dead)
    const later = await fleet.boot('b', jobs, { standby: 'cold' })
    await fleet.clock.advance(3 * MINUTE)
    const history = await during(fleet.clock, later.scheduler.getJobHistory('job'))
    const late = history.filter(({ status }) => status === 'timeout')
    expect(late).toMatchObject([{ attempts: 0 }])
    expect(began).not.toContain(late[0]?.scheduledTime.getTime())
  })
})

describe('a group of jobs', () => {
  const jobs = (): FleetJobs => ({
    a: minutely({ group: 'database', groupLimit: 2 }),
    b: minutely({ group: 'database', groupLimit: 2 }),
    c: minutely({ group: 'database', groupLimit: 2, priority: -1 }),
    d: minutely({ group: 'database', groupLimit: 2 }),
    other: minutely(),
  })

  it('executes at most its limit at a time in a process; the rest waits, the lowest priority last', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(jobs())
    await toNextTick()
    expect(leader.scheduler.getSlots()).toMatchObject({
      taken: 3,
      waiting: 0,
      groups: { database: { limit: 2, taken: 2, waiting: 2 } },
    })
    await fleet.clock.advance(50 * SECOND)
    const runs = await Promise.all(['a', 'b', 'c', 'd', 'other'].map((job) => lastOf(leader, job)))
    expect(runs.map((run) => run?.status)).toEqual(runs.map(() => 'success'))
    const begun = eventsOf(leader, 'jobStarted').map(({ jobName }) => jobName)
    expect(begun.slice(0, 3)).toEqual(expect.arrayContaining(['other']))
    expect(begun.filter((name) => name !== 'other').at(-1)).toBe('c')
  })

  it('hands its waiting runs over at a stop', async () => {
    fleet = createFleet()
    const only = { a: minutely({ group: 'g' }), b: minutely({ group: 'g' }) }
    const leader = await fleet.bootLeader(only)
    const other = await fleet.boot('b', only)
    await toNextTick()
    await during(fleet.clock, leader.scheduler.stop({ timeout: 30 * SECOND }))
    await fleet.clock.advance(MINUTE)
    const runs = await during(fleet.clock, other.scheduler.getJobHistory('b'))
    const ofTick = await during(fleet.clock, other.scheduler.getJobHistory('a'))
    const tick = ofTick.at(-1)?.scheduledTime
    expect(runs.filter(({ scheduledTime }) => scheduledTime.getTime() === tick?.getTime())).toMatchObject([
      { status: 'success' },
    ])
  })

  it('has one limit: another one is refused, with the job that has the first', () => {
    const create = (): unknown =>
      new SchedulerPlugin<unknown>({
        store: 'memory://one-limit',
        jobs: { a: minutely({ group: 'g', groupLimit: 2 }), b: minutely({ group: 'g', groupLimit: 3 }) },
      })
    expect(create).toThrow(/Job 'b': expected groupLimit 2 for group 'g', as job 'a' has it, got 3/)
  })
})

describe('what bounds the runs of a job', () => {
  const bounds = { deadline: 30_000, priority: 7, group: 'db', groupLimit: { process: 2, fleet: 5 } }

  it('is shown by the status, and by whoever has only the bucket', async () => {
    fleet = createFleet()
    const { scheduler } = await fleet.bootLeader({ job: minutely(bounds), plain: minutely() })
    const group = { name: 'db', processLimit: 2, fleetLimit: 5 }
    expect(scheduler.getJobStatus('job')).toMatchObject({ deadline: 30_000, priority: 7, group })
    expect(scheduler.getJobStatus('plain')).toMatchObject({ deadline: 0, priority: 0, group: null })
    const { spec } = await createOperator(fleet.store, { prefix: '', clock: fleet.clock }).job('job')
    expect(spec).toMatchObject({ deadline: 30_000, priority: 7, group: 'db', groupLimit: 2, groupFleetLimit: 5 })
  })

  it('is changed for all instances', async () => {
    fleet = createFleet()
    const { scheduler } = await fleet.bootLeader({ job: minutely() })
    const other = await fleet.boot('b', { job: minutely() })
    await during(fleet.clock, scheduler.updateJob('job', { ...bounds, deadline: 15_000 }))
    await toNextTick()
    await fleet.clock.advance(30 * SECOND)
    expect(await lastOf(other, 'job')).toMatchObject({ status: 'timeout' })
    expect(other.scheduler.getJobStatus('job')).toMatchObject({ deadline: 15_000, priority: 7 })
  })

  it.each([[0], [1.5], [{}], [{ fleet: 0 }], [{ fleet: '2' }], [{ cluster: 2 }], [null]])(
    'is refused with the limit %j',
    (groupLimit) => {
      const job = { ...minutely(), group: 'db', groupLimit } as Job<unknown>
      expect(() => new SchedulerPlugin<unknown>({ store: 'memory://limits', jobs: { job } })).toThrow(
        /groupLimit.*{ process, fleet }/,
      )
    },
  )
})

it('an error that is not retriable ends the run at once, by its class or by its field', async () => {
  fleet = createFleet()
  const thrower = (error: Error): Job<unknown> =>
    minutely({
      schedule: null,
      retries: 5,
      action: () => {
        throw error
      },
    })
  const field = Object.assign(new Error('gone'), { retriable: false })
  const leader = await fleet.bootLeader({ byClass: thrower(new NonRetriableError('gone')), byField: thrower(field) })
  for (const job of ['byClass', 'byField']) {
    await expect(during(fleet.clock, leader.scheduler.runJob(job))).rejects.toThrow('gone')
    expect(await lastOf(leader, job)).toMatchObject({ status: 'failed', attempts: 1 })
  }
})
