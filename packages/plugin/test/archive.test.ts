import { listAll } from '@s3sched/store'
import { afterEach, expect, it } from 'vitest'
import { createFleet, during, HOUR, MINUTE, NOON, type Fleet } from './fleet.ts'

const QUIET = { heartbeatInterval: 10 * MINUTE }
/** Two hours before midnight. */
const EVENING = NOON + 10 * HOUR

let fleet: Fleet
afterEach(() => fleet.stopAll())

const keys = async (prefix: string): Promise<string[]> => (await listAll(fleet.store, prefix)).map(({ key }) => key)

/** The prefixes of each LIST from now on. */
function listedPrefixes({ store }: Fleet): readonly string[] {
  const prefixes: string[] = []
  const list = store.list.bind(store)
  store.list = (prefix, options) => {
    prefixes.push(prefix)
    return list(prefix, options)
  }
  return prefixes
}

it('the leader moves the runs of a day that is over into columns, and shows each run once', async () => {
  fleet = createFleet(EVENING)
  const job = { schedule: '*/2 * * * *', action: () => 'r'.repeat(700) }
  const leader = await fleet.bootLeader({ job }, QUIET)
  await fleet.clock.advance(2 * HOUR)
  expect(await keys('segments/')).not.toEqual([])
  expect(await keys('history/')).toEqual([])
  while ((await keys('archived/')).length === 0) await fleet.clock.advance(MINUTE)
  expect(fleet.clock.now()).toBeLessThan(EVENING + 4 * HOUR)
  expect(await keys('history/')).toEqual([expect.stringMatching(/^history\/day=2026-01-05\/outcome=success\/runs-/)])
  const before = await keys('segments/')
  // The segments go ten minutes later, and nothing is listed for that.
  const listed = listedPrefixes(fleet)
  await fleet.clock.advance(11 * MINUTE)
  expect(listed).not.toContain('segments/')
  expect(await keys('archived/')).toEqual([])
  expect((await keys('segments/')).filter((key) => before.includes(key)).length).toBeLessThan(before.length)
  await fleet.clock.advance(HOUR)
  const runs = await during(fleet.clock, leader.scheduler.getJobHistory('job', { limit: 1000 }))
  const ticks = runs.map(({ scheduledTime }) => scheduledTime.getTime()).toReversed()
  expect(ticks).toEqual(ticks.map((_, n) => EVENING + 2 * (n + 1) * MINUTE))
  expect(ticks.length).toBeGreaterThanOrEqual(4 * 30)
})

it('an idle leader lists neither segments nor archive', async () => {
  fleet = createFleet()
  const leader = await fleet.bootLeader({ resting: { schedule: null, action: () => undefined } }, QUIET)
  await fleet.clock.advance(HOUR)
  const prefixes = listedPrefixes(fleet)
  await fleet.clock.advance(3 * HOUR)
  expect(leader.scheduler.isLeader()).toBe(true)
  expect(prefixes.filter((prefix) => !['workers/', 'triggers/'].includes(prefix))).toEqual([])
})
