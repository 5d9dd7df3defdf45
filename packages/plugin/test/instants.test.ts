import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOfTick } from '@s3sched/jobs'
import { everySchedule } from '@s3sched/cron'
import { createFleet, during, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

interface Start {
  readonly workerId: string
  readonly tick: number
  readonly at: number
}

describe('the instant of a tick', () => {
  let fleet: Fleet
  let starts: Start[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string, jitterMs: number): FleetJobs => ({
    job: {
      schedule: '* * * * *',
      jitterMs,
      action: (_, { scheduledTime }) =>
        void starts.push({ workerId, tick: scheduledTime.getTime(), at: fleet.clock.now() }),
    },
  })

  it.each([0, 20 * SECOND])(
    'is kept by the next leader of a tick that was claimed ahead and released, with jitter %s',
    async (jitterMs) => {
      const a = await fleet.bootLeader(jobsOf('a', jitterMs))
      await fleet.clock.advance(MINUTE - (fleet.clock.now() % MINUTE))
      const tick = fleet.clock.now() + MINUTE
      const startAt = startOfTick('job', everySchedule('1m'), tick, jitterMs)
      // The claim is written, but its instant is still ahead.
      await fleet.clock.advance(startAt - 450 - fleet.clock.now())
      await during(fleet.clock, a.scheduler.stop({ timeout: 0 }))
      await fleet.boot('b', jobsOf('b', jitterMs))
      await fleet.clock.advance(MINUTE)
      expect(starts.filter((start) => start.tick === tick)).toEqual([{ workerId: 'b', tick, at: startAt }])
    },
  )

  it.each(['skip', 'queue'] as const)('comes before a run by hand claimed later, with overlap %s', async (overlap) => {
    const begun: { readonly trigger: string; readonly fence: number }[] = []
    const job: FleetJobs[string] = {
      schedule: '* * * * *',
      overlap,
      action: (_, { fence, byHand }) => void begun.push({ trigger: byHand === true ? 'manual' : 'schedule', fence }),
    }
    const a = await fleet.bootLeader({ job })
    await fleet.clock.advance(2 * MINUTE - (fleet.clock.now() % MINUTE) - 30)
    begun.length = 0
    // The claim is written, but its instant is still ahead.
    await during(fleet.clock, a.scheduler.runJob('job', { byHand: true }))
    expect(begun.map(({ trigger }) => trigger)).toEqual(['schedule', 'manual'])
    expect(begun[1]?.fence).toBe((begun[0]?.fence ?? 0) + 1)
  })

  it('is kept over a deployment that only writes the schedule otherwise', async () => {
    const daily = (workerId: string, schedule: string, timezone: string): FleetJobs => ({
      job: { ...jobsOf(workerId, 0)['job'], schedule, timezone } as FleetJobs[string],
    })
    const tick = NOON + 60 * MINUTE
    const a = await fleet.bootLeader(daily('a', '0 13 * * *', 'UTC'))
    await fleet.clock.advance(tick - 2 * SECOND - fleet.clock.now())
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(5 * SECOND)
    await fleet.boot('b', daily('b', '0  0 13 * * *', 'Etc/UTC'))
    await fleet.clock.advance(MINUTE)
    expect(starts).toMatchObject([{ workerId: 'b', tick }])
  })

  it('comes before the next tick, however large the jitter is, and nothing counts as missed', async () => {
    const a = await fleet.bootLeader(jobsOf('a', 60 * MINUTE))
    await fleet.clock.advance(10 * MINUTE)
    const history = await a.scheduler.getJobHistory('job')
    expect(history.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 'success'))
    expect(starts.map(({ tick }) => tick)).toEqual(Array.from({ length: 9 }, (_, index) => NOON + (index + 1) * MINUTE))
    for (const { at, tick } of starts) expect(at - tick).toBeLessThan(MINUTE)
  })
})
