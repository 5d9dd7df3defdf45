import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { type ObjectStore, StoreError } from '@s3sched/store'
import { assessHealth, createOperator, readFleet } from '@s3sched/operator'
import { SchedulerPlugin } from '../src/index.ts'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
  MINUTE,
  NOON,
  type Fleet,
  type FleetJobs,
  type FleetOptions,
  type Instance,
} from './fleet.ts'

const EVENT = 'plg:scheduler:job-redefined'
const warn = vi.fn<(message: string) => void>()
const at = (schedule: string, more: object = {}): FleetJobs[string] => ({ schedule, action: () => undefined, ...more })
const OLD: FleetJobs = { report: at('0 6 * * *'), same: at('0 12 * * *') }
const NEW: FleetJobs = { report: at('0 7 * * *', { timezone: 'Europe/Berlin' }), same: at('0 0 12 * * *') }
const redefined = (instance: Instance): unknown[] => eventsOf(instance, EVENT)
/** Few requests in many hours. */
const SLOW: FleetOptions = { heartbeatInterval: 10 * MINUTE }
const REPORT = [{ jobName: 'report', fields: ['schedule', 'timezone'] }]

let fleet: Fleet
beforeEach(() => {
  warn.mockReset()
  fleet = createFleet(NOON, { ...silentLogger, warn })
})
afterEach(() => fleet.stopAll())

const stop = (instance: Instance): Promise<void> => during(fleet.clock, instance.scheduler.stop())
const warnings = (): string[] => warn.mock.calls.map(([text]) => text).filter((text) => text.includes('definition'))

it('a rolling deploy of an hour is no news', async () => {
  const old = [await fleet.bootLeader(OLD, SLOW), await fleet.boot('b', OLD, SLOW)]
  await fleet.clock.advance(59 * MINUTE)
  const now = await fleet.boot('c', NEW, SLOW)
  await fleet.clock.advance(59 * MINUTE)
  for (const each of old) await stop(each)
  await fleet.clock.advance(3 * HOUR)
  expect([...old, now].map(redefined)).toEqual([[], [], []])
  expect(warnings()).toEqual([])
})

describe('a second deployment that redefines a job', () => {
  it('is told once by each instance that it does not belong to, be it the leader or not', async () => {
    const production = [await fleet.bootLeader(OLD, SLOW), await fleet.boot('b', OLD, { ...SLOW, standby: 'cold' })]
    const staging = await fleet.boot('x', NEW, SLOW)
    await fleet.clock.advance(3 * HOUR)
    expect([...production, staging].map(redefined)).toEqual([REPORT, REPORT, []])
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const findings = assessHealth(await readFleet(operator, () => fleet.clock.now()))
    expect(findings.filter(({ code }) => code === 'JOB_REDEFINED')).toMatchObject([
      {
        level: 'notice',
        job: 'report',
        message: 'other code than that of a, b has defined it for an hour or longer',
      },
    ])
    expect(warnings()).toEqual(
      production.map(() => expect.stringMatching(/: 'report' \(schedule, timezone\)\. The code/)),
    )
  })

  it('is told where it leads, and again after production was started again', async () => {
    const other = await fleet.bootLeader(NEW, SLOW)
    const production = await fleet.boot('b', OLD, { ...SLOW, standby: 'cold' })
    await fleet.clock.advance(2.5 * HOUR)
    expect([other, production].map(redefined)).toEqual([REPORT, []])
    await stop(other)
    await during(fleet.clock, other.scheduler.start())
    await fleet.clock.advance(2.5 * HOUR)
    expect([other, production].map(redefined)).toEqual([REPORT, REPORT])
    await stop(production)
    await during(fleet.clock, production.scheduler.start())
    await fleet.clock.advance(2.5 * HOUR)
    expect([other, production].map(redefined)).toEqual([[...REPORT, ...REPORT], REPORT])
  })

  it('is told without a coordinator', async () => {
    const options = { ...SLOW, enableCoordinator: false }
    const production = await fleet.boot('a', OLD, options)
    await fleet.boot('x', NEW, options)
    await fleet.clock.advance(3 * HOUR)
    expect(redefined(production)).toEqual(REPORT)
  })

  it('costs a conditional GET of each page in an hour', async () => {
    await fleet.bootLeader(OLD, SLOW)
    const follower = await fleet.boot('b', OLD, { ...SLOW, standby: 'cold' })
    await fleet.clock.advance(30 * MINUTE)
    follower.resetRequests()
    await fleet.clock.advance(3 * HOUR)
    expect(follower.requests).toMatchObject({ notModified: 3 })
  })
})

it('a start that fails leaves no look behind', async () => {
  const { clock, store } = fleet
  const denied = new StoreError('denied', { code: 'ACCESS_DENIED' })
  const put: ObjectStore['put'] = (key, ...others) =>
    key.startsWith('workers/') ? Promise.reject(denied) : store.put(key, ...others)
  const options = { clock, handleSignals: false, logger: silentLogger, prefix: '' }
  const scheduler = new SchedulerPlugin({ ...options, store: { ...store, put }, jobs: OLD })
  await expect(during(clock, scheduler.start())).rejects.toMatchObject({ code: 'STORE' })
  await clock.advance(MINUTE)
  expect(clock.sleeping).toBe(0)
})

it('a job that was changed or removed at run time is no news', async () => {
  const a = await fleet.bootLeader(OLD, SLOW)
  const b = await fleet.boot('b', OLD, SLOW)
  await during(fleet.clock, b.scheduler.updateJob('report', { schedule: '0 8 * * *' }))
  await during(fleet.clock, b.scheduler.removeJob('same'))
  await fleet.clock.advance(3 * HOUR)
  expect([a, b].map(redefined)).toEqual([[], []])
})
