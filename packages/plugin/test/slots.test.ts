import { silentLogger } from '@s3sched/kernel'
import { afterEach, describe, expect, it } from 'vitest'
import { assessHealth, createOperator } from '@s3sched/operator'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
afterEach(() => fleet.stopAll())

/** Jobs with a tick each minute, and actions that wait for 20 s. */
function jobsOf(count: number): FleetJobs {
  const action = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(20 * SECOND, signal)
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`job${i}`, { schedule: '* * * * *', action }]))
}

describe('runs that wait for a slot', () => {
  it('are warned of once, with the number of slots and the option', async () => {
    const warnings: string[] = []
    fleet = createFleet(undefined, { ...silentLogger, warn: (message) => void warnings.push(message) })
    await fleet.bootLeader(jobsOf(6), { maxConcurrentJobs: 2 })
    await fleet.clock.advance(3 * MINUTE)
    expect(warnings.filter((message) => message.includes('slots'))).toEqual([
      expect.stringMatching(/waited 20\.0 s for one of 2 slots, and 3 others still wait: raise maxConcurrentJobs/),
    ])
  })

  it('are counted apart, in the process and for whoever has only the bucket', async () => {
    fleet = createFleet()
    const { scheduler } = await fleet.bootLeader(jobsOf(7), { maxConcurrentJobs: 2, heartbeatInterval: 5 * SECOND })
    await fleet.clock.advance(MINUTE + 10 * SECOND - (fleet.clock.monotonic() % MINUTE))
    expect(scheduler.getSlots()).toMatchObject({ max: 2, taken: 2, waiting: 5 })
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const leader = await operator.leader()
    expect(leader).toMatchObject({ slots: { max: 2, taken: 2, waiting: 5 } })
    const { jobs } = await operator.jobs()
    const fleetView = { leader, workers: [], jobs, unreadable: [], requests: [], now: fleet.clock.now() }
    expect(assessHealth(fleetView)).toMatchObject([
      { code: 'RUNS_WAIT_FOR_SLOTS', message: expect.stringMatching(/^5 runs wait for one of 2 slots/) },
    ])
  })

  it('are the reason of a skipped tick behind them', async () => {
    fleet = createFleet()
    const { scheduler } = await fleet.bootLeader(jobsOf(8), { maxConcurrentJobs: 1 })
    await fleet.clock.advance(2 * MINUTE + SECOND - (fleet.clock.monotonic() % MINUTE))
    const skipped = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        during(fleet.clock, scheduler.getJobHistory(`job${i}`, { status: 'skipped' })),
      ),
    )
    const reasons = new Set(skipped.flat().map(({ error }) => error))
    expect(reasons).toEqual(
      new Set(['the previous run was still waiting for a slot (maxConcurrentJobs) or for its group (groupLimit)']),
    )
  })
})

it('a hundred jobs of one minute that wait for the network all start at once by default', async () => {
  fleet = createFleet()
  const leader = await fleet.bootLeader(jobsOf(100))
  await fleet.clock.advance(MINUTE + SECOND - (fleet.clock.monotonic() % MINUTE))
  expect(leader.scheduler.getSlots()).toMatchObject({ max: 100, taken: 100, waiting: 0 })
})
