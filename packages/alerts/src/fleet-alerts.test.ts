import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import { createFleetAlerts } from './fleet-alerts.ts'

function setUp() {
  const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  /** When the alerts were to look, ms after the begin. */
  const looks: number[] = []
  const isInCharge = (): boolean => {
    looks.push(clock.monotonic())
    return false
  }
  const post = (): Promise<never> => Promise.reject(new Error('nothing to post'))
  const deps = { clock, isInCharge, post, logger: silentLogger, random: createSeededRandom(1) }
  return { alerts: createFleetAlerts(deps, [{ on: 'failed', to: () => undefined }]), clock, looks }
}

it('looks every half minute, and some seconds after an event', async () => {
  const { alerts, clock, looks } = setUp()
  alerts.begin(createMemoryStore({ clock }))
  await clock.advance(30_000)
  alerts.wake()
  await clock.advance(3000)
  expect(looks).toEqual([30_000, 33_000])
  await alerts.end()
  alerts.wake()
  await clock.advance(60_000)
  expect(looks).toHaveLength(2)
})

it('looks after many events together, and again after those that came while it waited', async () => {
  const { alerts, clock, looks } = setUp()
  alerts.begin(createMemoryStore({ clock }))
  for (let ms = 0; ms < 9000; ms += 10) {
    alerts.wake()
    await clock.advance(10)
  }
  await clock.advance(15_000)
  expect(looks).toEqual([3000, 6000, 9000, 12_000])
  await alerts.end()
})
