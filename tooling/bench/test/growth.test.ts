import { describe, expect, it } from 'vitest'
import { exponent, lastExponent } from '../src/growth/growth.ts'
import { plot } from '../src/growth/plot.ts'

const points = (power: (count: number) => number): { count: number; value: number }[] =>
  [100, 1000, 10_000, 100_000].map((count) => ({ count, value: power(count) }))

describe('the exponent of a growth', () => {
  it.each([
    ['nothing', (): number => 7, 0],
    ['a straight line', (count: number): number => 3 * count, 1],
    ['a root', Math.sqrt, 0.5],
    ['a square', (count: number): number => count ** 2 / 5, 2],
  ])('of %s', (_, power, expected) => expect(exponent(points(power))).toBeCloseTo(expected))

  it('leaves out what has no logarithm', () => {
    expect(exponent([{ count: 10, value: 0 }, ...points((count) => count)])).toBeCloseTo(1)
    expect(exponent([{ count: 10, value: 5 }])).toBeNaN()
  })

  it('of the last step is not hidden by what is constant', () => {
    const withBase = points((count) => 1000 + count)
    expect(exponent(withBase)).toBeLessThan(0.7)
    expect(lastExponent(withBase)).toBeGreaterThan(0.9)
  })
})

it('draws each quantity in a panel, with every value within it', () => {
  const picture = plot([
    { name: 'one', unit: 's', points: points((count) => count) },
    { name: 'other', unit: 'MB', points: points(() => 7) },
  ])
  expect(picture.match(/<circle/g)).toHaveLength(8)
  expect(picture).toContain('exponent 1.00')
  const heights = [...picture.matchAll(/cy="([^"]+)"/g)].map(([, y]) => Number(y))
  for (const y of heights) expect(y > 0 && y < 210).toBe(true)
  expect(picture).not.toContain('NaN')
})
