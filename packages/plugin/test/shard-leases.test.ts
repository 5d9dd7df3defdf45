import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, SECOND, type Fleet } from './fleet.ts'
import { assessHealth, createOperator, type Operator } from '@s3sched/operator'

const JOBS = { job: { schedule: '* * * * *', action: () => {} } }
const OPTIONS = { shards: 4, skipColdStart: false, coldStartObservationWindow: 1000, heartbeatInterval: 2000 }

let fleet: Fleet
let operator: Operator
beforeEach(() => {
  fleet = createFleet()
  operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
})
afterEach(() => fleet.stopAll())

it('shows the leaders of all shards as one, and each beside it', async () => {
  await fleet.boot('a', JOBS, OPTIONS)
  await fleet.boot('b', JOBS, OPTIONS)
  await fleet.clock.advance(20 * SECOND)
  const leader = await operator.leader()
  expect(leader).toMatchObject({ state: 'held', workerId: 'a, b', isSilent: false })
  const shards = leader.state === 'held' ? leader.shards : []
  const ids = shards?.map((view) => (view.state === 'held' ? view.workerId : view.state))
  expect(ids?.toSorted()).toEqual(['a', 'a', 'b', 'b'])
  const { jobs, unreadable } = await operator.jobs()
  const view = { jobs, unreadable, leader, workers: await operator.workers(), requests: [], now: fleet.clock.now() }
  expect(assessHealth(view)).toEqual([])
  expect(view.workers.map((worker) => worker.shards)).toEqual([4, 4])
})

it('says that nobody leads when a shard has no leader', async () => {
  const a = await fleet.boot('a', JOBS, OPTIONS)
  await fleet.clock.advance(20 * SECOND)
  const stopped = a.scheduler.stop()
  await fleet.clock.advance(SECOND)
  await stopped
  expect(await operator.leader()).toMatchObject({ state: 'free' })
})

it('shows the shards where a fleet without them was there before', async () => {
  const before = await fleet.bootLeader(JOBS, { heartbeatInterval: 2000 })
  const stopped = before.scheduler.stop()
  await fleet.clock.advance(SECOND)
  await stopped
  expect(await operator.leader()).toMatchObject({ state: 'free', epoch: 1 })
  await fleet.boot('b', JOBS, OPTIONS)
  await fleet.clock.advance(20 * SECOND)
  expect(await operator.leader()).toMatchObject({ state: 'held', workerId: 'b' })
})
