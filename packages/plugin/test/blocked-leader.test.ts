import { changeFields } from '@s3sched/jobs/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { assessHealth, createOperator } from '@s3sched/operator'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type Instance } from './fleet.ts'

let fleet: Fleet
afterEach(() => fleet.stopAll())

/** The default lease lasts 90 s. */
const BLOCKED_MS = 40 * SECOND

it('hands over what it leads, tells everybody, and shows it to whoever has only the bucket', async () => {
  fleet = createFleet()
  const jobs = { job: { schedule: '* * * * *', action: () => 1 } }
  const leader = await fleet.bootLeader(jobs)
  const other = await fleet.boot('b', jobs)
  await fleet.clock.advance(MINUTE)
  fleet.clock.block(BLOCKED_MS)
  await fleet.clock.advance(30 * SECOND)
  expect([leader.scheduler.isLeader(), other.scheduler.isLeader()]).toEqual([false, true])
  const { workerId } = leader.scheduler
  expect(eventsOf(leader, 'plg:scheduler:leader-blocked')).toMatchObject([{ workerId, yieldsFor: 15 * MINUTE }])
  const workers = await during(fleet.clock, other.scheduler.getActiveWorkers())
  expect(workers.filter(({ blocked }) => blocked !== undefined)).toMatchObject([{ workerId }])
  const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
  const view = {
    leader: await operator.leader(),
    workers,
    jobs: [],
    unreadable: [],
    requests: [],
    now: fleet.clock.now(),
  }
  expect(assessHealth(view)).toMatchObject([{ code: 'LOOP_BLOCKED', level: 'problem' }])
  await fleet.clock.advance(10 * MINUTE)
  const history = await during(fleet.clock, other.scheduler.getJobHistory('job'))
  expect(history.map(({ status }) => status)).toEqual(history.map(() => 'success'))
  expect(history.length).toBeGreaterThanOrEqual(12)
})

it('goes on alone, with a warning and an event', async () => {
  fleet = createFleet()
  const leader = await fleet.bootLeader({ job: { schedule: '* * * * *', action: () => 1 } })
  await fleet.clock.advance(MINUTE)
  fleet.clock.block(BLOCKED_MS)
  await fleet.clock.advance(SECOND)
  expect(leader.scheduler.isLeader()).toBe(true)
  expect(eventsOf(leader, 'plg:scheduler:leader-blocked')).toMatchObject([{ yieldsFor: null }])
})

describe('a block that is longer than the trust in the lease', () => {
  const OPTIONS = { heartbeatInterval: 10 * SECOND }
  const long = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(50 * SECOND, signal)

  /** Blocks the leader for 25 s, while a run of 50 s goes on. */
  async function blocked(boot: () => Promise<Instance>): Promise<Instance> {
    fleet = createFleet()
    const leader = await boot()
    await fleet.clock.advance(2 * MINUTE + 5 * SECOND - (fleet.clock.now() % MINUTE))
    fleet.clock.block(25 * SECOND)
    await fleet.clock.advance(MINUTE)
    return leader
  }

  it.each([
    ['a job every minute, whose run depends on the lease of the leader', '* * * * *'],
    ['a job every half minute, whose run has a lease of its own', '*/30 * * * * *'],
  ])('does not end the executing run of %s', async (_, schedule) => {
    const jobs = { job: { schedule, action: long } }
    const leader = await blocked(async () => fleet.bootLeader(jobs, OPTIONS))
    const history = await during(fleet.clock, leader.scheduler.getJobHistory('job'))
    const ran = history.filter(({ status }) => status !== 'skipped')
    expect(ran.map(({ status }) => status)).toEqual(ran.map(() => 'success'))
    expect(ran.at(-1)?.duration).toBeGreaterThanOrEqual(50 * SECOND)
    expect(eventsOf(leader, 'jobFailed')).toEqual([])
  })

  it('ends a run that another instance has decided about meanwhile', async () => {
    const jobs = { job: { schedule: '* * * * *', action: long } }
    const leader = await blocked(async () => {
      const first = await fleet.bootLeader(jobs, OPTIONS)
      first.scheduler.on('jobStarted', () =>
        setImmediate(() => void changeFields(fleet.store, 'job', (fields) => ({ ...fields, running: [] }))),
      )
      return first
    })
    expect(eventsOf(leader, 'jobFailed')).toMatchObject([{ jobName: 'job', status: 'cancelled' }])
  })

  it('ends a run at once where the store is out of reach', async () => {
    const jobs = { job: { schedule: '* * * * *', action: long } }
    fleet = createFleet()
    const leader = await fleet.bootLeader(jobs, OPTIONS)
    await fleet.clock.advance(2 * MINUTE + 5 * SECOND - (fleet.clock.now() % MINUTE))
    fleet.cutOff(leader)
    // The trust lasts 20 s from the last renewal, and the store has 2 s for an answer.
    await fleet.clock.advance(22 * SECOND)
    expect(eventsOf(leader, 'jobFailed')).toMatchObject([{ jobName: 'job', status: 'cancelled' }])
  })
})
