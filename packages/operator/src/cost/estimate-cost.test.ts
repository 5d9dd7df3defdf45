import { describe, expect, it } from 'vitest'
import { estimateCost, priced } from './estimate-cost.ts'
import type { CostedJob } from './job-groups.ts'
import { itemizeCost } from './itemize-cost.ts'

const hundred = Array.from({ length: 100 }, () => '* * * * *')
const fleet = { schedules: hundred, instances: 3 }

describe('the writes of jobs that start together', () => {
  it('are one for their claims and one for their ends, however many there are', () => {
    const [one, all] = [hundred.slice(0, 1), hundred].map((schedules) => estimateCost({ schedules }))
    expect(one?.put).toBeLessThan(all?.put ?? 0)
    expect((all?.put ?? 0) - (one?.put ?? 0)).toBeLessThan(3 * 43_200)
  })

  it('are more where the ends are spread over a longer time than the ends may wait', () => {
    const put = (more: object): number => estimateCost({ ...fleet, ...more }).put
    const minutes = 43_200
    // Ends at any time of 20 s, and a write every 2.2 s, which takes along the removal of outcomes that were moved: a
    // segment takes the outcomes of 6.7 minutes.
    expect((put({ durationSpread: 20_000 }) - put({})) / minutes).toBeCloseTo(20 / 2.2 - 1 - 1 / 6.7, 1)
    expect(put({ durationSpread: 20_000, recordWithin: 60_000 })).toBeLessThan(put({}))
    expect((put({ durationSpread: 20_000, recordWithin: 0 }) - put({})) / minutes).toBeCloseTo(99 - 1 / 6.7, 1)
  })

  it('go along with the next claims where these come soon', () => {
    const every = (seconds: number): number => estimateCost({ schedules: [`*/${seconds} * * * * *`] }).put
    const idle = estimateCost().put
    expect((every(1) - idle) / 2_592_000).toBeCloseTo(1, 1)
    expect((every(10) - idle) / 259_200).toBeCloseTo(2, 1)
  })
})

it('costs a few dollars for a hundred jobs a minute', () => {
  const terms = { ...fleet, durationSpread: 20_000 }
  expect(estimateCost(terms).dollars).toBeLessThan(4)
  expect(estimateCost({ ...terms, recordWithin: 60_000 }).dollars).toBeLessThan(1.5)
})

it('refuses a number of shards that is no power of two', () => {
  expect(() => estimateCost({ shards: 3 })).toThrow(/expected shards to be a power of two from 1 to 64, got 3/)
})

it('gives each job its share of the writes, and the parts add up', () => {
  const schedules = [...hundred.slice(0, 3), '0 * * * *']
  const { idle, jobs, rest, total } = itemizeCost({ schedules, instances: 3 })
  expect(total).toEqual(estimateCost({ schedules, instances: 3 }))
  // A fleet without any job looks for the first page by lists.
  const empty = estimateCost({ instances: 3 })
  expect([idle.put, idle.list - empty.list]).toEqual([empty.put, -4320])
  expect(jobs.map(({ runs }) => runs)).toEqual([43_200, 43_200, 43_200, 720])
  expect(jobs[0]).toEqual(jobs[2])
  // A write for the claims and a write for the ends of three jobs.
  expect((jobs[0]?.put ?? 0) / 43_200).toBeCloseTo(2 / 3, 1)
  for (const kind of ['runs', 'put', 'get', 'list'] as const) {
    const sum = [idle, ...jobs, rest].reduce((all, part) => all + part[kind], 0)
    expect(Math.abs(sum - total[kind]), kind).toBeLessThanOrEqual(jobs.length)
  }
})

it.each([
  ['hot', true],
  ['cold', true],
  ['hot', false],
] as const)('rounds no rest below zero: %s standby, coordinator %s', (standby, enableCoordinator) => {
  for (const schedule of ['0 0 * * *', '0 9 * * 1', '*/7 * * * *']) {
    const schedules = Array.from({ length: 40 }, () => schedule)
    const { rest } = itemizeCost({ schedules, standby, enableCoordinator })
    expect(rest.runs).toBe(0)
    expect(Math.min(...Object.values(rest)), schedule).toBeGreaterThanOrEqual(0)
  }
})

it('shows a trifle below zero as zero', () => {
  const { dollars, put } = priced(0, { put: -1e-9, get: 0, list: 0 }, { putPrice: 5, getPrice: 0.4 })
  expect(put).toBe(0)
  expect(dollars).toBe(0)
})

describe('the places of a group with a limit for the fleet', () => {
  const put = (schedules: readonly (string | CostedJob)[], more: object = {}): number =>
    estimateCost({ schedules, ...more }).put
  const grouped = (jobs: number, fleetLimit: number): CostedJob[] =>
    Array.from({ length: jobs }, () => ({ schedule: '* * * * *', group: 'db', groupLimit: { fleet: fleetLimit } }))
  const minutes = 43_200

  it('cost a write to arrive and a write to leave, shared by the attempts of a moment', () => {
    expect((put(grouped(1, 2)) - put(hundred.slice(0, 1))) / minutes).toBeCloseTo(2, 1)
    expect((put(grouped(10, 10)) - put(hundred.slice(0, 10))) / minutes).toBeCloseTo(3, 1)
    expect((put(grouped(10, 2)) - put(hundred.slice(0, 10))) / minutes).toBeCloseTo(11, 1)
    const spread = { durationSpread: 20_000 }
    expect((put(grouped(10, 5), spread) - put(hundred.slice(0, 10), spread)) / minutes).toBeCloseTo(16, 1)
    const retried = { retriesPerRun: 1 }
    expect((put(grouped(1, 2), retried) - put(hundred.slice(0, 1), retried)) / minutes).toBeCloseTo(4, 1)
  })

  it('cost nothing with a limit for each process', () => {
    const inProcess = [{ schedule: '* * * * *', group: 'db', groupLimit: 2 }]
    expect(put(inProcess)).toBe(put(hundred.slice(0, 1)))
  })
})

describe('the signs of long runs', () => {
  const signs = (durationMs: number, schedule: string, more: object = {}): number => {
    const [long, short] = [durationMs, 0].map((ms) =>
      estimateCost({ schedules: [{ schedule, durationMs: ms }], ...more }),
    )
    return ((long?.put ?? 0) - (short?.put ?? 0)) / (long?.runs ?? 1)
  }

  it('cost a write for each part of the time to the next tick', () => {
    // Every 13.6 s of a lease of 30 s.
    expect(signs(45_000, '* * * * *')).toBeCloseTo(3, 1)
    expect(signs(5000, '* * * * *')).toBeCloseTo(0, 1)
  })

  it('cost nothing where each run holds its job by the lease of its leader, or by a claim each second', () => {
    expect(signs(600_000, '*/10 * * * *')).toBe(0)
    expect(signs(45_000, '* * * * *', { standby: 'cold' })).toBe(0)
    expect(signs(45_000, '* * * * *', { enableCoordinator: false })).toBe(0)
  })
})

it('gives each job its share of places and signs, and the parts add up', () => {
  const bounded = { group: 'db', groupLimit: { fleet: 2 } }
  const schedules: CostedJob[] = [
    { schedule: '* * * * *', ...bounded },
    { schedule: '* * * * *', ...bounded, durationMs: 45_000 },
    { schedule: '* * * * *' },
  ]
  const { idle, jobs, rest, total } = itemizeCost({ schedules })
  expect(total).toEqual(estimateCost({ schedules }))
  const [placed = 0, long = 0, plain = 0] = jobs.map(({ put }) => put)
  expect((placed - plain) / 43_200).toBeCloseTo(1.5, 1)
  expect((long - placed) / 43_200).toBeCloseTo(3, 1)
  expect(Math.abs(idle.put + placed + long + plain + rest.put - total.put)).toBeLessThanOrEqual(jobs.length)
})

describe('a schedule with rules', () => {
  const runs = (schedule: CostedJob['schedule']): number => estimateCost({ schedules: [{ schedule }] }).runs

  it('costs the runs of its own ticks', () => {
    expect(runs('0 * * * *')).toBe(720)
    expect(runs(['0 * * * *', { every: '1h', offset: '30m' }])).toBe(1440)
    expect(runs({ of: ['0 * * * *'], exclude: ['* 12-23 * * *'] })).toBe(360)
  })

  it('costs the same in the future as now, and nothing once it is over', () => {
    const { dollars } = estimateCost({ schedules: [{ schedule: { of: ['0 * * * *'], from: '2031-05-05' } }] })
    expect(runs({ of: ['0 * * * *'], from: '2031-05-05' })).toBe(720)
    expect(dollars).toBeCloseTo(estimateCost({ schedules: ['0 * * * *'] }).dollars, 2)
    expect(runs({ of: ['0 * * * *'], until: '2021-05-05' })).toBe(0)
  })
})
