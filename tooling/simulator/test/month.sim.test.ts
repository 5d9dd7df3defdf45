import { expect, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { checkMonth } from '../src/month/check-month.ts'
import { COUNTED_DAYS, liveFor } from '../src/month/month.ts'

/** `npm run month -- --days 365` simulates more. */
const DAYS = shareOf('days')

it(`in ${DAYS} days nothing grows that should not`, { timeout: 1_200_000 }, async () => {
  const month = await liveFor(DAYS)
  expect(checkMonth(month)).toEqual([])
  expect(month.samples).toHaveLength(DAYS)
  expect(month.samples.filter(({ alive }) => alive !== undefined)).toHaveLength(DAYS / COUNTED_DAYS)
  expect(month.terms, 'terms of leadership, four a day').toBeGreaterThanOrEqual(4 * DAYS)
  expect(month.audited.map(({ job }) => job)).toEqual(['cut', 'flaky', 'hourly', 'long', 'often', 'passing'])
  for (const { expected, job } of month.audited) expect(expected, job).toBeGreaterThanOrEqual(12)
})
