import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('a job with runOnStart', () => {
  let fleet: Fleet
  let starts: string[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string): FleetJobs => ({
    warm: { schedule: null, runOnStart: true, action: () => void starts.push(workerId) },
  })

  it('runs again when the only instance has died and is started again within its lease', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    await fleet.clock.advance(10 * SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(5 * SECOND)
    await fleet.boot('b', jobsOf('b'))
    await fleet.clock.advance(5 * MINUTE)
    expect(starts).toEqual(['a', 'b'])
  })

  it('runs again after a clean stop and a start, and not when a follower takes over', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    await fleet.clock.advance(10 * SECOND)
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(SECOND)
    const b = await fleet.boot('b', jobsOf('b'))
    await fleet.clock.advance(2 * MINUTE)
    expect(starts).toEqual(['a', 'b'])
    await fleet.boot('c', jobsOf('c'))
    await fleet.clock.advance(2 * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(5 * MINUTE)
    expect(starts).toEqual(['a', 'b'])
  })
})
