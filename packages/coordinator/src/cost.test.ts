import type { RequestCounts } from '@s3sched/store/testing'
import { expect, describe, it } from 'vitest'
import { createInstances } from '../test/instances.ts'

/** S3's list prices, US$ per request. */
const PUT_OR_LIST = 5 / 1_000_000
const GET = 0.4 / 1_000_000

function dollarsPerMonth(requests: RequestCounts, hours: number): number {
  const { get, put, list } = requests
  return (((put + list) * PUT_OR_LIST + get * GET) * 730) / hours
}

describe('the requests', () => {
  it('of ten instances that start in one second are at most 40, with one leader', async () => {
    const { clock, counting, create, stop } = createInstances()
    const all = Array.from({ length: 10 }, (_, index) => create(`w${(index * 7) % 10}`))
    for (const each of all) {
      await each.start()
      await clock.advance(100)
    }
    await clock.advance(25_000)
    expect(all.filter((each) => each.isLeader())).toHaveLength(1)
    expect(all.every((each) => each.leader()?.workerId === 'w0')).toBe(true)
    const { get, put, list } = counting.requests
    expect(get + put + list).toBeLessThanOrEqual(40)
    await stop(...all)
  })

  it('of an idle fleet of ten cost at most a dollar a month', async () => {
    const { clock, counting, create, stop } = createInstances()
    const all = Array.from({ length: 10 }, (_, index) => create(`w${index}`))
    await Promise.all(all.map((each) => each.start()))
    await clock.advance(60_000)
    counting.reset()
    await clock.advance(3_600_000)
    const { get, put, list, notModified } = counting.requests
    expect({ put, list }).toEqual({ put: 120 + 10 * 4, list: 1 })
    expect(get).toBeLessThanOrEqual(9 * 120 + 9)
    expect(notModified).toBe(0) // each follower sees each renewal: a heartbeat has a new payload
    expect(dollarsPerMonth({ ...counting.requests, list: 0 }, 1)).toBeLessThan(0.95)
    await stop(...all)
  })

  it('of a failover are a GET and a PUT for who takes over, beside the polls', async () => {
    const { clock, counting, create, stop } = createInstances()
    const a = create('a', { skipColdStart: true })
    await a.start()
    await clock.advance(0)
    const b = create('b')
    await b.start()
    await a.stop()
    counting.reset()
    await clock.advance(30_000)
    expect(b.isLeader()).toBe(true)
    expect(counting.requests).toMatchObject({ get: 1, put: 1, list: 0, delete: 0 })
    await stop(b)
  })
})
