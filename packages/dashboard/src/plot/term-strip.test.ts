import { expect, it } from 'vitest'
import type { Term } from '@s3sched/operator'
import { leaderSpans, termStrip } from './term-strip.ts'

const term = (epoch: number, since: number | null, until: number | null): Term => ({
  epoch,
  workerId: `w${epoch}`,
  since,
  until,
  end: until === null ? null : 'released',
})

it('shows who led when, and when nobody did', () => {
  expect(leaderSpans([term(3, 900, null), term(2, 300, 800), term(1, 100, 300)], 1000)).toEqual([
    { epoch: 1, since: 100, until: 300 },
    { epoch: 2, since: 300, until: 800 },
    { epoch: undefined, since: 800, until: 900 },
    { epoch: 3, since: 900, until: 1000 },
  ])
})

it('shows that nobody leads now', () => {
  expect(leaderSpans([term(1, 100, 300)], 1000).at(-1)).toEqual({ epoch: undefined, since: 300, until: 1000 })
})

it('makes no time run backwards, whatever a lease says', () => {
  for (const terms of [
    [term(2, 100, null), term(1, 500, 900)],
    [term(2, null, null), term(1, null, null)],
    [term(2, 5000, 6000), term(1, -5, 2)],
  ]) {
    const spans = leaderSpans(terms, 1000)
    for (const { since, until } of spans) expect(until).toBeGreaterThanOrEqual(since)
    for (const [index, { since }] of spans.entries())
      expect(since).toBeGreaterThanOrEqual(spans[index - 1]?.until ?? -Infinity)
    expect(spans.at(-1)?.until).toBeLessThanOrEqual(1000)
  }
})

it('draws a moment without a leader so that it is seen, and nothing of what lies before the period', () => {
  const drawn = String(
    termStrip([term(3, 9001, null), term(2, 200, 9000), term(1, 0, 100)], { since: 5000, until: 10_000 }),
  )
  expect(drawn.match(/<rect/g)).toHaveLength(3)
  expect(drawn).toMatch(/class="is-nobody" x="960" width="3"/)
})
