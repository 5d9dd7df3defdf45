import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const PAGE = 'jobs/pages/root.json'
const LEASE = 'leader.json'

describe('a lease whose object was deleted', () => {
  let fleet: Fleet
  let runs: number[]
  beforeEach(() => {
    fleet = createFleet()
    runs = []
  })
  afterEach(() => fleet.stopAll())

  const jobs = (takesMs: number): FleetJobs => ({
    job: {
      schedule: '0 * * * * *',
      action: async (_, { scheduledTime, signal }) => {
        runs.push(scheduledTime.getTime())
        await fleet.clock.sleep(takesMs, signal)
      },
    },
  })

  /** A leader of epoch 3, in the middle of a run of an hour. */
  async function leadInThirdEpoch(): Promise<Instance> {
    const a = await fleet.bootLeader(jobs(60 * MINUTE))
    for (let restarts = 0; restarts < 2; restarts++) {
      await during(fleet.clock, a.scheduler.stop({ timeout: 0 }))
      await during(fleet.clock, a.scheduler.start())
      await fleet.clock.advance(SECOND)
    }
    expect(a.scheduler.getCurrentEpoch()).toBe(3)
    await fleet.clock.advance(2 * MINUTE)
    expect(runs.length).toBeGreaterThan(0)
    return a
  }

  it('while nobody led and a run was open goes on above the epoch of that run, which holds its job no longer', async () => {
    const a = await leadInThirdEpoch()
    fleet.cutOff(a)
    await fleet.clock.advance(10 * MINUTE)
    await fleet.store.delete(LEASE)
    const b = await fleet.boot('b', jobs(SECOND))
    await fleet.clock.advance(4 * MINUTE)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(b.scheduler.getCurrentEpoch()).toBeGreaterThan(3)
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toHaveLength(1)
    runs = []
    await fleet.clock.advance(5 * MINUTE)
    expect(runs).toHaveLength(5)
  })

  it('and a record that names a later epoch than the leader has: its run is waited for a ttl, and is lost then', async () => {
    const a = await leadInThirdEpoch()
    fleet.cutOff(a)
    await fleet.clock.advance(10 * MINUTE)
    const page = await fleet.store.get(PAGE)
    await fleet.store.delete([LEASE, PAGE])
    const b = await fleet.boot('b', jobs(SECOND))
    await fleet.clock.advance(2 * MINUTE)
    expect(b.scheduler.getCurrentEpoch()).toBe(1)
    if (page.outcome === 'found') await fleet.store.put(PAGE, page.body)
    await fleet.clock.advance(5 * MINUTE)
    runs = []
    await fleet.clock.advance(5 * MINUTE)
    expect(runs).toHaveLength(5)
  })

  it.each([
    { skipColdStart: true, ledMs: 20 * MINUTE, newcomer: 'b' },
    { skipColdStart: false, ledMs: MINUTE, newcomer: 'A' },
    { skipColdStart: true, ledMs: MINUTE, newcomer: 'A' },
  ])('while its holder led for $ledMs ms gets no second one, also from a newcomer', async (row) => {
    const a = await fleet.bootLeader(jobs(SECOND))
    await fleet.clock.advance(row.ledMs + 5 * SECOND)
    await fleet.store.delete(LEASE)
    const { skipColdStart } = row
    const b = await fleet.boot(row.newcomer, jobs(SECOND), { skipColdStart, coldStartObservationWindow: 15 * SECOND })
    const epoch = a.scheduler.getCurrentEpoch()
    let both = 0
    for (let waited = 0; waited < 3 * MINUTE; waited += 100) {
      await fleet.clock.advance(100)
      if (a.scheduler.isLeader() && b.scheduler.isLeader()) both++
    }
    expect(both).toBe(0)
    expect([a, b].map(({ scheduler }) => scheduler.isLeader())).toEqual([true, false])
    expect(b.scheduler.getLeader()).toEqual({ workerId: 'a', epoch })
  })
})
