import { damageRecord } from '@s3sched/jobs/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

describe('two live processes with one worker id', () => {
  let fleet: Fleet
  let atWork: number
  let most: number
  beforeEach(() => {
    fleet = createFleet()
    atWork = 0
    most = 0
  })
  afterEach(() => fleet.stopAll())

  const long = (): FleetJobs => ({
    long: {
      schedule: null,
      action: async (_, { signal }) => {
        most = Math.max(most, ++atWork)
        await fleet.clock.sleep(5 * MINUTE, signal).finally(() => atWork--)
      },
    },
  })

  it.each([0, 20 * SECOND, 70 * SECOND])(
    'a run of the one goes on alone when the other has stopped, after %i ms',
    async (afterMs) => {
      const a = await fleet.bootLeader(long())
      const first = await fleet.boot('same', long())
      const run = first.scheduler.runJob('long').catch(() => undefined) // ends with the test
      await fleet.clock.advance(SECOND)
      const second = await fleet.boot('same', long())
      await fleet.clock.advance(afterMs)
      await during(fleet.clock, second.scheduler.stop())
      await fleet.clock.advance(2 * MINUTE)
      const lost = [a, first, second].flatMap((each) => eventsOf(each, 'plg:scheduler:job-lost'))
      expect(lost).toEqual([])
      expect({ atWork, most }).toEqual({ atWork: 1, most: 1 })
      await fleet.clock.advance(4 * MINUTE)
      await run
    },
  )
})

describe('a member object', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const idle: FleetJobs = { job: { schedule: null, action: () => 1 } }

  it('is not written any more soon after a claim was lost', async () => {
    await fleet.bootLeader(idle)
    const b = await fleet.boot('b', idle)
    await fleet.clock.advance(MINUTE)
    await b.scheduler.disableJob('job')
    await damageRecord(fleet.store, 'job', '{"spec":7}')
    b.resetRequests()
    await expect(during(fleet.clock, b.scheduler.runJob('job'))).rejects.toThrow(/job/)
    await fleet.clock.advance(10 * MINUTE)
    // The refused claim; the busy member, and again at the heartbeat; the idle member.
    expect(b.requests.put).toBeLessThanOrEqual(4)
    expect(await b.scheduler.getActiveWorkers()).toContainEqual(
      expect.objectContaining({ workerId: 'b', extra: undefined }),
    )
  })

  it('is not written any more when the store was away during the last run, and is there again', async () => {
    await fleet.bootLeader(idle)
    const b = await fleet.boot('b', {
      job: { schedule: null, action: (_, { signal }) => fleet.clock.sleep(2 * MINUTE, signal) },
    })
    await fleet.clock.advance(MINUTE)
    const run = b.scheduler.runJob('job').catch(() => undefined) // ends with the member's presence
    await fleet.clock.advance(10 * SECOND)
    b.network.partition('requests')
    await fleet.clock.advance(3 * MINUTE)
    b.network.heal()
    await fleet.clock.advance(3 * MINUTE)
    await run
    b.resetRequests()
    await fleet.clock.advance(10 * MINUTE)
    expect(b.requests.put).toBeLessThanOrEqual(1)
  })
})
