import { expect, it } from 'vitest'
import { logScale } from './log-scale.ts'

it('goes from the mark below to the mark above', () => {
  const { marks, share } = logScale(40, 7000)
  expect(marks).toEqual([10, 100, 1000, 10_000])
  expect([share(10), share(10_000)]).toEqual([0, 1])
  expect(share(100)).toBeCloseTo(1 / 3)
})

it('counts minutes and hours as people do', () => {
  expect(logScale(2000, 3_000_000).marks).toEqual([1000, 10_000, 60_000, 600_000, 3_600_000])
})

it.each([
  [0, 0],
  [5, 5],
  [1000, 1000],
  [0, Infinity],
  [1e12, 1e13],
])('has a low and a high end for %d to %d, and nothing lies beyond', (smallest, largest) => {
  const { marks, share } = logScale(smallest, largest)
  expect(marks.length).toBeGreaterThan(1)
  for (const ms of [smallest, largest, -1]) {
    expect(share(ms)).toBeGreaterThanOrEqual(0)
    expect(share(ms)).toBeLessThanOrEqual(1)
  }
})
