import { type Clock, silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { during, HOUR, MINUTE, NOON } from './fleet.ts'

/** The clock of one instance, with the number of sleeps that lasted their whole time: each wakes the process. */
function countWakes(clock: Clock) {
  const counted = { wakes: 0 }
  const sleep: Clock['sleep'] = async (ms, signal) => {
    await clock.sleep(ms, signal)
    counted.wakes++
  }
  return Object.assign(counted, { clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep } })
}

it('an idle fleet sleeps between its requests, but for the watch of a held lease', async () => {
  const clock = createManualClock(NOON)
  const store = createMemoryStore({ clock })
  const boot = async (workerId: string) => {
    const counted = countWakes(clock)
    const { requests, store: counting } = createCountingStore(store)
    const scheduler = new SchedulerPlugin({
      store: counting,
      workerId,
      clock: counted.clock,
      random: createSeededRandom(1),
      logger: silentLogger,
      skipColdStart: true,
      handleSignals: false,
      jobs: { daily: { schedule: '0 9 * * *', action: () => undefined } },
    })
    await during(clock, scheduler.start())
    return { counted, requests, scheduler }
  }
  const leader = await boot('a')
  await clock.advance(MINUTE)
  const follower = await boot('b')
  // The places of the standbys are given, and the fleet has come to rest.
  await clock.advance(10 * MINUTE)
  const fleet = [leader, follower]
  const total = ({ requests }: (typeof fleet)[number]): number =>
    Object.values(requests).reduce((sum: number, count) => sum + Number(count), 0)
  const before = fleet.map((each) => ({ wakes: each.counted.wakes, requests: total(each) }))
  await clock.advance(HOUR)
  const [ofLeader, ofFollower] = fleet.map((each, index) => ({
    wakes: each.counted.wakes - (before[index]?.wakes ?? 0),
    requests: total(each) - (before[index]?.requests ?? 0),
  }))
  expect(leader.scheduler.isLeader()).toBe(true)
  expect(ofFollower?.requests).toBeGreaterThan(100)
  expect(ofFollower?.wakes).toBeLessThanOrEqual((ofFollower?.requests ?? 0) + 10)
  // Each second for the lease, and each minute for the ticks: only the clocks tell of a suspended machine.
  expect(ofLeader?.wakes).toBeLessThanOrEqual(HOUR / 1000 + HOUR / MINUTE + (ofLeader?.requests ?? 0) + 10)
  await during(clock, Promise.all(fleet.map(({ scheduler }) => scheduler.stop())))
})
