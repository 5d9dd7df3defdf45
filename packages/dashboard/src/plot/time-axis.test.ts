import { expect, it } from 'vitest'
import { axisMarks, percentOf } from './time-axis.ts'

const HOUR = 3_600_000
const until = Date.UTC(2026, 2, 28, 12, 7)

it.each([6, 24, 72, 168, 720])('marks the last %d hours at round times, a few of them', (hours) => {
  const period = { since: until - hours * HOUR, until }
  const marks = axisMarks(period)
  expect(marks.length).toBeGreaterThanOrEqual(5)
  expect(marks.length).toBeLessThanOrEqual(8)
  for (const mark of marks) {
    expect(mark % HOUR).toBe(0)
    expect(percentOf(mark, period)).toBeGreaterThanOrEqual(0)
    expect(percentOf(mark, period)).toBeLessThanOrEqual(100)
  }
})
