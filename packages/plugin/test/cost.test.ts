import { sizeOf } from '@s3sched-tooling/vitest/share-of'
import { afterEach, describe, expect, it } from 'vitest'
import { createCountingStore, type RequestCounts } from '@s3sched/store/testing'
import { estimateCost, type CostOptions } from '../src/index.ts'
import { createOperator } from '@s3sched/operator'
import { createFleet, HOUR, MINUTE, type Fleet, type FleetJobs, type FleetOptions } from './fleet.ts'

const HOURS_PER_MONTH = 720
const PRICES = { put: 5 / 1_000_000, list: 5 / 1_000_000, get: 0.4 / 1_000_000 }

let fleet: Fleet
afterEach(() => (fleet as Fleet | undefined)?.stopAll())

/** The real requests of a fleet during `hours`, once its start is over. */
async function count(
  instances: number,
  jobs: FleetJobs,
  hours: number,
  options: FleetOptions = {},
): Promise<RequestCounts> {
  fleet = createFleet()
  const first = options.enableCoordinator === false ? fleet.boot('a', jobs, options) : fleet.bootLeader(jobs, options)
  const all = [await first]
  for (let index = 1; index < instances; index++) all.push(await fleet.boot(`b${index}`, jobs, options))
  await fleet.clock.advance(10 * MINUTE)
  for (const { resetRequests } of all) resetRequests()
  await fleet.clock.advance(hours * HOUR)
  const sum = (kind: keyof RequestCounts): number => all.reduce((total, { requests }) => total + requests[kind], 0)
  return { get: sum('get'), notModified: sum('notModified'), put: sum('put'), list: sum('list'), delete: sum('delete') }
}

const jobsOf = (schedules: readonly string[]): FleetJobs =>
  Object.fromEntries(schedules.map((schedule, index) => [`job${index}`, { schedule, action: () => index }]))

const MANY = sizeOf({ plain: 15, all: 100 })

describe('estimateCost', () => {
  const several = (jobs: number, schedule: string): string[] => Array.from({ length: jobs }, () => schedule)
  const mixed = [...several(10, '*/5 * * * *'), ...several(10, '*/10 * * * *')]

  it.each<[string, number, readonly string[], FleetOptions]>([
    [`three instances with ${MANY} jobs due together`, 3, several(MANY, '*/5 * * * *'), {}],
    [`three instances with ${MANY} jobs due together on four shards`, 3, several(MANY, '*/5 * * * *'), { shards: 4 }],
    ['an instance with 3 jobs every ten seconds', 1, several(3, '*/10 * * * * *'), {}],
    ['three instances with jobs of which more are due at every other instant', 3, mixed, {}],
    ['one instance with a job a minute and one an hour', 1, ['* * * * *', '0 * * * *'], {}],
    ['three instances with short heartbeats', 3, ['*/5 * * * *'], { heartbeatInterval: 10_000 }],
    ['three instances with a job a minute', 3, ['* * * * *'], {}],
    ['three instances with a job a minute and cold standbys', 3, ['* * * * *'], { standby: 'cold' }],
    ['an instance without history', 1, ['* * * * *'], { persistJobs: false }],
    ['three instances without coordinator', 3, ['* * * * *'], { enableCoordinator: false }],
    ['two instances without coordinator with 5 jobs', 2, several(5, '* * * * *'), { enableCoordinator: false }],
    ['one instance without coordinator', 1, ['*/10 * * * *'], { enableCoordinator: false }],
  ])('says what %s request, within a tenth', async (_, instances, schedules, options) => {
    // Two or three LISTs an hour are too few to be compared.
    const hours = options.persistJobs === false ? 2 : 1
    const counted = await count(instances, jobsOf(schedules), hours, options)
    expect(deviations(counted, hours, { instances, schedules, ...(options as CostOptions) })).toEqual([])
  })

  /** The counts that differ from the estimate by more than a tenth. */
  function deviations(counted: RequestCounts, hours: number, terms: CostOptions): readonly string[] {
    const estimate = estimateCost(terms)
    const monthly = (kind: 'put' | 'get' | 'list'): number => (counted[kind] / hours) * HOURS_PER_MONTH
    const wrong: string[] = (['put', 'get'] as const).filter(
      (kind) => Math.abs(monthly(kind) - estimate[kind]) > estimate[kind] / 10,
    )
    // The LISTs of a daily clean-up and of the passes of the archive may or may not fall into the counted hours.
    const least = estimateCost({ ...terms, persistJobs: false })
    if (monthly('list') < 0.9 * least.list - 150 || monthly('list') > 1.1 * estimate.list + 150) wrong.push('list')
    return wrong.map((kind) => `${kind}: ${JSON.stringify({ counted, hours, estimate })}`)
  }

  it.each<[string, number, readonly number[], object]>([
    ['the place of a job', 2, [5000], { group: 'db', groupLimit: { fleet: 2 } }],
    ['the places of two jobs', 3, [5000, 5000], { group: 'db', groupLimit: { fleet: 2 } }],
    ['the signs of a job that runs for most of its minute', 3, [45_000], {}],
  ])('says what %s cost: %d writes a minute', async (_, writes, durations, more) => {
    const putOf = async (ms: readonly number[], own: object): Promise<number> => {
      const jobs = ms.map((each, index) => {
        const action = (): Promise<void> => fleet.clock.sleep(each)
        return [`job${index}`, { schedule: '* * * * *', action, ...own }]
      })
      const { put } = await count(2, Object.fromEntries(jobs) as FleetJobs, 0.5)
      return put / 30
    }
    const estimated = (own: (durationMs: number) => object): number => {
      const schedules = durations.map((durationMs) => ({ schedule: '* * * * *', ...own(durationMs) }))
      return estimateCost({ instances: 2, schedules }).put / 43_200
    }
    const counted =
      (await putOf(durations, more)) -
      (await putOf(
        durations.map(() => 5000),
        {},
      ))
    expect(counted).toBeCloseTo(writes, 0)
    expect(estimated((durationMs) => ({ durationMs, ...more })) - estimated(() => ({}))).toBeCloseTo(writes, 1)
  })

  it('and the bill agree on an idle fleet of ten at the defaults: less than a dollar a month', async () => {
    const hours = sizeOf({ plain: 1, all: 2 })
    const counted = await count(10, {}, hours)
    expect(deviations(counted, hours, { instances: 10 })).toEqual([])
    const { get, list, put } = counted
    const bill = (put * PRICES.put + list * PRICES.list + get * PRICES.get) * (HOURS_PER_MONTH / hours)
    expect(bill).toBeLessThan(1)
    const { dollars } = estimateCost({ instances: 10 })
    expect(dollars).toBeLessThan(1)
    expect(Math.abs(dollars - bill)).toBeLessThan(0.05)
  })

  it.each<[string, number, readonly string[]]>([
    ['an idle fleet', 3, []],
    [`${MANY} jobs that ran`, 3, several(MANY, '*/5 * * * *')],
  ])('says what a status of %s requests', async (_, instances, schedules) => {
    await count(instances, jobsOf(schedules), 0.25)
    const { requests, store } = createCountingStore(fleet.store)
    const operator = createOperator(store, { prefix: '', clock: fleet.clock })
    await Promise.all([operator.jobs(), operator.leader(), operator.workers(), operator.requests()])
    const without = estimateCost({ instances, schedules })
    const once = estimateCost({ instances, schedules, statusesPerHour: 1 / HOURS_PER_MONTH })
    expect(once.get - without.get).toBe(requests.get)
    expect(once.list - without.list).toBe(requests.list)
    expect(once.put).toBe(without.put)
  })

  it('tells jobs apart that start at instants of their own', () => {
    const terms = { instances: 3 }
    const together = estimateCost({ ...terms, schedules: several(100, '*/5 * * * *') })
    const jittered = estimateCost({
      ...terms,
      schedules: several(100, '*/5 * * * *').map((schedule) => ({ schedule, jitterMs: 290_000 })),
    })
    expect(jittered.get - together.get).toBeGreaterThan(1.9 * together.runs)
    const hashed = estimateCost({ ...terms, schedules: several(100, 'H * * * *') })
    expect(hashed.list).toBeLessThan(together.list)
    const zones = ['Europe/Rome', 'Asia/Tokyo'].map((timezone) => ({ schedule: '0 8 * * 1-5', timezone }))
    expect(estimateCost({ schedules: zones }).runs).toBe(43)
  })

  it('counts runs over a whole year', () => {
    expect(estimateCost({ schedules: ['0 0 1 1 *'] }).runs).toBe(0)
    expect(estimateCost({ schedules: ['* * * * * *'] }).runs).toBe(2_592_000)
    expect(estimateCost({ schedules: [{ every: '15m' }] }).runs).toBe(2880)
    expect(estimateCost({ schedules: ['0 8 * * 1-5'], timezone: 'Europe/Rome' }).runs).toBe(21)
  })

  it('takes other prices, failures and retries into account', () => {
    const schedules = ['* * * * *']
    const plain = estimateCost({ schedules })
    expect(estimateCost({ schedules, retriesPerRun: 1 }).put).toBe(plain.put + plain.runs)
    // Failures have segments of their own, at most as many as successes.
    const failing = estimateCost({ schedules, failureRate: 0.5 }).put - plain.put
    expect(failing).toBeGreaterThan(0)
    expect(failing).toBeLessThan(plain.runs / 50)
    expect(estimateCost({ schedules, putPrice: 0, getPrice: 0 }).dollars).toBe(0)
  })

  it('refuses what it does not understand', () => {
    expect(() => estimateCost({ instances: 0 })).toThrow(/estimateCost: expected instances to be an integer >= 1/)
    expect(() => estimateCost({ schedules: ['often'] })).toThrow(/invalid cron expression: 'often'/)
    const jobs = (job: object): unknown => estimateCost({ schedules: [{ schedule: '* * * * *', ...job }] })
    expect(() => jobs({ jitterMs: -1 })).toThrow(/a job: expected jitterMs to be an integer/)
    expect(() => jobs({ jitter: 5 })).toThrow(/Did you mean 'jitterMs'/)
    expect(() => estimateCost({ schedules: [null as never] })).toThrow(/expected a cron expression or { every }/)
  })
})
