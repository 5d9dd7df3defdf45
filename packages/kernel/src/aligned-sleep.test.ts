import { expect, it } from 'vitest'
import { alignedSleepMs } from './aligned-sleep.ts'

it.each([
  [0, 1000],
  [1, 999],
  [999.5, 0.5],
  [1000, 1000],
  [86_400_250, 750],
])('ends with the second: at %d ms after %d ms', (monotonic, sleepMs) => {
  expect(alignedSleepMs(1000, { monotonic })).toBe(sleepMs)
})

it('moves an instant of the wall clock on, also when next to nothing of the second is left', () => {
  const now = Date.UTC(2100, 0, 1)
  for (const monotonic of [999.9999999, 1_000_000_999.9999999]) {
    expect(now + alignedSleepMs(1000, { monotonic })).toBeGreaterThan(now)
  }
})
