import type { Logger } from '@s3sched/kernel'
import { deleteOutcomes, readFields } from '@s3sched/jobs/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
  MINUTE,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'

const DAY = 24 * HOUR
const OPTIONS = { heartbeatInterval: 10 * SECOND }
const TAKEOVER = 6 * OPTIONS.heartbeatInterval
/** A minute before the start of a quarter. */
const NEW_YEARS_EVE = Date.UTC(2025, 11, 31, 23, 59)

/** An ended run: the job's record alone says so, whatever becomes of the history. */
describe('what ended', () => {
  let fleet: Fleet
  let starts: string[]
  let errors: string[]
  beforeEach(() => {
    starts = []
    errors = []
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (message) => void errors.push(message),
    }
    fleet = createFleet(NEW_YEARS_EVE, logger)
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (workerId: string, definition: object = {}): FleetJobs => ({
    job: { schedule: '0 0 1 */3 *', onLost: 'retry', ...definition, action: () => void starts.push(workerId) },
  })
  const openRuns = async (): Promise<unknown> => (await readFields(fleet.store, 'job'))?.['running']
  const lead = async (instance: Instance): Promise<void> => {
    for (let waited = 0; !instance.scheduler.isLeader(); waited++) {
      if (waited > 120) throw new Error('no leader')
      await fleet.clock.advance(SECOND)
    }
    await fleet.clock.advance(SECOND)
  }
  const stop = (instance: Instance): Promise<void> => during(fleet.clock, instance.scheduler.stop())
  const bootAndLead = async (workerId: string, definition?: object, options = {}): Promise<Instance> => {
    const instance = await fleet.boot(workerId, jobsOf(workerId, definition), { ...OPTIONS, ...options })
    await lead(instance)
    return instance
  }
  const expectNothingLost = (instance: Instance): void => {
    expect(starts).toEqual(['a'])
    expect(eventsOf(instance, 'plg:scheduler:job-lost')).toEqual([])
  }

  it('leaves the record with its end, so that a crash a moment later is no loss', async () => {
    const a = await bootAndLead('a')
    await fleet.clock.advance(2 * MINUTE)
    expect([starts, await openRuns()]).toEqual([['a'], []])
    fleet.cutOff(a)
    await stop(a)
    await fleet.clock.advance(33 * DAY)
    const b = await bootAndLead('b')
    expectNothingLost(b)
    await during(fleet.clock, b.scheduler.refresh())
    expect(b.scheduler.getJobStatus('job')?.statistics).toMatchObject({ totalRuns: 1, totalSuccesses: 1 })
  })

  const bootBeside = async (action: () => unknown, schedule: string, options = {}): Promise<Instance> => {
    const jobs = { ...jobsOf('a', { onLost: 'record' }), beside: { schedule, onLost: 'record' as const, action } }
    const instance = await fleet.boot('a', jobs, { ...OPTIONS, ...options })
    await lead(instance)
    return instance
  }
  const untilYear = (): Promise<void> => fleet.clock.advance(MINUTE - (fleet.clock.now() % MINUTE))

  it('waits for other writes for two seconds at most, where a lost run is not run again', async () => {
    await bootBeside(() => fleet.clock.sleep(10 * SECOND), '0 0 1 1 *')
    await untilYear()
    await fleet.clock.advance(SECOND)
    expect(starts).toEqual(['a'])
    expect(await openRuns()).toHaveLength(1)
    await fleet.clock.advance(SECOND)
    expect(await openRuns()).toEqual([])
  })

  it('waits for the claims of the next tick, where that is near', async () => {
    await bootBeside(() => undefined, '3 0 0 1 1 *', { recordWithin: 10 * SECOND })
    await untilYear()
    await fleet.clock.advance(2 * SECOND)
    expect(starts).toEqual(['a'])
    expect(await openRuns()).toHaveLength(1)
    await fleet.clock.advance(SECOND)
    expect(await openRuns()).toEqual([])
  })

  it('does not wait where no other write is to come, and all that waits goes along', async () => {
    await bootBeside(() => fleet.clock.sleep(SECOND), '0 0 1 1 *', { recordWithin: 5 * MINUTE })
    await untilYear()
    await fleet.clock.advance(SECOND - 1)
    expect(await openRuns()).toHaveLength(1)
    await fleet.clock.advance(1)
    expect(await openRuns()).toEqual([])
  })

  it('is written before its leader stops', async () => {
    const sleep = (): Promise<void> => fleet.clock.sleep(3 * MINUTE)
    const a = await bootBeside(sleep, '0 0 1 1 *', { recordWithin: 5 * MINUTE })
    await fleet.clock.advance(2 * MINUTE)
    expect(await openRuns()).toHaveLength(1)
    await stop(a)
    expect(await openRuns()).toEqual([])
    expectNothingLost(await bootAndLead('b'))
  })

  it('is written by a member, and by a pass of runDue', async () => {
    const options = { ...OPTIONS, enableCoordinator: false }
    const a = await fleet.boot('a', jobsOf('a'), options)
    await fleet.clock.advance(2 * MINUTE)
    expect(await openRuns()).toEqual([])
    await stop(a)
    const b = await fleet.boot('b', jobsOf('b', { schedule: '* * * * *' }), { ...options, enabled: false })
    await during(fleet.clock, b.scheduler.runDue())
    await fleet.clock.advance(MINUTE)
    await during(fleet.clock, b.scheduler.runDue())
    expect([starts, await openRuns()]).toEqual([['a', 'b'], []])
  })

  it('is neither lost nor run again when the history has forgotten it', async () => {
    const a = await bootAndLead('a')
    await fleet.clock.advance(2 * MINUTE)
    fleet.cutOff(a)
    await deleteOutcomes(fleet.store)
    const b = await bootAndLead('b')
    expectNothingLost(b)
    expect(await during(fleet.clock, b.scheduler.getJobHistory('job'))).toEqual([])
    await during(fleet.clock, b.scheduler.refresh())
    expect(b.scheduler.getJobStatus('job')?.statistics.totalSuccesses).toBe(1)
  })

  it('is not what a crash leaves in the midst of its action: that is lost, and run again, also a month later', async () => {
    const action = (): Promise<void> => fleet.clock.sleep(HOUR)
    const a = await fleet.boot('a', { job: { schedule: '0 0 1 */3 *', onLost: 'retry', action } }, OPTIONS)
    await lead(a)
    await fleet.clock.advance(2 * MINUTE)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    await stop(a)
    await fleet.clock.advance(29 * DAY)
    const b = await bootAndLead('b')
    expect(starts).toEqual(['b'])
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toHaveLength(1)
  })

  it('without a history is no loss either', async () => {
    const options = { persistJobs: false }
    const a = await bootAndLead('a', {}, options)
    await fleet.clock.advance(2 * MINUTE)
    expect([starts, await openRuns()]).toEqual([['a'], []])
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    const b = await bootAndLead('b', {}, options)
    expectNothingLost(b)
    await during(fleet.clock, b.scheduler.runJob('job'))
    expect([starts, await openRuns()]).toEqual([['a', 'b'], []])
  })

  it('of a job by request and of a job by hand is written at once', async () => {
    const a = await bootAndLead('a', { schedule: null })
    const b = await fleet.boot('b', jobsOf('b', { schedule: null }), OPTIONS)
    await during(fleet.clock, b.scheduler.runJob('job'))
    expect(await openRuns()).toEqual([])
    await during(fleet.clock, b.scheduler.requestRun('job'))
    await fleet.clock.advance(MINUTE)
    await during(fleet.clock, a.scheduler.disableJob('job'))
    await stop(a)
    expect([starts, await openRuns()]).toEqual([['b', 'a'], []])
  })

  it('does not come back as a missed tick that the history has forgotten', async () => {
    const definition = { catchUp: 'none' }
    const a = await bootAndLead('a', definition)
    fleet.cutOff(a)
    await fleet.clock.advance(HOUR)
    await stop(a)
    const b = await bootAndLead('b', definition)
    expect(eventsOf(b, 'plg:scheduler:job-missed')).toHaveLength(1)
    fleet.cutOff(b)
    await deleteOutcomes(fleet.store)
    const c = await bootAndLead('c', definition)
    await fleet.clock.advance(6 * MINUTE)
    expect(eventsOf(c, 'plg:scheduler:job-missed')).toEqual([])
    expect(await readFields(fleet.store, 'job')).toMatchObject({ statistics: { counts: { missed: 1 } } })
  })
})
