import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AlertRule } from '../src/index.ts'
import { createFleet, MINUTE, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

it('an alert rule tells of its jobs alone, by a name, by names, or by a function', async () => {
  const broken: FleetJobs[string] = { schedule: '* * * * *', action: () => Promise.reject(new Error('disk full')) }
  const choices = { one: 'a', some: ['b', 'c'], chosen: (name: string) => name !== 'b' } as const
  const heard: string[] = []
  const alerts = Object.entries(choices).map(([name, jobs]): AlertRule => {
    return { name, on: 'failed', jobs, to: ({ job }) => void heard.push(`${name} ${job}`) }
  })
  await fleet.bootLeader({ a: broken, b: broken, c: broken }, { alerts })
  await fleet.clock.advance(2 * MINUTE)
  expect(heard.toSorted()).toEqual(['chosen a', 'chosen c', 'one a', 'some b', 'some c'])
})
