import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { ageOf, type Aged } from './age-of.ts'
import { ServerClock } from './server-clock.ts'
import { timeStore } from './timed-store.ts'

const START = Date.UTC(2026, 0, 5, 12)
const SECOND = 1000
const MINUTE = 60_000
/** Each answer leaves a second open. */
const OPEN_MS = 2 * SECOND

/** A process with an even clock of its own, and nodes of a store, each with a clock that is ahead by some time. */
class Cluster {
  readonly clock = createManualClock(START)
  readonly serverClock = new ServerClock(this.clock)

  /** The time of a node that is ahead by `aheadMs`. */
  time(aheadMs: number): number {
    return Math.floor((this.clock.now() + aheadMs) / SECOND) * SECOND
  }

  /** The age of an object, ms, as it is read from a node. */
  read(aheadMs: number, lastModified: number): number {
    const serverTime = this.time(aheadMs)
    this.serverClock.observe(serverTime, this.clock.monotonic())
    return ageOf({ lastModified, serverTime, step: this.serverClock.step() }) as number
  }
}

it('is not undone by a small correction, or by an answer of another node', async () => {
  const cluster = new Cluster()
  const written = cluster.time(0)
  cluster.read(0, written)
  await cluster.clock.advance(SECOND)
  expect(cluster.read(10 * MINUTE, written)).toBe(0)
  for (const aheadMs of [-4, 0, -4, 0, -4].map((seconds) => 10 * MINUTE + seconds * SECOND)) {
    await cluster.clock.advance(SECOND)
    const age = cluster.read(aheadMs, written)
    expect(age).toBeGreaterThanOrEqual(0)
    expect(age).toBeLessThan(10 * SECOND)
  }
})

it('is undone by a correction of its size', async () => {
  const cluster = new Cluster()
  const written = cluster.time(0)
  cluster.read(0, written)
  await cluster.clock.advance(SECOND)
  cluster.read(10 * MINUTE, written)
  await cluster.clock.advance(30 * SECOND)
  expect(cluster.read(0, written)).toBe(31 * SECOND)
  expect(cluster.serverClock.step()).toBeUndefined()
})

it('lets a dead writer age by each of two nodes whose clocks differ by seconds', async () => {
  const cluster = new Cluster()
  const written = cluster.time(0)
  for (let at = 0; at <= 120; at++) {
    // The times that are read next: by the node behind, and by the one ahead.
    const ages = [cluster.read(0, written), cluster.read(5 * SECOND, written)]
    expect(ages[0]).toBe(at * SECOND)
    expect(ages[1]).toBeGreaterThanOrEqual((at - 2) * SECOND)
    // A living writer gets no older than it is.
    expect(ages[1]).toBeLessThanOrEqual(at * SECOND + OPEN_MS)
    await cluster.clock.advance(SECOND)
  }
})

it('shows in no answer that came before the step, in whatever order these are handled', async () => {
  const clock = createManualClock(START)
  const inner = createMemoryStore({ clock })
  const times: Record<string, number> = { first: START, before: START, after: START + 10 * MINUTE }
  const get: typeof inner.get = async (key) => ({ outcome: 'missing', serverTime: times[key] })
  const timed = timeStore({ ...inner, get }, new ServerClock(clock), clock)
  await timed.get('first')
  const [before, after] = await Promise.all([timed.get('before'), timed.get('after')])
  expect(before as Aged).not.toHaveProperty('step')
  expect(after as Aged).toHaveProperty('step')
})
