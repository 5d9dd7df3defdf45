import { expect, it } from 'vitest'
import { stableHash } from './stable-hash.ts'

it('never changes: instances of different releases agree by it', () => {
  expect(['', 'a', 'report', 'job-1', 'job-2'].map(stableHash)).toEqual([
    2872998923, 444641715, 2074157145, 2094670749, 454456234,
  ])
})

it('spreads names that differ in their last digits over eight places', () => {
  const counts = Array.from({ length: 8 }, () => 0)
  for (let index = 0; index < 8000; index++) {
    const place = stableHash(`job-${index}`) % 8
    counts[place] = (counts[place] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(900)
  expect(Math.max(...counts)).toBeLessThan(1100)
})
