import { type Clock, silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { during, HOUR, MINUTE, NOON } from './fleet.ts'

/**
 * The clock of one instance, with the number of instants at which sleeps have lasted their whole time: the process wakes
 * once for all sleeps that end together.
 */
function countWakes(clock: Clock) {
  const counted = { wakes: 0 }
  let wokeAt = -Infinity
  const sleep: Clock['sleep'] = async (ms, signal) => {
    await clock.sleep(ms, signal)
    if (clock.monotonic() > wokeAt) counted.wakes++
    wokeAt = clock.monotonic()
  }
  return Object.assign(counted, { clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep } })
}

/** Answers of different ages, so that the leases of one process are not renewed in step. */
function slow(store: ObjectStore, clock: Clock): ObjectStore {
  let answers = 0
  const put: ObjectStore['put'] = async (...request) => {
    const written = await store.put(...request)
    await clock.sleep(10 + ((37 * ++answers) % 250))
    return written
  }
  return { ...store, put }
}

/** An hour of two instances in which no job is due: the wakes and the requests of each. */
async function idleHour(shards: number) {
  const clock = createManualClock(NOON)
  const store = createMemoryStore({ clock })
  const boot = async (workerId: string) => {
    const counted = countWakes(clock)
    const { requests, store: counting } = createCountingStore(slow(store, clock))
    const scheduler = new SchedulerPlugin({
      store: counting,
      workerId,
      shards,
      clock: counted.clock,
      random: createSeededRandom(1),
      logger: silentLogger,
      skipColdStart: true,
      handleSignals: false,
      jobs: { daily: { schedule: '0 9 * * *', action: () => undefined } },
    })
    await during(clock, scheduler.start())
    const total = (): number => Object.values(requests).reduce((sum: number, count) => sum + Number(count), 0)
    return { counted, scheduler, total }
  }
  const first = await boot('a')
  await clock.advance(MINUTE)
  const second = await boot('b')
  // The places of the standbys and of the shards are given, and the fleet has come to rest.
  await clock.advance(10 * MINUTE)
  const fleet = [first, second] as const
  const before = fleet.map(({ counted, total }) => ({ wakes: counted.wakes, requests: total() }))
  await clock.advance(HOUR)
  const [ofFirst, ofSecond] = fleet.map(({ counted, scheduler, total }, index) => ({
    isLeader: scheduler.isLeader(),
    requests: total() - (before[index]?.requests ?? 0),
    wakes: counted.wakes - (before[index]?.wakes ?? 0),
  })) as [IdleCount, IdleCount]
  await during(clock, Promise.all(fleet.map(({ scheduler }) => scheduler.stop())))
  return { ofFirst, ofSecond }
}

interface IdleCount {
  readonly isLeader: boolean
  readonly requests: number
  readonly wakes: number
}

it('an idle fleet sleeps between its requests, but for the watch of a held lease', async () => {
  const { ofFirst, ofSecond } = await idleHour(1)
  expect(ofFirst.isLeader).toBe(true)
  expect(ofSecond.isLeader).toBe(false)
  expect(ofSecond.requests).toBeGreaterThan(100)
  expect(ofSecond.wakes).toBeLessThanOrEqual(ofSecond.requests + 10)
  // Only the clocks tell of a suspended machine, so the process looks each second.
  expect(ofFirst.wakes).toBeLessThanOrEqual(HOUR / 1000 + 2 * ofFirst.requests + 10)
})

it('a process with several leases wakes each second for all of them together', async () => {
  const counts = Object.values(await idleHour(8))
  for (const { isLeader, requests, wakes } of counts) {
    expect(isLeader).toBe(true)
    expect(wakes).toBeLessThanOrEqual(HOUR / 1000 + 2 * requests + 10)
  }
})
