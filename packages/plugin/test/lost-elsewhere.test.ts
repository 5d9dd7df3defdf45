import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const OPTIONS = { heartbeatInterval: 10 * SECOND, defaultTimeout: 0 }
/** The next tick is eleven months away. */
const YEARLY = '0 0 1 12 *'
/** A look at all pages, and the time after which a silent instance counts as gone. */
const BOUND = 10 * MINUTE + 5 * OPTIONS.heartbeatInterval

/** A run in a follower, which dies: no tick of its job is near, so nothing else makes the leader look. */
describe.each([null, YEARLY])('a run of a dead follower, with the schedule %s', (schedule) => {
  let fleet: Fleet
  let starts: string[]
  beforeEach(() => {
    starts = []
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string, takesMs: number): FleetJobs => ({
    job: {
      schedule,
      onLost: 'retry',
      action: async (_, { signal }) => {
        starts.push(workerId)
        await fleet.clock.sleep(takesMs, signal)
      },
    },
  })
  const runInFollower = async (
    takesMs: number,
    ofLeader = jobsOf('a', MINUTE),
  ): Promise<[leader: Instance, follower: Instance]> => {
    const a = await fleet.bootLeader(ofLeader, OPTIONS)
    const b = await fleet.boot('b', jobsOf('b', takesMs), OPTIONS)
    await fleet.clock.advance(MINUTE)
    b.scheduler.runJob('job').catch(() => undefined) // dies with its process
    await fleet.clock.advance(SECOND)
    expect(starts).toEqual(['b'])
    return [a, b]
  }

  it.each([0, 25])('is made up for in time, when it had run for %i minutes', async (minutes) => {
    const [a, b] = await runInFollower(60 * MINUTE)
    await fleet.clock.advance(minutes * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(BOUND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toHaveLength(1)
    expect(starts).toEqual(['b', 'a'])
  })

  it('is declared lost by a leader without the action', async () => {
    const [a, b] = await runInFollower(60 * MINUTE, {})
    await fleet.clock.advance(25 * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(BOUND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toHaveLength(1)
  })

  it('is declared lost although the job is paused', async () => {
    const [a, b] = await runInFollower(60 * MINUTE)
    await during(fleet.clock, a.scheduler.disableJob('job'))
    await fleet.clock.advance(25 * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(BOUND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toHaveLength(1)
  })

  it('is left alone while its process lives', async () => {
    const [a] = await runInFollower(60 * MINUTE)
    await fleet.clock.advance(59 * MINUTE)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toEqual([])
    expect(starts).toEqual(['b'])
  })
})
