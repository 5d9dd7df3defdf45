import { createSeededRandom } from '@s3sched/kernel/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addDuration,
  emptySketch,
  MAX_BUCKETS,
  mergeSketches,
  quantileOf,
  type DurationSketch,
} from './duration-sketch.ts'

const sketchOf = (values: readonly number[]): DurationSketch =>
  values.reduce((sketch, value) => addDuration(sketch, value), emptySketch)

const exact = (values: readonly number[], quantile: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(quantile * values.length)) - 1] ?? 0

const ERROR_BY_LEVEL = [0.04, 0.08, 0.16]

it('gives every quantile to its promised error', () => {
  const random = createSeededRandom(3)
  const shapes = [
    () => 1 + random.float() * 1000,
    () => Math.exp(random.float() * 18),
    () => (random.float() < 0.6 ? 2 : 600_000 + random.float()),
  ]
  for (const shape of shapes) {
    const values = Array.from({ length: 2000 }, shape)
    const sketch = sketchOf(values)
    for (const quantile of [0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
      const truth = exact(values, quantile)
      const error = Math.abs((quantileOf(sketch, quantile) ?? 0) - truth) / truth
      expect(error).toBeLessThanOrEqual(ERROR_BY_LEVEL[sketch.level] ?? 0)
    }
  }
})

it('never grows, whatever the durations', () => {
  const durations = fc.array(fc.double({ min: 0, max: 1e13, noNaN: true }), { maxLength: 300 })
  fc.assert(
    fc.property(durations, (values) => {
      const sketch = sketchOf(values)
      expect(sketch.buckets.length).toBeLessThanOrEqual(2 * MAX_BUCKETS)
      expect(sketch.level).toBeLessThanOrEqual(2)
    }),
  )
})

it('of two halves is the sketch of the whole', () => {
  const durations = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 100 })
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const merged = mergeSketches(sketchOf(a), sketchOf(b))
      const whole = sketchOf([...a, ...b])
      const level = Math.max(merged.level, whole.level)
      expect(mergeSketches(merged, { level, buckets: [] })).toEqual(mergeSketches(whole, { level, buckets: [] }))
    }),
  )
})

it('of nothing has no quantile', () => {
  expect(quantileOf(emptySketch, 0.5)).toBeUndefined()
})
