import { readFile } from 'node:fs/promises'
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

/** Counts a quarter of an hour, with one write of every member object. The deletion of dead members runs once a day. */
async function idleDollarsPerMonth(count: number, heartbeatInterval: number): Promise<number> {
  const { clock, counting, create, stop } = createInstances()
  const options = { heartbeatInterval, coldStartObservationWindow: 0 }
  const all = Array.from({ length: count }, (_, index) => create(`w${index}`, options))
  await Promise.all(all.map((each) => each.start()))
  await clock.advance(61_500)
  counting.reset()
  await clock.advance(900_000)
  const { put, get, notModified } = { ...counting.requests }
  expect(notModified).toBe(0) // every look of a follower finds a renewal; an unchanged answer would cost the same
  await stop(...all)
  return dollarsPerMonth({ put, get, list: 0, delete: 0, notModified }, 1 / 4)
}

describe('the requests', () => {
  it.each(['0123456789', '9876543210', '3692581470'])(
    'of ten instances that start in one second in the order %s are at most 40, with one leader',
    async (order) => {
      const { clock, counting, create, stop } = createInstances()
      const all = Array.from(order, (digit) => create(`w${digit}`))
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
    },
  )

  it('of an idle fleet of ten cost at most a dollar a month', async () => {
    expect(await idleDollarsPerMonth(10, 30_000)).toBeLessThan(0.95)
  })

  it.each([1, 3, 10, 100])('of %i idle instances cost what the README says', async (count) => {
    const dollars = []
    for (const heartbeat of [10_000, 30_000, 60_000]) dollars.push(await idleDollarsPerMonth(count, heartbeat))
    const row = `| ${count} | ${dollars.map((each) => `$${each.toFixed(2)}`).join(' | ')} |`
    expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(row)
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
