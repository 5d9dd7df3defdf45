import type { Logger } from '@s3sched/kernel'
import { listAll, readDocument } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOperator } from '@s3sched/operator'
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

/** An ended run, and the records that prove its end. */
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
  const openRuns = async (job = 'job'): Promise<readonly unknown[]> => {
    const read = await readDocument(fleet.store, `jobs/${job}.json`)
    return read.outcome === 'found' ? (read.fields['running'] as unknown[]) : ['no record']
  }
  const runKeys = async (): Promise<string[]> => (await listAll(fleet.store, 'runs/')).map(({ key }) => key)
  const lead = async (instance: Instance): Promise<void> => {
    for (let waited = 0; !instance.scheduler.isLeader(); waited++) {
      if (waited > 120) throw new Error('no leader')
      await fleet.clock.advance(SECOND)
    }
    await fleet.clock.advance(SECOND)
  }
  const stop = (instance: Instance): Promise<void> => during(fleet.clock, instance.scheduler.stop())
  const prune = async (): Promise<void> => {
    await createOperator(fleet.store, { prefix: '', clock: fleet.clock }).history.prune({ maxAgeMs: 30 * DAY })
  }
  const bootAndLead = async (workerId: string, definition?: object, options = {}): Promise<Instance> => {
    const instance = await fleet.boot(workerId, jobsOf(workerId, definition), { ...OPTIONS, ...options })
    await lead(instance)
    return instance
  }
  const expectNothingLost = (instance: Instance): void => {
    expect(starts).toEqual(['a'])
    expect(eventsOf(instance, 'plg:scheduler:job-lost')).toEqual([])
  }

  it('is folded when its leader stops, so that nobody takes it for lost when its record is gone', async () => {
    const a = await bootAndLead('a')
    await fleet.clock.advance(2 * MINUTE)
    expect(await openRuns()).toHaveLength(1)
    await stop(a)
    expect(await openRuns()).toEqual([])
    await fleet.clock.advance(33 * DAY)
    await prune()
    expect(await runKeys()).toEqual([])
    const b = await bootAndLead('b')
    expectNothingLost(b)
    await during(fleet.clock, b.scheduler.refresh())
    expect(b.scheduler.getJobStatus('job')?.statistics).toMatchObject({ totalRuns: 1, totalSuccesses: 1 })
  })

  it('is folded when a member stops, and by a pass of runDue', async () => {
    const options = { ...OPTIONS, enableCoordinator: false }
    const a = await fleet.boot('a', jobsOf('a'), options)
    await fleet.clock.advance(2 * MINUTE)
    expect(await openRuns()).toHaveLength(1)
    await stop(a)
    expect(await openRuns()).toEqual([])
    const b = await fleet.boot('b', jobsOf('b', { schedule: '* * * * *' }), { ...options, enabled: false })
    await during(fleet.clock, b.scheduler.runDue())
    await fleet.clock.advance(MINUTE)
    await during(fleet.clock, b.scheduler.runDue())
    expect([starts, await openRuns()]).toEqual([['a', 'b'], []])
  })

  it('keeps its record for as long as the job’s record names it, whoever prunes', async () => {
    const a = await bootAndLead('a')
    await fleet.clock.advance(2 * MINUTE)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    await stop(a)
    await fleet.clock.advance(33 * DAY)
    await prune()
    expect(await runKeys()).toHaveLength(1)
    const b = await bootAndLead('b', {}, { historyRetention: 30 * DAY, cleanupInterval: MINUTE })
    expectNothingLost(b)
    // The new leader folds the run, and the folded record may be deleted.
    await fleet.clock.advance(7 * MINUTE)
    expect([await openRuns(), await runKeys()]).toEqual([[], []])
    await during(fleet.clock, b.scheduler.refresh())
    expect(b.scheduler.getJobStatus('job')?.statistics.totalSuccesses).toBe(1)
  })

  it('is neither lost nor run again when a lifecycle rule has deleted its record', async () => {
    const a = await bootAndLead('a')
    await fleet.clock.advance(2 * MINUTE)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    await stop(a)
    await fleet.clock.advance(33 * DAY)
    await fleet.store.delete(await runKeys())
    const b = await bootAndLead('b')
    expectNothingLost(b)
    expect([await openRuns(), await runKeys()]).toEqual([[], []])
    expect(errors.filter((message) => message.includes('is not known'))).toHaveLength(1)
  })

  it('is lost, and run again, as long as its record would be there if it had one', async () => {
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

  it('without a history is folded at its end, so that a crash after it is no loss', async () => {
    const options = { persistJobs: false }
    const a = await bootAndLead('a', {}, options)
    await fleet.clock.advance(2 * MINUTE)
    expect([starts, await openRuns()]).toEqual([['a'], []])
    fleet.cutOff(a)
    const b = await bootAndLead('b', {}, options)
    expectNothingLost(b)
    await during(fleet.clock, b.scheduler.runJob('job'))
    expect([starts, await openRuns()]).toEqual([['a', 'b'], []])
  })

  it('of a job by request and of a job by hand is folded before its process stops', async () => {
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

  it('is folded by its leader when no claim has done it within a clean-up interval', async () => {
    await bootAndLead('a', {}, { cleanupInterval: 10 * MINUTE })
    await fleet.clock.advance(2 * MINUTE)
    expect(await openRuns()).toHaveLength(1)
    await fleet.clock.advance(25 * MINUTE)
    expect(await openRuns()).toEqual([])
  })

  it('does not come back as a verdict whose record was deleted', async () => {
    const definition = { catchUp: 'none' }
    const a = await bootAndLead('a', definition)
    fleet.cutOff(a)
    await fleet.clock.advance(HOUR)
    await stop(a)
    const b = await bootAndLead('b', definition)
    expect(await openRuns()).toMatchObject([{ verdict: { status: 'missed' } }])
    fleet.cutOff(b)
    await fleet.clock.advance(TAKEOVER)
    await stop(b)
    await fleet.clock.advance(33 * DAY)
    await fleet.store.delete(await runKeys())
    await bootAndLead('c', definition)
    await fleet.clock.advance(6 * MINUTE)
    expect([await openRuns(), await runKeys()]).toEqual([[], []])
  })
})
