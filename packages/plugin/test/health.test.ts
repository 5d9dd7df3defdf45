import { StoreError } from '@s3sched/store'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet } from './fleet.ts'

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

it('a scheduler is ready while it takes part and the store answers', async () => {
  const a = await fleet.bootLeader({})
  const health = (): unknown => a.scheduler.getHealth()
  expect(health()).toEqual({ state: 'running', isAlive: true, isReady: true, reason: null })
  a.network.partition('requests')
  await fleet.clock.advance(45 * SECOND)
  expect(health()).toMatchObject({ isReady: true })
  await fleet.clock.advance(2 * MINUTE)
  expect(health()).toMatchObject({
    isAlive: true,
    isReady: false,
    reason: expect.stringMatching(/^all requests to the store have failed for 1?\d\d s$/) as string,
  })
  a.network.heal()
  await fleet.clock.advance(MINUTE)
  expect(health()).toMatchObject({ isReady: true })
  await during(fleet.clock, a.scheduler.stop())
  expect(health()).toEqual({ state: 'stopped', isAlive: false, isReady: false, reason: 'the scheduler was stopped' })
  await during(fleet.clock, a.scheduler.start())
  expect(health()).toMatchObject({ state: 'running', isReady: true })
})

it.each(['leader', 'follower'])('a %s is not ready while the store refuses its writes alone', async (role) => {
  const leader = await fleet.bootLeader({})
  const { scheduler } = role === 'leader' ? leader : await fleet.boot('b', {})
  const refused = new StoreError('Access Denied', { code: 'ACCESS_DENIED' })
  const put = vi.spyOn(fleet.store, 'put').mockRejectedValue(refused)
  await fleet.clock.advance(45 * SECOND)
  expect(scheduler.getHealth()).toMatchObject({ isReady: true })
  // A leader renews twice a minute, and an idle follower writes every quarter of an hour.
  await fleet.clock.advance(role === 'leader' ? 3 * MINUTE : 20 * MINUTE)
  const reason = expect.stringMatching(/^all writes to the store have failed for \d+ s$/) as string
  expect(scheduler.getHealth()).toMatchObject({ isAlive: true, isReady: false, reason })
  put.mockRestore()
  await fleet.clock.advance(MINUTE)
  expect(scheduler.getHealth()).toMatchObject({ isReady: true, reason: null })
})

it('a scheduler that was not started is not ready, and one that is not enabled has nothing to wait for', () => {
  expect(new SchedulerPlugin({ store: 'memory://health' }).getHealth()).toEqual({
    state: 'idle',
    isAlive: true,
    isReady: false,
    reason: 'the scheduler was not started',
  })
  expect(new SchedulerPlugin({ enabled: false }).getHealth()).toMatchObject({ state: 'disabled', isReady: true })
})
