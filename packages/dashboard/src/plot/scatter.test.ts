import { expect, it } from 'vitest'
import { marksBetween, scatter } from './scatter.ts'

it('goes from the mark below to the mark above, and counts minutes and hours as people do', () => {
  expect(marksBetween(40, 7000)).toEqual([10, 100, 1000, 10_000])
  expect(marksBetween(2000, 3_000_000)).toEqual([1000, 10_000, 60_000, 600_000, 3_600_000])
})

it.each([
  [0, 0],
  [5, 5],
  [1000, 1000],
  [0, Infinity],
  [1e12, 1e13],
])('has a low and a high end for %d to %d, and draws nothing beyond', (smallest, largest) => {
  expect(marksBetween(smallest, largest).length).toBeGreaterThan(1)
  const dots = [smallest, largest].map((ms, at) => ({ at, ms, status: 'success' as const }))
  for (const [, y] of String(scatter(dots, [], 'x')).matchAll(/M\S+ (\S+?)h0/g)) {
    expect(Number(y)).toBeGreaterThanOrEqual(0)
    expect(Number(y)).toBeLessThanOrEqual(200)
  }
})

it('draws a single run in the middle, with its time once', () => {
  const drawn = String(scatter([{ at: 5, ms: 20, status: 'failed' }], [{ name: 'p50', ms: 20 }], 'x'))
  expect(drawn).toMatch(/<path class="is-failed" d="M500 \S+h0" \/>/)
  expect(drawn.match(/data-short="moment"/g)).toHaveLength(1)
})

it('keeps the names of two levels apart', () => {
  const dots = [1, 10].map((ms) => ({ at: ms, ms, status: 'success' as const }))
  const drawn = String(
    scatter(
      dots,
      [
        { name: 'p50', ms: 5 },
        { name: 'p95', ms: 5 },
      ],
      'x',
    ),
  )
  const [a = 0, b = 0] = [...drawn.matchAll(/class="level" x="4" y="([^"]*)"/g)].map(([, y]) => Number(y))
  expect(Math.abs(a - b)).toBeGreaterThanOrEqual(13)
})

it('draws as many elements for a thousand runs as for a few', () => {
  const elementsOf = (count: number): number => {
    const dots = Array.from({ length: count }, (_, at) => {
      return { at, ms: 20 + at, status: at % 10 === 0 ? ('failed' as const) : ('success' as const) }
    })
    return String(scatter(dots, [], 'x')).match(/<(?:path|circle)/g)?.length ?? 0
  }
  expect(elementsOf(990)).toBe(elementsOf(11))
})
