import { everySchedule, onceSchedule, parseSchedule } from '@s3sched/cron'
import { expect, it } from 'vitest'
import { jitterOf } from './jitter.ts'
import { startOfTick } from './start-of-tick.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)

it('is the tick itself without jitter, and else a share of it later', () => {
  expect(startOfTick('job', everySchedule('1h'), NOON, 0)).toBe(NOON)
  expect(startOfTick('job', everySchedule('1h'), NOON, MINUTE)).toBe(NOON + jitterOf('job', NOON, MINUTE))
  expect(startOfTick('job', onceSchedule(NOON), NOON, MINUTE)).toBe(NOON + jitterOf('job', NOON, MINUTE))
  expect(startOfTick('job', null, NOON, MINUTE)).toBe(NOON + jitterOf('job', NOON, MINUTE))
})

it('is before the next tick, with any jitter and any distances, and not always the same share', () => {
  const schedule = parseSchedule('0,1,7,30 * * * *')
  const shares = new Set<number>()
  let tick = NOON
  for (let count = 0; count < 200; count++) {
    const next = schedule.next(tick) ?? Infinity
    const start = startOfTick('job', schedule, tick, 24 * 60 * MINUTE)
    expect(start).toBeGreaterThanOrEqual(tick)
    expect(start).toBeLessThan(next)
    shares.add(start - tick)
    tick = next
  }
  expect(shares.size).toBeGreaterThan(150)
})

it('is before the next tick to the millisecond', () => {
  const schedule = everySchedule(2)
  const delays = Array.from({ length: 50 }, (_, count) => {
    const tick = NOON + 2 * count
    return startOfTick('job', schedule, tick, MINUTE) - tick
  })
  expect(new Set(delays)).toEqual(new Set([0, 1]))
})
