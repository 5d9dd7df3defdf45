import { audit, assessHealth, createOperator, readFleet } from '@s3sched/operator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, eventsOf, type Fleet, type FleetJobs, MINUTE, SECOND } from './fleet.ts'

let fleet: Fleet
let attempts: number
let isBroken: boolean
beforeEach(() => {
  fleet = createFleet()
  attempts = 0
  isBroken = true
})
afterEach(() => fleet.stopAll())

const flaky: FleetJobs = {
  flaky: {
    schedule: '* * * * *',
    pauseAfterFailures: 3,
    retries: 1,
    backoff: [SECOND],
    action: () => {
      attempts++
      if (isBroken) throw new Error('disk full')
    },
  },
}

describe('a job with pauseAfterFailures', () => {
  it('is paused after so many failed ticks in a row, over a failover, and says why', async () => {
    const a = await fleet.bootLeader(flaky)
    const b = await fleet.boot('b', flaky)
    await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
    expect(attempts).toBe(4)
    fleet.cutOff(a)
    await fleet.clock.advance(20 * MINUTE)
    expect(attempts, 'each tick with its retry').toBe(6)
    const paused = { jobName: 'flaky', failures: 3, runId: expect.any(String) as string, error: 'disk full' }
    expect(eventsOf(b, 'plg:scheduler:job-paused')).toEqual([paused])
    const status = b.scheduler.getJobStatus('flaky')
    expect(status).toMatchObject({ enabled: false, paused: true, nextRun: null })
    expect(status?.pausedFor).toMatchObject({ failures: 3, error: 'disk full' })
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const view = await readFleet(operator, () => fleet.clock.now())
    expect(view.jobs[0]).toMatchObject({ state: 'paused', pausedFor: { failures: 3, error: 'disk full' } })
    expect(assessHealth(view)).toContainEqual(
      expect.objectContaining({
        level: 'problem',
        code: 'JOB_PAUSED',
        message: expect.stringMatching(/^it was paused .*, after 3 failures in a row: disk full$/) as string,
      }),
    )
    expect(await audit(fleet.store, { prefix: '' })).toMatchObject([{ expected: 3, ran: 3, unaccounted: 0 }])
  })

  it('counts anew after a resume, and goes on for good after a success', async () => {
    const { scheduler } = await fleet.bootLeader(flaky)
    await fleet.clock.advance(5 * MINUTE)
    expect(attempts).toBe(6)
    await during(fleet.clock, scheduler.enableJob('flaky'))
    expect(scheduler.getJobStatus('flaky')).toMatchObject({ paused: false, pausedFor: null })
    await fleet.clock.advance(2 * MINUTE + 10 * SECOND)
    expect([attempts, scheduler.getJobStatus('flaky')?.paused]).toEqual([10, false])
    isBroken = false
    await fleet.clock.advance(MINUTE)
    isBroken = true
    await fleet.clock.advance(10 * MINUTE)
    expect([attempts, scheduler.getJobStatus('flaky')?.paused]).toEqual([17, true])
  })

  it('is paused where nobody leads', async () => {
    const options = { enableCoordinator: false }
    const [a, b] = [await fleet.boot('a', flaky, options), await fleet.boot('b', flaky, options)]
    await fleet.clock.advance(10 * MINUTE)
    expect(attempts).toBe(6)
    expect([...eventsOf(a, 'plg:scheduler:job-paused'), ...eventsOf(b, 'plg:scheduler:job-paused')]).toHaveLength(1)
  })

  it('is paused by passes of runDue()', async () => {
    const { clock, store } = fleet
    const pass = async (): Promise<void> => {
      const options = { store, prefix: '', clock, jobs: flaky, handleSignals: false } as const
      await using scheduler = new SchedulerPlugin<unknown>(options)
      await during(clock, scheduler.runDue())
    }
    await pass()
    for (let made = 0; made < 6; made++) {
      await clock.advance(MINUTE)
      await pass()
    }
    expect(attempts).toBe(6)
  })

  it('is paused by a lost run, and goes on when the run is found and has succeeded', async () => {
    const slow: FleetJobs = {
      slow: { schedule: '*/10 * * * *', pauseAfterFailures: 1, action: () => fleet.clock.sleep(2 * SECOND) },
    }
    const a = await fleet.bootLeader(slow)
    const b = await fleet.boot('b', slow)
    await fleet.clock.advance(10 * MINUTE + SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(5 * MINUTE)
    expect(eventsOf(b, 'plg:scheduler:job-paused')).toMatchObject([{ jobName: 'slow', failures: 1 }])
    expect(b.scheduler.getJobStatus('slow')).toMatchObject({ paused: true })
    a.network.heal()
    await fleet.clock.advance(3 * MINUTE)
    expect(eventsOf(a, 'plg:scheduler:job-found')).toMatchObject([{ jobName: 'slow', status: 'success' }])
    expect(b.scheduler.getJobStatus('slow')).toMatchObject({ paused: false, pausedFor: null })
    await fleet.clock.advance(3 * MINUTE)
    expect(b.scheduler.getJobStatus('slow')?.statistics).toMatchObject({ totalSuccesses: 2, totalErrors: 0 })
  })

  it.each([
    [-1, /expected pauseAfterFailures to be an integer >= 0/],
    [1001, /expected pauseAfterFailures to be an integer .*1000/],
  ])('refuses %d', (pauseAfterFailures, message) => {
    const job = { schedule: null, action: () => null, pauseAfterFailures }
    expect(() => new SchedulerPlugin({ jobs: { job } })).toThrow(message)
  })
})
