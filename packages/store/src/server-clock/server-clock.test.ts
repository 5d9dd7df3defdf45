import { describe, expect, it } from 'vitest'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '../memory-store.ts'
import { readDocument } from '../document.ts'
import { ageOf, type Aged } from './age-of.ts'
import { ServerClock } from './server-clock.ts'
import { timeStore } from './timed-store.ts'

const FULL_SECOND = Date.UTC(2026, 0, 5, 12)
const HOUR = 3_600_000

/** Observes an answer of a server that tells the time in whole seconds. */
function observe(serverClock: ServerClock, now: number, monotonic: number): void {
  serverClock.observe(Math.floor(now / 1000) * 1000, monotonic)
}

describe('the time that is proven by the server', () => {
  it('is that of the answer that came soonest after a full second, and not of the last one', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    for (const at of [950, 1020, 1990]) {
      await clock.advance(FULL_SECOND + at - clock.now())
      observe(serverClock, clock.now(), clock.monotonic())
    }
    await clock.advance(300)
    expect(serverClock.provenNow()).toBe(FULL_SECOND + 2290 - 21)
    expect(serverClock.lowerBound()).toBeCloseTo(FULL_SECOND + 2290 - 20, -1)
  })

  it('does not forget a good answer for one that is not, and forgets it after twenty seconds', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    observe(serverClock, clock.now(), clock.monotonic())
    for (const at of [10_900, 19_900]) {
      await clock.advance(FULL_SECOND + at - clock.now())
      observe(serverClock, clock.now(), clock.monotonic())
      expect(serverClock.provenNow()).toBe(clock.now())
    }
    await clock.advance(1500)
    observe(serverClock, clock.now(), clock.monotonic())
    expect(serverClock.provenNow()).toBe(FULL_SECOND + 21_000)
  })

  it('is never ahead of the own clock, nor of the server where that is behind', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    expect(serverClock.provenNow()).toBe(FULL_SECOND)
    observe(serverClock, clock.now() + 3000, clock.monotonic())
    expect(serverClock.provenNow()).toBe(FULL_SECOND)
    const behind = new ServerClock(clock)
    observe(behind, clock.now() - 3000, clock.monotonic())
    await clock.advance(500)
    // Two clocks drift apart by at most half a millisecond per second.
    expect(behind.provenNow()).toBe(FULL_SECOND - 3000 + 499)
  })
})
describe("what the answers prove of the store's clock", () => {
  it('lies between its time when the answer came and a second after it when the request was sent, however slow the answer is', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    expect([serverClock.lowerBound(), serverClock.upperBound()]).toEqual([undefined, undefined])
    await clock.advance(4000)
    serverClock.observe(FULL_SECOND + 2000, 500)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND + 2000)
    expect(serverClock.upperBound()).toBe(FULL_SECOND + 3000 + 3500)
    await clock.advance(250)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND + 2250 - 0.125)
    // The second answer narrows both bounds.
    serverClock.observe(FULL_SECOND + 4000, 4240)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND + 4000)
    expect(serverClock.upperBound()).toBe(FULL_SECOND + 5000 + 10)
  })

  it('is forgotten when an answer contradicts it, and how far the clock went back is remembered', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    observe(serverClock, FULL_SECOND, 0)
    await clock.advance(100)
    observe(serverClock, FULL_SECOND + HOUR, 90)
    expect(serverClock.setBackMs()).toBe(0)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND + HOUR)
    observe(serverClock, FULL_SECOND, 95)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND)
    expect(serverClock.setBackMs()).toBeGreaterThan(HOUR - 2000)
    expect(serverClock.setBackMs()).toBeLessThan(HOUR + 2000)
  })

  it('bounds what is written for others, and leaves a wall clock alone that is within the bounds', async () => {
    const clock = createManualClock(FULL_SECOND + 300)
    const serverClock = new ServerClock(clock)
    expect(serverClock.sharedNow()).toBe(FULL_SECOND + 300)
    observe(serverClock, clock.now(), 0)
    expect(serverClock.sharedNow()).toBe(FULL_SECOND + 300)
    clock.step(24 * HOUR)
    expect(serverClock.sharedNow()).toBe(FULL_SECOND + 1000)
    clock.step(-48 * HOUR)
    expect(serverClock.sharedNow()).toBe(FULL_SECOND)
    expect(serverClock.shared().now()).toBe(FULL_SECOND)
  })

  it("keeps ticks from starting before their instant, by the own clock and by the store's", () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    observe(serverClock, FULL_SECOND, 0)
    clock.step(-HOUR)
    expect(serverClock.tickNow()).toBe(FULL_SECOND - HOUR)
    clock.step(2 * HOUR)
    expect(serverClock.tickNow()).toBe(FULL_SECOND + 1000)
    expect(serverClock.ticking().now()).toBe(FULL_SECOND + 1000)
  })

  it('shows the least by which this machine is off, also when every answer takes seconds', async () => {
    const clock = createManualClock(FULL_SECOND + HOUR)
    const serverClock = new ServerClock(clock)
    expect(serverClock.skewMs()).toBe(0)
    await clock.advance(3000)
    observe(serverClock, FULL_SECOND + 1500, 0)
    expect(serverClock.skewMs()).toBe(HOUR + 3000 - 1000 - 4000)
    clock.step(-2 * HOUR)
    expect(serverClock.skewMs()).toBe(-HOUR + 3000 - 1000)
    expect(serverClock.jumpMs()).toBe(-2 * HOUR)
    clock.step(HOUR - 1000)
    expect(serverClock.skewMs()).toBe(0)
  })
})

describe('the age of an object', () => {
  const stepped = async (): Promise<{ clock: ReturnType<typeof createManualClock>; serverClock: ServerClock }> => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    observe(serverClock, FULL_SECOND, 0)
    await clock.advance(100)
    observe(serverClock, FULL_SECOND + HOUR, 90)
    return { clock, serverClock }
  }

  it("leaves out the time that a step of the store's clock left out", async () => {
    const { serverClock } = await stepped()
    const step = serverClock.step()
    const serverTime = FULL_SECOND + HOUR + 3000
    // Each of the two answers leaves a second open, less 10 ms for the time of the answer.
    expect(step).toEqual({ at: FULL_SECOND + HOUR, byMs: HOUR + 910 })
    expect(ageOf({ lastModified: FULL_SECOND, serverTime, step })).toBe(3000)
    expect(ageOf({ lastModified: FULL_SECOND + HOUR + 1, serverTime, step })).toBe(2999)
    // The time before the step counts as far as it has passed.
    expect(ageOf({ lastModified: FULL_SECOND - HOUR, serverTime, step })).toBe(HOUR + 3000 - 910)
    expect(ageOf({ lastModified: FULL_SECOND, serverTime })).toBe(HOUR + 3000)
    expect(ageOf({ serverTime, step })).toBe(undefined)
  })

  it('counts from the write again an hour after the step, and once the clock was set back', async () => {
    const { clock, serverClock } = await stepped()
    await clock.advance(HOUR + 1)
    expect(serverClock.step()).toBe(undefined)
    const other = (await stepped()).serverClock
    observe(other, FULL_SECOND, 95)
    expect(other.step()).toBe(undefined)
  })

  it('counts from the write where the answers only drift apart', async () => {
    const clock = createManualClock(FULL_SECOND)
    const serverClock = new ServerClock(clock)
    observe(serverClock, FULL_SECOND, 0)
    await clock.advance(10)
    observe(serverClock, FULL_SECOND + 2900, 10)
    expect(serverClock.step()).toBe(undefined)
  })

  it('counts so in what a timed store reads and lists, and the time of the write stays what it was', async () => {
    const clock = createManualClock(FULL_SECOND)
    const store = createMemoryStore({ clock })
    await store.put('old', new Uint8Array([1]))
    // The machine's own clocks go on evenly.
    const own = createManualClock(FULL_SECOND)
    const timed = timeStore(store, new ServerClock(own), own)
    expect(ageOf((await timed.get('old')) as Aged)).toBe(0)
    clock.step(HOUR)
    const old = await timed.get('old')
    const step = { at: FULL_SECOND + HOUR, byMs: HOUR + 1000 }
    expect(old).toMatchObject({ lastModified: FULL_SECOND, step })
    expect(ageOf(old as Aged)).toBe(0)
    for await (const page of timed.list('')) {
      expect(page).toMatchObject({ step, objects: [{ lastModified: FULL_SECOND }] })
    }
    expect(await readDocument(timed, 'old')).toMatchObject({ outcome: 'unreadable', step })
  })
})
