import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fullJitter } from './backoff.ts'
import type { Random } from './random.ts'
import { createSeededRandom } from './testing/index.ts'

/** A source of randomness that always draws the same number. */
const always = (float: number): Random => ({ float: () => float, id: () => 'id' })
const almostOne = always(1 - Number.EPSILON / 2)

it('doubles the bound with each retry, up to the maximum', () => {
  const bounds = [1, 2, 3, 4, 5].map((retry) => fullJitter(retry, { baseMs: 100, maxMs: 700 }, almostOne))
  expect(bounds.map(Math.round)).toEqual([100, 200, 400, 700, 700])
})

it('grows by the factor that it is given', () => {
  expect(Math.round(fullJitter(3, { baseMs: 10, factor: 3, maxMs: 1e6 }, almostOne))).toBe(90)
})

it('may draw no delay at all', () => {
  expect(fullJitter(5, { baseMs: 100, maxMs: 1000 }, always(0))).toBe(0)
})

it('stays between 0 and the maximum, also when the power overflows', () => {
  const inputs = [
    fc.integer({ min: 1, max: 1e6 }),
    fc.integer({ min: 0, max: 1e6 }),
    fc.nat(1e9),
    fc.integer(),
  ] as const
  fc.assert(
    fc.property(...inputs, (retry, baseMs, maxMs, seed) => {
      const delay = fullJitter(retry, { baseMs, maxMs }, createSeededRandom(seed))
      expect(delay).toBeGreaterThanOrEqual(0)
      expect(delay).toBeLessThanOrEqual(maxMs)
    }),
  )
})
