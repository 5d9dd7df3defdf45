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
