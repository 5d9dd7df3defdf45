import { afterEach, beforeEach, expect, it } from 'vitest'
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
    reason: expect.stringMatching(/^the store has not answered for 1?\d\d s$/) as string,
  })
  a.network.heal()
  await fleet.clock.advance(MINUTE)
  expect(health()).toMatchObject({ isReady: true })
  await during(fleet.clock, a.scheduler.stop())
  expect(health()).toEqual({ state: 'stopped', isAlive: false, isReady: false, reason: 'the scheduler was stopped' })
  await during(fleet.clock, a.scheduler.start())
  expect(health()).toMatchObject({ state: 'running', isReady: true })
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
