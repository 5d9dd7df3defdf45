import { expect, it } from 'vitest'
import { checkMonth } from '../src/month/check-month.ts'
import { liveFor } from '../src/month/month.ts'

/** `npm run month -- --days 365` simulates more. */
const DAYS = 30

it('in thirty days nothing grows that should not', { timeout: 600_000 }, async () => {
  const month = await liveFor(DAYS)
  expect(checkMonth(month)).toEqual([])
  expect(month.samples).toHaveLength(DAYS)
  expect(month.samples.filter(({ alive }) => alive !== undefined)).toHaveLength(3)
  expect(month.terms, 'terms of leadership, four a day').toBeGreaterThanOrEqual(4 * DAYS)
  expect(month.audited.map(({ job }) => job)).toEqual(['cut', 'flaky', 'hourly', 'long', 'often', 'passing'])
  for (const { expected, job } of month.audited) expect(expected, job).toBeGreaterThan(20)
})
