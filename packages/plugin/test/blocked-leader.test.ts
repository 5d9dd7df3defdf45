import { afterEach, expect, it } from 'vitest'
import { assessHealth, createOperator } from '@s3sched/operator'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet } from './fleet.ts'

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
