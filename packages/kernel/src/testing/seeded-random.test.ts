import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSeededRandom } from './seeded-random.ts'

const draw = (seed: number): unknown[] => {
  const random = createSeededRandom(seed)
  return [random.float(), random.id(), random.float()]
}

it('gives the same sequence for the same seed, and another for another', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(draw(seed)).toEqual(draw(seed))
    }),
  )
  expect(draw(1)).not.toEqual(draw(2))
})

it('draws numbers that are spread over [0, 1)', () => {
  const random = createSeededRandom(7)
  const counts = Array.from({ length: 10 }, () => 0)
  for (let drawn = 0; drawn < 10_000; drawn++) {
    const bin = Math.floor(random.float() * 10)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  expect(counts).toHaveLength(10)
  expect(Math.min(...counts)).toBeGreaterThan(900)
})

it('makes ids of the same form as the real ones', () => {
  expect(createSeededRandom(3).id()).toMatch(/^[A-Za-z0-9_-]{22}$/)
})
