import { describe, expect, it } from 'vitest'
import { createManualClock } from '@s3sched/kernel/testing'
import { ServerClock } from './server-clock.ts'

const FULL_SECOND = Date.UTC(2026, 0, 5, 12)

/** What a server says of the time: whole seconds. */
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
    expect(serverClock.provenNow()).toBe(FULL_SECOND + 2290 - 20)
    expect(serverClock.lowerBound()).toBe(FULL_SECOND + 2290 - 990)
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
    expect(behind.provenNow()).toBe(FULL_SECOND - 3000 + 500)
  })
})
