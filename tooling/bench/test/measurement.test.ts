import { expect, it } from 'vitest'
import { formatMeasurements, isWithinBudget } from '../src/measurement.ts'
import { geometricMean, median } from '../src/statistics.ts'

it('tells what is over its budget', () => {
  const over = { name: 'slow', value: 2, unit: 'µs', atMost: 1 }
  const under = { name: 'times as fast', value: 5, unit: '×', atLeast: 20 }
  const kept = { name: 'fine', value: 12.34, unit: 'MB', atMost: 30 }
  expect([over, under, kept, { name: 'free', value: 1, unit: 's' }].map(isWithinBudget)).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect(isWithinBudget({ name: 'nothing measured', value: Number.NaN, unit: 's', atMost: 1 })).toBe(false)
  expect(formatMeasurements([over, under, kept]).split('\n')).toEqual([
    'slow           2.00 µs        at most 1 µs: MISSED',
    'times as fast  5.00 ×         at least 20 ×: MISSED',
    'fine           12.3 MB        at most 30 MB: kept',
  ])
})

it('takes medians and geometric means', () => {
  expect(median([5, 1, 100])).toBe(5)
  expect(median([])).toBeNaN()
  expect(geometricMean([1, 100])).toBeCloseTo(10)
})
