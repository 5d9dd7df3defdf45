import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

describe('differences from s3db.js that the guide names', () => {
  const failing = (backoff?: readonly number[]): FleetJobs => ({
    job: {
      schedule: null,
      retries: 4,
      ...(backoff === undefined ? {} : { backoff }),
      action: () => {
        throw new Error('no')
      },
    },
  })

  const delaysOf = async (backoff?: readonly number[]): Promise<number[]> => {
    const instance = await fleet.bootLeader(failing(backoff))
    await expect(during(fleet.clock, instance.scheduler.runJob('job'))).rejects.toThrow('no')
    return eventsOf(instance, 'plg:scheduler:job-retry').map(({ delay }) => Number(delay))
  }

  it('retries wait for a random part of 1, 2, 4 and 8 s', async () => {
    const delays = await delaysOf()
    expect(delays).toHaveLength(4)
    expect(delays.filter((delay, n) => delay >= SECOND * 2 ** n)).toEqual([])
  })

  it('retries wait for the listed delays, and repeat the last', async () => {
    expect(await delaysOf([SECOND, 2 * SECOND, 4 * SECOND])).toEqual([1, 2, 4, 4].map((seconds) => seconds * SECOND))
  })

  it('a stepped day of the month beside a weekday means both, and 1-31/2 either', async () => {
    const job = (schedule: string): FleetJobs[string] => ({ schedule, action: () => 1 })
    const { scheduler } = await fleet.bootLeader({ both: job('0 0 */2 * 1'), either: job('0 0 1-31/2 * 1') })
    // 19 January is the next Monday with an odd date; 7 January is an odd date.
    expect(scheduler.getJobStatus('both')?.nextRun).toEqual(new Date(Date.UTC(2026, 0, 19)))
    expect(scheduler.getJobStatus('either')?.nextRun).toEqual(new Date(Date.UTC(2026, 0, 7)))
  })

  it.each([
    ['750 ms', false, [700, 100]],
    ['no time', true, [0, 0]],
  ] as const)('the first start waits %s, with skipColdStart %s', async (_, skipColdStart, [before, after]) => {
    const { scheduler } = await fleet.boot('a', {}, { skipColdStart })
    await fleet.clock.advance(before)
    expect(scheduler.isLeader()).toBe(skipColdStart)
    await fleet.clock.advance(after)
    expect(scheduler.isLeader()).toBe(true)
  })

  it('a second runJob rejects while the job runs anywhere, unless runs may overlap', async () => {
    const action = (_: unknown, { signal }: JobContext): Promise<void> => fleet.clock.sleep(MINUTE, signal)
    const jobs: FleetJobs = {
      job: { schedule: null, action },
      free: { schedule: null, overlap: 'allow', action },
    }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    const runs = ['job', 'free'].map((name) => b.scheduler.runJob(name))
    await fleet.clock.advance(SECOND)
    for (const { scheduler } of [a, b]) {
      await expect(during(fleet.clock, scheduler.runJob('job'))).rejects.toMatchObject({ code: 'JOB_ALREADY_RUNNING' })
      runs.push(scheduler.runJob('free'))
    }
    await during(fleet.clock, Promise.all(runs))
    expect(await a.scheduler.getJobHistory('free')).toHaveLength(3)
  })
})
